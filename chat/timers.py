"""Timers of conversations: rows that any process may claim, so that no leader is needed.

Nothing on the message path moves a timer: one that comes due looks at the last activity of the side
that should act, and sleeps on when there was some.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, endings, letters, lines
from chat.context import Context
from chat.deadlines import CLOSE, SILENCE
from chat.errors import Refused
from store import assignments, conversations, jobs, teams
from store.conversations import Conversation
from store.entries import Stored
from store.errors import Unavailable
from store.jobs import Job
from store.teams import Team

CLAIM_SECONDS: Final = 30
BATCH: Final = 50

log = structlog.get_logger(__name__)


async def run_due(context: Context) -> int:
    """One pass: claim what is due and do it; how many there were. Raises Unavailable while the database is
    away."""
    at = context.clock.now()

    async def claim(tx: AsyncConnection) -> list[Job]:
        return await jobs.claim(tx, [SILENCE, CLOSE, letters.ANSWER], at, CLAIM_SECONDS, BATCH)

    due = await context.database.transact(claim)
    for job in due:
        try:
            await _run(context, job)
        except Unavailable:
            # No fault of the job's: all that is left comes again when its claim has lapsed.
            raise
        except Exception as error:
            # One that fails must not hold up the others; it comes again by itself, later each time.
            log.exception("timer_failed", kind=job.kind, subject_id=job.subject_id)
            await _put_off(context, job, str(error))
    return len(due)


async def _run(context: Context, job: Job) -> None:
    if job.kind == SILENCE:
        await _silence(context, job)
    elif job.kind == CLOSE:
        await _close(context, job)
    else:
        await letters.answer(context, job)


async def _put_off(context: Context, job: Job, error: str) -> None:
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        await jobs.fail(tx, job, error, at)

    await context.database.transact(work)


async def _silence(context: Context, job: Job) -> None:
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, list[Stored]] | None:
        row = await conversations.lock(tx, job.subject_id)
        team = await teams.get(tx, row.team_id) if row else None
        if row is None or team is None or row.live != "assigned":
            await jobs.finish(tx, job)
            return None
        held = await assignments.latest(tx, row.id)
        due_at = silence_due_at(row, team, at, held.started_at if held else at)
        if due_at > at:
            await jobs.put(tx, SILENCE, row.id, due_at)
            return None
        if row.warned_at is not None:
            return row, []
        solve_at = at + timedelta(seconds=team.silence_solve_seconds)
        written = await lines.write(tx, row.id, "warned", at, payload={"solve_at": solve_at.isoformat()})
        changed = await conversations.change(tx, row.id, at, warned_at=at)
        await jobs.put(tx, SILENCE, row.id, solve_at)
        return changed, [written]

    found = await context.database.transact(work)
    if found is None:
        return
    row, written = found
    if written:
        announce.changed(context, row, written)
        return
    try:
        await endings.by_silence(context, row.id)
    except Refused as refused:
        # The customer wrote in this very moment.
        log.info("silence_broken", conversation_id=row.id, code=refused.code)


def silence_due_at(row: Conversation, team: Team, at: datetime, held_since: datetime) -> datetime:
    """When the next step of silence is due: the warning, or the end after it. Pure.

    Measured from the agent's last word, since the customer is the one who should act; while the
    agent owes the answer nothing is due. What a former agent said before `held_since` does not count.
    """
    if row.unanswered_since is not None or row.last_staff_at is None:
        return at + timedelta(seconds=team.silence_warn_seconds)
    if row.warned_at is not None and row.warned_at >= row.last_staff_at:
        return row.warned_at + timedelta(seconds=team.silence_solve_seconds)
    return max(row.last_staff_at, held_since) + timedelta(seconds=team.silence_warn_seconds)


async def _close(context: Context, job: Job) -> None:
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Stored] | None:
        row = await conversations.lock(tx, job.subject_id)
        await jobs.finish(tx, job)
        if row is None or row.live != "ended" or row.status not in ("solved", "pending"):
            return None
        if row.unanswered_since is not None:
            # The customer has just written: it opens again instead.
            return None
        written = await lines.write(tx, row.id, "closed", at)
        return await conversations.change(tx, row.id, at, status="closed", closed_at=at), written

    closed = await context.database.transact(work)
    if closed is not None:
        announce.changed(context, closed[0], [closed[1]])
