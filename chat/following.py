"""A visitor began a conversation in one tab: their other tabs follow it too, on every process."""

from typing import Final

from chat import rooms
from chat.context import Context
from chat.hints import Hint

SIGNAL: Final = "follow"


def tell(context: Context, visitor_id: str, conversation_id: str) -> None:
    """Let all tabs of a visitor follow a conversation of theirs."""
    _apply(context, visitor_id, conversation_id)
    context.bus.publish("signal", rooms.visitor(visitor_id), SIGNAL, data=conversation_id.encode())


def heard(context: Context, hint: Hint) -> None:
    """Another process told."""
    _apply(context, hint.subject.removeprefix(rooms.visitor("")), hint.data.decode())


def _apply(context: Context, visitor_id: str, conversation_id: str) -> None:
    for connection in context.hub.members(rooms.visitor(visitor_id)):
        session = context.visitor_sessions.get(connection)
        if session is not None:
            context.tasks.spawn(session.follow(conversation_id), "follow")
