"""What other processes say over the bus, brought to the connections here."""

from typing import cast

import msgspec

from chat import following, rooms, standing
from chat.context import Context
from chat.feeds import Line
from chat.hints import Hint
from chat.presence import LEFT
from chat.protocol.events import EntryAppended
from chat.protocol.views import Thread
from chat.viewers import SIGNAL as VIEWERS

_entries = msgspec.json.Decoder(EntryAppended)


def receive(context: Context, hint: Hint) -> None:
    """One hint. What is lost here, the heads check finds."""
    if hint.kind == "post":
        context.hub.post([hint.name], hint.data)
    elif hint.kind == "entry":
        _entry(context, hint)
    elif hint.kind == "hello":
        _hello(context, hint)
    elif hint.kind == "heads":
        conversation_id = _conversation_id(hint)
        context.feeds.known(conversation_id, cast(Thread, hint.name), hint.seq)
    elif hint.name == VIEWERS:
        _looked_at(context, hint)
    elif hint.name == LEFT:
        _still_here(context, _conversation_id(hint))
    elif hint.name == following.SIGNAL:
        following.heard(context, hint)
    elif hint.name == standing.SIGNAL:
        standing.heard(context, _conversation_id(hint), hint.data)


def _entry(context: Context, hint: Hint) -> None:
    conversation_id = _conversation_id(hint)
    name, _, position = hint.name.partition(":")
    thread = cast(Thread, name)
    context.feeds.appended(conversation_id, thread, Line(hint.seq, hint.data, int(position)))
    if context.previews.watched(conversation_id):
        context.previews.appended(conversation_id, thread, _entries.decode(hint.data).entry)


def _looked_at(context: Context, hint: Hint) -> None:
    """Somebody opened the conversation on another process, which cannot know who is connected here."""
    conversation_id = _conversation_id(hint)
    context.viewers.heard(conversation_id, hint.origin, hint.data)
    _still_here(context, conversation_id)


def _still_here(context: Context, conversation_id: str) -> None:
    if context.presence.customer_here(conversation_id):
        context.presence.tell(conversation_id, "customer", present=True)


def _hello(context: Context, hint: Hint) -> None:
    """A newcomer listens from now on; what was sent just before it may not know."""
    if not hint.subject.startswith(rooms.conversation("")):
        return
    conversation_id = _conversation_id(hint)
    for thread in ("public", "staff"):
        head = context.feeds.head(conversation_id, thread)
        if head:
            context.bus.publish("heads", hint.subject, thread, head)
    context.viewers.repeat(conversation_id)


def _conversation_id(hint: Hint) -> str:
    return hint.subject.removeprefix(rooms.conversation(""))
