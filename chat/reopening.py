"""A conversation begins again: the customer wrote after its end."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, arrivals, lines, opening
from chat.context import Context
from chat.doors import Door
from store import assignments, conversations, sites, teams, visits
from store.conversations import Conversation
from store.drafts import Channel
from store.entries import Stored


class Reopened(NamedTuple):
    """`last`: by preference whose it is to be; empty for anybody's."""

    former: Conversation
    row: Conversation
    written: list[Stored]
    last: str


async def reopen_all(context: Context) -> None:
    """One pass: whatever was written after the end and not reopened at once, since the database was
    away just then, or the process died."""
    async with context.database.read() as tx:
        found = await conversations.to_reopen(tx)
    for conversation_id in found:
        await reopen(context, conversation_id)


async def reopen(context: Context, conversation_id: str) -> None:
    """The customer wrote in a ticket that was pending or solved: back in line at the front of its
    priority, by preference to the agent who had it. When nobody could answer, it is kept as a message, and
    told so, as an arrival is."""
    at = context.clock.now()
    async with context.database.read() as tx:
        seen = await conversations.get(tx, conversation_id)
        site = await sites.get(tx, seen.site_id) if seen else None
    if seen is None or site is None:
        return
    door = await context.doors.ask(seen.team_id)

    async def work(tx: AsyncConnection) -> Reopened | None:
        former = await conversations.lock(tx, conversation_id)
        if former is None or former.live != "ended" or former.status not in ("pending", "solved"):
            return None
        written = [await lines.write(tx, former.id, "reopened", at)]
        if door.shut:
            written += await opening.tell_shut(tx, former.id, door, site, at)
        return Reopened(former, await _again(tx, former, door, at), written, await _last(tx, former, door))

    reopened = await context.database.transact(work)
    if reopened is None:
        return
    announce.changed(context, reopened.row, reopened.written, reopened.former)
    if reopened.row.live == "waiting":
        await opening.line_up(context, reopened.row, wanted=reopened.last)


async def _again(tx: AsyncConnection, former: Conversation, door: Door, at: datetime) -> Conversation:
    """In line at the front of its priority, or a message where the door is shut."""
    channel: Channel = "message" if door.shut else "chat"
    priority = await arrivals.priority(tx, former, channel)
    if not door.shut:
        front = await visits.front(tx, door.team_id, priority)
        first_at = at if front is None else min(at, front - timedelta(milliseconds=1))
        await visits.enter(tx, former.id, door.team_id, priority, first_at, at)
    return await conversations.change(
        tx,
        former.id,
        at,
        live="message" if door.shut else "waiting",
        channel=channel,
        priority=priority,
        weight=await arrivals.weight(tx, former.team_id if door.shut else door.team_id, channel),
        status="queued",
        first_waited_at=at,
        warned_at=None,
    )


async def _last(tx: AsyncConnection, former: Conversation, door: Door) -> str:
    """Who held it, where the team wants them to meet again."""
    team = await teams.get(tx, door.team_id)
    last = await assignments.latest(tx, former.id) if team and team.sticky else None
    return last.staff_id if last else ""
