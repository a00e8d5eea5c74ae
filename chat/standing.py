"""What this process does for its own connections when a conversation changes how it stands.

Called where the change was made, and on other processes by a signal on the bus.
"""

from typing import Final

import msgspec

from chat import rooms
from chat.context import Context
from chat.protocol.views import Live

SIGNAL: Final = "standing"


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """`moved`: another team or holder, so that who may look on has to be asked anew."""

    live: Live
    moved: bool


_standings: Final = msgspec.json.Decoder(Standing)


def tell(context: Context, conversation_id: str, standing: Standing) -> None:
    """Apply here and everywhere else."""
    apply(context, conversation_id, standing)
    subject = rooms.conversation(conversation_id)
    context.bus.publish("signal", subject, SIGNAL, data=msgspec.json.encode(standing))


def heard(context: Context, conversation_id: str, data: bytes) -> None:
    """Another process told."""
    apply(context, conversation_id, _standings.decode(data))


def apply(context: Context, conversation_id: str, standing: Standing) -> None:
    tabs = context.hub.members(rooms.tabs(conversation_id))
    for connection in tabs:
        context.presence.expect(connection, conversation_id, live=standing.live in ("waiting", "assigned"))
    if standing.live == "waiting" and context.hub.members(rooms.customers(conversation_id)):
        context.places.add(conversation_id)
        for connection in tabs:
            context.tasks.spawn(context.presence.add_customer(connection, conversation_id), "presence")
    else:
        context.places.remove(conversation_id)
        for connection in tabs:
            context.presence.drop_customer(connection, conversation_id)
    if standing.moved:
        _ask_anew(context, conversation_id)


def _ask_anew(context: Context, conversation_id: str) -> None:
    lookers = context.hub.members(rooms.viewers(conversation_id)) | context.previews.watchers(conversation_id)
    for connection in lookers:
        session = context.staff_sessions.get(connection)
        if session is not None:
            context.tasks.spawn(session.recheck(conversation_id), "recheck")
