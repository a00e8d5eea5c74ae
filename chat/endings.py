"""A live exchange ends: by its customer, its agent, or the timer of silence."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, deadlines, lines, matching
from chat.access import Staff, Visitor
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Author
from routing import assignments as held
from store import assignments, conversations, offers, teams, visits
from store.conversations import Conversation
from store.entries import Stored
from store.offers import Offer

May = Callable[[AsyncConnection], Awaitable[tuple[Conversation, Author]]]
"""Locks the conversation for whoever ends it, or refuses."""


async def by_visitor(context: Context, visitor: Visitor, conversation_id: str) -> Conversation:
    """The customer says it is done: solved. Raises `Refused`."""

    async def may(tx: AsyncConnection) -> tuple[Conversation, Author]:
        row = await access.of_visitor(tx, visitor, conversation_id, lock=True)
        return row, lines.of_customer(row)

    return await _end(context, may, "solved", "customer_ended")


async def by_staff(
    context: Context, member: Staff, conversation_id: str, status: Literal["solved", "pending"]
) -> Conversation:
    """Its agent, or a supervisor, ends it. Raises `Refused`."""

    async def may(tx: AsyncConnection) -> tuple[Conversation, Author]:
        row = await access.of_staff(tx, member, conversation_id, "move", lock=True)
        return row, lines.of_staff(member)

    return await _end(context, may, status, "ended")


async def by_silence(context: Context, conversation_id: str) -> Conversation:
    """The customer was warned and stayed silent. Raises `Refused` when they wrote after all."""

    async def may(tx: AsyncConnection) -> tuple[Conversation, Author]:
        row = await conversations.lock(tx, conversation_id)
        if row is None or row.warned_at is None or row.live != "assigned":
            raise Refused(Code.ENDED)
        return row, lines.SYSTEM

    return await _end(context, may, "solved", "silent")


async def _end(context: Context, may: May, status: Literal["solved", "pending"], reason: str) -> Conversation:
    at = context.clock.now()

    async def work(
        tx: AsyncConnection,
    ) -> tuple[Conversation, Conversation, list[Stored], list[Offer], int]:
        former, author = await may(tx)
        if former.live == "ended":
            raise Refused(Code.ENDED)
        team = await teams.get(tx, former.team_id)
        wrap_up = team.wrap_up_seconds if team and former.live == "assigned" else 0
        until = at + timedelta(seconds=wrap_up) if wrap_up else None
        await assignments.end(tx, former.id, reason, at, until)
        if former.live == "waiting":
            await visits.leave(tx, former.id, _outcome(former, author), at)
            await assignments.raise_epoch(tx, former.id)
        withdrawn = await offers.withdraw_for(tx, former.id, at)
        solved_at = at if status == "solved" else None
        written = await lines.write(tx, former.id, status, at, author=author, payload={"reason": reason})
        row = await conversations.change(
            tx,
            former.id,
            at,
            live="ended",
            status=status,
            warned_at=None,
            solved_at=solved_at,
            unanswered_since=None,
        )
        await deadlines.close_later(tx, row, at)
        return former, row, [written], withdrawn, wrap_up

    former, row, written, withdrawn, wrap_up = await context.database.transact(work)
    announce.changed(context, row, written, former)
    matching.withdraw(context, withdrawn)
    if former.live == "waiting":
        await matching.after(context, matching.leave_queue(context, row.id, row.epoch))
    elif former.live == "assigned":
        await matching.after(context, held.end(context.router, row.id, wrap_up * 1000, row.epoch))
    return row


def _outcome(row: Conversation, author: Author) -> visits.Outcome:
    return "abandoned" if author.kind == "customer" else "ended"
