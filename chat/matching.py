"""Carrying out what routing decided: SQL arbitrates, then Redis is told, then the people are.

A claim has reserved the agent's capacity. It is written conditionally on the conversation's epoch;
nobody hears of it before that commit. A claim whose process dies is found by the sweep (`settle`).
"""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, deadlines, lines, rooms, truth, views
from chat.access import Staff, staff_actor, taken
from chat.clock import from_ms
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.events import OfferEnded, OfferMade
from chat.protocol.views import OfferView
from routing import agents, claims, entries, offers
from routing import assignments as assigned
from routing.assignments import Assignment
from routing.errors import NotReady, Unavailable
from routing.proposals import Proposal
from store import assignments, conversations, desk, staff, teams, visits
from store import offers as stored_offers
from store.conversations import Conversation
from store.entries import Stored
from store.errors import Unavailable as DatabaseUnavailable
from store.offers import Offer

log = structlog.get_logger(__name__)


class Cause(NamedTuple):
    """Why a conversation comes to an agent: how the former assignment ended, and who did it."""

    reason: str = "reassigned"
    by: Staff | None = None
    note: str = ""


async def after(context: Context, call: Awaitable[Sequence[Proposal]]) -> None:
    """Tell routing what SQL already holds, and carry out the matches that follow.

    Where Redis does not answer or was emptied, nothing is lost: the rebuild reads SQL.
    """
    try:
        proposals = await call
    except (NotReady, Unavailable) as error:
        log.warning("routing_behind", error=str(error))
        context.stale.set()
        return
    carry(context, proposals)


def carry(context: Context, proposals: Sequence[Proposal]) -> None:
    """Write claims and offers, each on its own."""
    for proposal in proposals:
        if proposal.kind == "offer":
            context.tasks.spawn(_propose(context, proposal), "offer")
        else:
            context.tasks.spawn(_assign(context, proposal), "claim")


async def _assign(context: Context, proposal: Proposal) -> None:
    try:
        await assign(context, proposal, Cause())
    except Refused as refused:
        log.info("claim_refused", conversation_id=proposal.conversation_id, code=refused.code)
        if refused.code is Code.UNAUTHENTICATED:
            await _dismiss(context, proposal.staff_id)
    except DatabaseUnavailable as error:
        log.warning("claim_waits", conversation_id=proposal.conversation_id, error=str(error))


async def _dismiss(context: Context, staff_id: str) -> None:
    """Take a disabled account out of routing: without this the same claim would be made for ever.

    Whom they held the sweep tells again, and the end of their offers is found by the comparison; what their
    leaving led to is told only here.
    """
    try:
        swept = await agents.remove(context.router, staff_id)
    except (NotReady, Unavailable):
        context.stale.set()
        return
    carry(context, swept.proposals)
    if swept.expired_offers:
        context.stale.set()


