"""A customer whose message was kept wants to wait for somebody after all: in line, from now on."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, arrivals, opening, queueing
from chat.access import Visitor
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from routing.errors import QueueFull
from store import conversations, customers, visits
from store.conversations import Conversation

NOBODY: Final = "Nobody is free to talk just now. Your message is kept, and we answer it as soon as we can."
STILL_FULL: Final = "As many are waiting as we can take. Your message stays; try again a little later."


async def join(context: Context, visitor: Visitor, conversation_id: str) -> Conversation:
    """Put a left message in line. Raises `Refused` where an arrival could not wait either."""
    at = context.clock.now()
    async with context.database.read() as tx:
        seen = await access.of_visitor(tx, visitor, conversation_id)
    door = await context.doors.ask(seen.team_id)
    if door.shut:
        raise Refused(Code.NOT_AVAILABLE, door.words() or NOBODY)

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation]:
        # The customer's row first, as an opening does: two tabs do not both find nothing under way.
        await customers.touch(tx, visitor.id, at)
        former = await access.of_visitor(tx, visitor, conversation_id, lock=True)
        others = await conversations.of_customer(tx, visitor.id)
        if former.live != "message" or any(row.live in ("waiting", "assigned") for row in others):
            raise Refused(Code.FORBIDDEN, "You have a conversation under way already.")
        priority = await arrivals.priority(tx, former, "chat")
        weight = await arrivals.weight(tx, door.team_id, "chat")
        await visits.enter(tx, former.id, door.team_id, priority, at, at)
        return former, await conversations.change(tx, former.id, at, channel="chat", weight=weight)

    former, row = await context.database.transact(work)
    try:
        await opening.line_up(context, row, refusable=True)
    except QueueFull:
        await queueing.stop_waiting(context, row.id, "left_message")
        raise Refused(Code.NOT_AVAILABLE, STILL_FULL) from None
    announce.changed(context, row, (), former)
    return row
