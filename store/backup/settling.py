"""What a desk must not carry over from the time that its database was copied."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

LEAP = 1_000
"""Generations rise by one a rebuild; a Redis that outlived the database is this far behind."""


async def settle(tx: AsyncConnection, at: datetime, least_generation: int = 0) -> int:
    """Make a restored desk fit to be served; how many sign-ins were ended.

    - The generation leaps beyond any that Redis can hold, so that routing is rebuilt from these rows.
      `least_generation`: that of the desk that was replaced.
    - All staff sign in again: a session that was revoked after the copy would be good again.
    - Jobs that somebody had claimed can be claimed at once.

    Visitors' tokens stay good: they are signed, hold no rights beyond their own threads, and are never
    revoked. Open offers end with the rebuild, as after a restart.
    """
    d, s = tables.desk, tables.staff_session
    generation = int((await tx.execute(d.select().with_only_columns(d.c.generation))).scalar_one())
    raised = max(generation, least_generation) + LEAP
    await tx.execute(update(d).where(d.c.id == 1).values(generation=raised))
    ended = await tx.execute(update(s).where(s.c.revoked_at.is_(None)).values(revoked_at=at))
    await tx.execute(update(tables.job).values(claimed_until=None, fence=tables.job.c.fence + 1))
    return int(ended.rowcount)