async def assign(context: Context, proposal: Proposal, cause: Cause) -> Conversation:
    """Write a claim and announce it. Raises `Refused` when another process was first."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, list[Stored], list[Offer]]:
        if await desk.hold_generation(tx) != proposal.generation:
            # A rebuild has read the rows since, and counts on this agent's being free; or one flipped in
            # Redis and its commit failed: then a new one is due.
            context.stale.set()
            raise Refused(Code.UNAVAILABLE, "Not now: the queue was put in order anew.", retry_after_ms=500)
        former = await conversations.lock(tx, proposal.conversation_id)
        if former is None:
            raise Refused(Code.NOT_FOUND)
        if former.live == "ended" and cause.by is None:
            raise Refused(Code.ENDED)
        member = await staff_actor(tx, proposal.staff_id)
        why = await explained(tx, proposal, former)
        started = await assignments.start(
            tx, former.id, member.id, proposal.epoch, why, at, end_reason=cause.reason
        )
        if started is None:
            raise taken(former) if former.assignee_id else Refused(Code.OFFER_GONE)
        written = await _lines(tx, former, member, cause, at)
        row = await conversations.change(tx, former.id, at)
        await deadlines.watch_silence(tx, row, at)
        return former, row, written, await stored_offers.withdraw_for(tx, former.id, at)

    try:
        former, row, written, withdrawn = await context.database.transact(work)
    except Refused as refused:
        if refused.code is not Code.UNAVAILABLE:
            await _void(context, proposal)
        raise
    await after(context, claims.confirm(context.router, proposal.id))
    announce.changed(context, row, written, former)
    withdraw(context, withdrawn)
    return row


async def explained(tx: AsyncConnection, proposal: Proposal, row: Conversation) -> dict[str, str | int]:
    """Why this agent and who was next, with the names that people read; what was asked of the agent, where
    routing says how far it was met (`fit`); and the team whose queue was too slow, if one was."""
    following = await staff.get(tx, str(proposal.why.get("next", "")))
    why = {**proposal.why, "next_name": following.name if following else ""}
    if "fit" in why:
        why |= {"language": row.language, "skills": ", ".join(sorted(row.skills))}
    slow = await visits.overflowed(tx, row.id, row.episode) if row.episode > 1 else None
    team = await teams.get(tx, slow) if slow else None
    return {**why, "from_team": team.name} if team else why


def withdraw(context: Context, withdrawn: Sequence[Offer]) -> None:
    """Take the cards of offers that are over from the consoles."""
    for offer in withdrawn:
        ended = OfferEnded(offer_id=offer.id, outcome=offer.outcome or "withdrawn")
        announce.event(context, [rooms.staff(offer.staff_id)], ended)


async def _lines(
    tx: AsyncConnection, former: Conversation, member: Staff, cause: Cause, at: datetime
) -> list[Stored]:
    joined: dict[str, str | int | None] = {"staff_id": member.id, "staff_name": member.name}
    if former.assignee_id and former.assignee_id != member.id:
        author = lines.of_staff(cause.by) if cause.by else lines.SYSTEM
        written = [
            await lines.write(
                tx, former.id, "transferred", at, author=author, payload={"to_staff": member.name, **joined}
            )
        ]
    else:
        written = [await lines.write(tx, former.id, "joined", at, payload=joined)]
    if cause.note and cause.by:
        author = lines.of_staff(cause.by)
        note = await lines.write(tx, former.id, "note", at, author=author, thread="staff", body=cause.note)
        written.append(note)
    return written


async def _void(context: Context, proposal: Proposal) -> None:
    """A claim that SQL did not take: Redis is told where SQL says the conversation is."""
    async with context.database.read() as tx:
        row = await conversations.get(tx, proposal.conversation_id)
    if row is None or row.live in ("ended", "message"):
        await after(context, leave_queue(context, proposal.conversation_id))
    elif row.assignee_id:
        await after(context, put(context, truth.assignment(row, row.assignee_id)))
    else:
        await after(context, claims.void(context.router, proposal.id, row.epoch))


async def put(context: Context, row: Assignment) -> list[Proposal]:
    """Tell Redis who holds a conversation, whatever it thought."""
    return await assigned.put(
        context.router, row.conversation_id, row.staff_id, row.epoch, row.team_id, row.weight, row.episode
    )


async def leave_queue(context: Context, conversation_id: str, epoch: int | None = None) -> list[Proposal]:
    """Out of the queue in Redis, unless it came back after `epoch`; what that makes possible for others."""
    _, proposals = await entries.leave(context.router, conversation_id, epoch)
    return proposals


async def _propose(context: Context, proposal: Proposal) -> None:
    offered_at, expires_at = context.clock.now(), from_ms(proposal.expires_at_ms)

    async def work(tx: AsyncConnection) -> OfferView | None:
        if await desk.hold_generation(tx) != proposal.generation:
            return None
        row = await conversations.lock(tx, proposal.conversation_id)
        if row is None or row.live != "waiting" or row.epoch != proposal.epoch:
            return None
        why = await explained(tx, proposal, row)
        await stored_offers.made(
            tx, proposal.id, row.id, proposal.episode, proposal.staff_id, expires_at, why, offered_at
        )
        return OfferView(proposal.id, views.summary(row), offered_at, expires_at, views.why(why))

    try:
        offer = await context.database.transact(work)
    except DatabaseUnavailable as error:
        # The offer expires in Redis and the conversation is back in line.
        log.warning("offer_waits", conversation_id=proposal.conversation_id, error=str(error))
        return
    if offer is None:
        await after(context, offers.decline(context.router, proposal.id, proposal.staff_id))
        return
    announce.event(context, [rooms.staff(proposal.staff_id)], OfferMade(offer=offer))


async def settle(context: Context, proposal: Proposal) -> None:
    """A claim that nobody confirmed in time. Under the row's lock: written, then confirm it, and tell the
    people what whoever wrote it did not live to tell; else raise the epoch, so that a late writer is
    refused, and put it back in line."""

    async def work(tx: AsyncConnection) -> Conversation | None:
        row = await conversations.lock(tx, proposal.conversation_id)
        if row is None:
            return None
        if row.assignee_id == proposal.staff_id and row.epoch == proposal.epoch + 1:
            return row
        if row.epoch == proposal.epoch:
            await assignments.raise_epoch(tx, row.id)
        return None

    written = await context.database.transact(work)
    if written is None:
        await _void(context, proposal)
        return
    await after(context, claims.confirm(context.router, proposal.id))
    announce.changed(context, written)
