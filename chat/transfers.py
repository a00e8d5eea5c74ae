"""Taking, and handing over to a team or to an agent, with the whole history."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, lines, matching, opening
from chat.access import Staff
from chat.context import Context
from chat.errors import Refused
from chat.matching import Cause
from chat.protocol.codes import Code
from routing import claims
from routing.errors import NotReady, Unavailable
from routing.proposals import Proposal
from store import assignments, conversations, offers, teams, visits
from store.conversations import Conversation
from store.entries import Stored
from store.offers import Offer


async def take(context: Context, member: Staff, conversation_id: str) -> Conversation:
    """Take a waiting or left conversation, or as a supervisor one that somebody holds."""
    async with context.database.read() as tx:
        row = await access.of_staff(tx, member, conversation_id, "take")
    if row.assignee_id == member.id:
        return row
    return await _claim(context, row, member.id, Cause("taken_over", member))


async def to_staff(
    context: Context, member: Staff, conversation_id: str, staff_id: str, note: str
) -> Conversation:
    """Hand over to a named agent, who has to be there and have room. Raises `Refused`."""
    async with context.database.read() as tx:
        row = await access.of_staff(tx, member, conversation_id, "move")
        await access.staff_actor(tx, staff_id)
    if row.assignee_id == staff_id:
        raise Refused(Code.ALREADY_TAKEN, "That agent has this conversation already.")
    return await _claim(context, row, staff_id, Cause("transferred", member, note))


async def _claim(context: Context, row: Conversation, staff_id: str, cause: Cause) -> Conversation:
    if row.live == "ended":
        raise Refused(Code.ENDED)
    try:
        claim = await claims.take(
            context.router,
            row.id,
            staff_id,
            row.epoch,
            team_id=row.team_id,
            weight=row.weight,
            force=row.assignee_id is not None,
            own=cause.by is not None and cause.by.id == staff_id,
        )
    except (NotReady, Unavailable):
        context.stale.set()
        raise Refused(
            Code.UNAVAILABLE, "Not now: the queue is being put in order.", retry_after_ms=500
        ) from None
    if not isinstance(claim, Proposal):
        raise await _refusal(context, row.id, claim.code)
    return await matching.assign(context, claim, cause)


async def _refusal(context: Context, conversation_id: str, code: str) -> Refused:
    if code == "already_taken":
        async with context.database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        if row is not None and row.assignee_id:
            return access.taken(row)
    return Refused(Code(code))


async def to_team(
    context: Context, member: Staff, conversation_id: str, team_id: str, note: str
) -> Conversation:
    """Into another team's queue, with the time it first asked. Raises `Refused`."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, list[Stored], list[Offer]]:
        former = await access.of_staff(tx, member, conversation_id, "move", lock=True)
        team = await teams.get(tx, team_id)
        if team is None:
            raise Refused(Code.NOT_FOUND, "There is no such team.")
        if former.live == "ended":
            raise Refused(Code.ENDED)
        if await assignments.end(tx, former.id, "transferred", at) is None:
            await assignments.raise_epoch(tx, former.id)
        first_at = former.first_waited_at or former.opened_at
        await visits.enter(tx, former.id, team.id, former.priority, first_at, at)
        author = lines.of_staff(member)
        written = [
            await lines.write(tx, former.id, "transferred", at, author=author, payload={"to_team": team.name})
        ]
        if note:
            written.append(
                await lines.write(tx, former.id, "note", at, author=author, thread="staff", body=note)
            )
        withdrawn = await offers.withdraw_for(tx, former.id, at)
        row = await conversations.change(tx, former.id, at, weight=team.weights[former.channel])
        return former, row, written, withdrawn

    former, row, written, withdrawn = await context.database.transact(work)
    announce.changed(context, row, written, former)
    matching.withdraw(context, withdrawn)
    await opening.line_up(context, row, skip=[former.assignee_id] if former.assignee_id else [])
    return row
