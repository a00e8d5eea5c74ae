"""Things to do at a time: rows that workers claim, with a fence against those who come back late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import uuid_utils
from msgspec import Struct
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

BACKOFF_SECONDS = 5
LONGEST_BACKOFF_SECONDS = 3600


class Job(Struct, frozen=True, kw_only=True):
    """A claimed job; `fence` proves the claim, `attempts` counts this one too."""

    id: str
    kind: str
    subject_id: str
    due_at: datetime
    payload: dict[str, Any]
    fence: int
    attempts: int


async def put(
    tx: AsyncConnection,
    kind: str,
    subject_id: str,
    due_at: datetime,
    payload: dict[str, Any] | None = None,
) -> None:
    """Have something done at `due_at`. The same (kind, subject) again replaces time and payload, and
    voids a claim that is under way."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    j = tables.job.c
    statement = insert(tables.job).values(
        id=str(uuid_utils.uuid7()),
        kind=kind,
        subject_id=subject_id,
        due_at=due_at,
        payload=payload or {},
        fence=0,
        attempts=0,
        last_error="",
    )
    renewed = {
        "due_at": statement.excluded.due_at,
        "payload": statement.excluded.payload,
        "claimed_until": None,
        "fence": j.fence + 1,
        "attempts": 0,
        "last_error": "",
    }
    await tx.execute(statement.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=renewed))


async def ensure(tx: AsyncConnection, kind: str, subject_id: str, due_at: datetime) -> None:
    """Have something done at `due_at`, unless it is to be done already, at whatever time."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = insert(tables.job).values(
        id=str(uuid_utils.uuid7()),
        kind=kind,
        subject_id=subject_id,
        due_at=due_at,
        payload={},
        fence=0,
        attempts=0,
        last_error="",
    )
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["kind", "subject_id"]))


async def drop(tx: AsyncConnection, kind: str, subject_id: str) -> bool:
    """Have it not done after all; whether it was to be."""
    j = tables.job
    gone = await tx.execute(delete(j).where(j.c.kind == kind, j.c.subject_id == subject_id))
    return gone.rowcount > 0


async def claim(
    tx: AsyncConnection, kinds: Sequence[str], at: datetime, lease_seconds: float, limit: int = 20
) -> list[Job]:
    """Take up to `limit` due jobs that nobody holds, the longest due first, for `lease_seconds`."""
    j = tables.job.c
    free = or_(j.claimed_until.is_(None), j.claimed_until <= at)
    due = select(j.id).where(j.kind.in_(kinds), j.due_at <= at, free).order_by(j.due_at, j.id).limit(limit)
    rows = await tx.execute(
        update(tables.job)
        .where(j.id.in_(due.with_for_update(skip_locked=True)))
        .values(
            claimed_until=at + timedelta(seconds=lease_seconds), fence=j.fence + 1, attempts=j.attempts + 1
        )
        .returning(*(j[name] for name in Job.__struct_fields__))
    )
    jobs = [Job(**row._asdict()) for row in rows]
    return sorted(jobs, key=lambda job: (job.due_at, job.id))


async def renew(tx: AsyncConnection, job: Job, at: datetime, lease_seconds: float) -> bool:
    """Hold a claim for longer, for work whose length nobody knows. False as in `finish`."""
    j = tables.job.c
    changed = await tx.execute(
        update(tables.job)
        .where(j.id == job.id, j.fence == job.fence)
        .values(claimed_until=at + timedelta(seconds=lease_seconds))
    )
    return changed.rowcount > 0


async def finish(tx: AsyncConnection, job: Job) -> bool:
    """Done: delete it. False where the claim lapsed and somebody else holds it, or it was put anew:
    then what was done for it in this transaction has to be rolled back or be harmless."""
    j = tables.job.c
    gone = await tx.execute(delete(tables.job).where(j.id == job.id, j.fence == job.fence))
    return gone.rowcount > 0


async def fail(tx: AsyncConnection, job: Job, error: str, at: datetime) -> bool:
    """Try again later: after 5 s, twice as long each time, at most an hour. False as in `finish`."""
    wait = min(BACKOFF_SECONDS * 2 ** min(job.attempts - 1, 16), LONGEST_BACKOFF_SECONDS)
    j = tables.job.c
    changed = await tx.execute(
        update(tables.job)
        .where(j.id == job.id, j.fence == job.fence)
        .values(due_at=at + timedelta(seconds=wait), claimed_until=None, last_error=error[:1000])
    )
    return changed.rowcount > 0


async def next_due(tx: AsyncConnection, kinds: Sequence[str]) -> datetime | None:
    """When the next job may be claimed, or None where there is none."""
    j = tables.job.c
    held = and_(j.claimed_until.is_not(None), j.claimed_until > j.due_at)
    unclaimed = await tx.scalar(select(func.min(j.due_at)).where(j.kind.in_(kinds), ~held))
    lapsing = await tx.scalar(select(func.min(j.claimed_until)).where(j.kind.in_(kinds), held))
    return min((time for time in (unclaimed, lapsing) if time is not None), default=None)
