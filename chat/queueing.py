"""Back in line, or out of it: requeued by an agent, lost with one, left by the customer."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, arrivals, lines, matching, opening, truth
from chat.access import Staff, Visitor
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Author
from store import assignments, conversations, offers, teams, visits
from store.conversations import Conversation
from store.entries import Stored
from store.offers import Offer


async def requeue(context: Context, member: Staff, conversation_id: str) -> Conversation:
    """Give a chat back, at its old place; this agent is skipped while somebody else fits."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, Stored]:
        former = await access.of_staff(tx, member, conversation_id, "move", lock=True)
        if former.live != "assigned":
            raise Refused(Code.ENDED)
        return await _back_in_line(tx, former, "requeued", at, lines.of_staff(member))

    former, row, written = await context.database.transact(work)
    announce.changed(context, row, [written], former)
    await opening.line_up(context, row, skip=[former.assignee_id or ""])
    return row


async def lose(context: Context, staff_id: str, conversation_id: str) -> None:
    """Its agent is gone: back in line at the old place, and the customer is told."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, Stored] | None:
        former = await conversations.lock(tx, conversation_id)
        if former is None or former.assignee_id != staff_id or former.live != "assigned":
            return None
        return await _back_in_line(tx, former, "lost", at, lines.SYSTEM)

    moved = await context.database.transact(work)
    if moved is None:
        await recover(context, conversation_id)
        return
    former, row, written = moved
    announce.changed(context, row, [written], former)
    await opening.line_up(context, row, skip=[staff_id])


async def overflow(context: Context, conversation_id: str, team_id: str) -> None:
    """It has waited long enough for its team: on to another team's queue, at the time it first asked."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, Stored, list[Offer]] | None:
        former = await conversations.lock(tx, conversation_id)
        if former is None or former.live != "waiting" or former.team_id == team_id:
            return None
        withdrawn = await offers.withdraw_for(tx, former.id, at)
        first_at = former.first_waited_at or former.opened_at
        await visits.enter(tx, former.id, team_id, former.priority, first_at, at, left="overflowed")
        await assignments.raise_epoch(tx, former.id)
        team = await teams.get(tx, team_id)
        payload: dict[str, str | int | None] = {
            "to_team": team.name if team else "",
            "from_team": former.team_name,
            "reason": "overflow",
        }
        written = await lines.write(tx, former.id, "transferred", at, payload=payload)
        weight = await arrivals.weight(tx, team_id, former.channel)
        return former, await conversations.change(tx, former.id, at, weight=weight), written, withdrawn

    moved = await context.database.transact(work)
    if moved is None:
        await recover(context, conversation_id)
        return
    former, row, written, withdrawn = moved
    announce.changed(context, row, [written], former)
    matching.withdraw(context, withdrawn)
    await opening.line_up(context, row)


async def recover(context: Context, conversation_id: str) -> None:
    """Redis held what SQL does not: make Redis follow."""
    async with context.database.read() as tx:
        row = await conversations.get(tx, conversation_id)
    if row is not None and row.live == "waiting":
        await opening.line_up(context, row)
    elif row is None or row.live != "assigned":
        await matching.after(context, matching.leave_queue(context, conversation_id))
    else:
        await matching.after(context, matching.put(context, truth.assignment(row, row.assignee_id or "")))


async def _back_in_line(
    tx: AsyncConnection, former: Conversation, reason: str, at: datetime, author: Author
) -> tuple[Conversation, Conversation, Stored]:
    await assignments.end(tx, former.id, reason, at)
    first_at = former.first_waited_at or former.opened_at
    await visits.enter(tx, former.id, former.team_id, former.priority, first_at, at)
    written = await lines.write(
        tx,
        former.id,
        "left",
        at,
        author=author,
        payload={"staff_name": former.assignee_name, "reason": reason},
    )
    row = await conversations.change(tx, former.id, at, live="waiting")
    return former, row, written


async def leave(context: Context, visitor: Visitor, conversation_id: str) -> Conversation:
    """The customer stops waiting; what they wrote stays as a message. Raises `Refused`."""
    async with context.database.read() as tx:
        await access.of_visitor(tx, visitor, conversation_id)
    row = await stop_waiting(context, conversation_id, "left_message")
    if row is None:
        raise Refused(Code.ENDED)
    return row


async def stop_waiting(
    context: Context, conversation_id: str, outcome: visits.Outcome
) -> Conversation | None:
    """Out of the queue, the ticket stays to be answered later; None when it was not waiting."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, list[Offer]] | None:
        former = await conversations.lock(tx, conversation_id)
        if former is None or former.live != "waiting":
            return None
        await visits.leave(tx, former.id, outcome, at)
        withdrawn = await offers.withdraw_for(tx, former.id, at)
        await assignments.raise_epoch(tx, former.id)
        weight = await arrivals.weight(tx, former.team_id, "message")
        row = await conversations.change(tx, former.id, at, live="message", channel="message", weight=weight)
        return former, row, withdrawn

    left = await context.database.transact(work)
    if left is not None:
        former, row, withdrawn = left
        announce.changed(context, row, (), former)
        matching.withdraw(context, withdrawn)
        await matching.after(context, matching.leave_queue(context, row.id, row.epoch))
        return row
    await recover(context, conversation_id)
    return None
