"""After the commit: telling everybody whom it concerns, here and on other processes."""

from collections.abc import Sequence

from chat import rooms, standing, views
from chat.context import Context
from chat.feeds import Line
from chat.hub import subject_of
from chat.protocol.codec import encode
from chat.protocol.events import ConversationChanged, Event, TicketChanged
from chat.standing import Standing
from store.conversations import Conversation
from store.entries import Stored


def event(context: Context, room_names: Sequence[str], what: Event) -> None:
    """Send an event to all in the rooms, on every process. Encoded once."""
    frame(context, room_names, encode(what))


def frame(context: Context, room_names: Sequence[str], data: bytes) -> None:
    context.hub.post(room_names, data)
    for room in room_names:
        context.bus.publish("post", subject_of(room), room, data=data)


def appended(context: Context, row: Stored) -> None:
    """A line of a thread was committed."""
    what = views.appended(row)
    made = Line(row.seq, encode(what), row.position)
    context.feeds.appended(row.conversation_id, row.thread, made)
    context.previews.appended(row.conversation_id, row.thread, what.entry)
    subject = rooms.conversation(row.conversation_id)
    context.bus.publish("entry", subject, f"{row.thread}:{made.position}", made.seq, made.data)


def changed(
    context: Context, row: Conversation, lines: Sequence[Stored] = (), former: Conversation | None = None
) -> None:
    """A conversation's state was changed: its lines, and its summary to all lists it stands in.

    `former` is the state before, whose team and holder have to see it leave their lists.
    """
    for made in lines:
        appended(context, made)
    moved = former is not None and (former.team_id, former.assignee_id) != (row.team_id, row.assignee_id)
    standing.tell(context, row.id, Standing(row.live, moved))
    event(context, [rooms.customers(row.id)], TicketChanged(ticket=views.ticket(row)))
    event(context, _lists(row, former), ConversationChanged(summary=views.summary(row)))


def here(context: Context, row: Conversation) -> None:
    """How a conversation stands, to those whom it concerns on this process alone."""
    context.hub.post([rooms.customers(row.id)], encode(TicketChanged(ticket=views.ticket(row))))
    context.hub.post(_lists(row, None), encode(ConversationChanged(summary=views.summary(row))))


def _lists(row: Conversation, former: Conversation | None) -> list[str]:
    names = {rooms.viewers(row.id), rooms.team(row.team_id)}
    for state in (row, former):
        if state is not None:
            names.add(rooms.team(state.team_id))
            if state.assignee_id:
                names.add(rooms.staff(state.assignee_id))
    return sorted(names)
