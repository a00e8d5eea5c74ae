"""What the comparison of Redis with the database found different for longer than a moment, and mended."""

from collections.abc import Sequence
from datetime import datetime

import uuid_utils
from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Mending(Struct, frozen=True, kw_only=True):
    """`kind` says how it differed, `subject_id` names the conversation or whatever it was."""

    id: str
    at: datetime
    kind: str
    subject_id: str


async def add(tx: AsyncConnection, at: datetime, mended: Sequence[tuple[str, str]]) -> None:
    """Note what was mended, as (kind, subject id)."""
    rows = [
        {"id": str(uuid_utils.uuid7()), "at": at, "kind": kind, "subject_id": subject_id}
        for kind, subject_id in mended
    ]
    if rows:
        await tx.execute(tables.mending.insert(), rows)


async def count(tx: AsyncConnection, since: datetime) -> int:
    """How many there were at or after `since`."""
    m = tables.mending
    return int(await tx.scalar(select(func.count()).select_from(m).where(m.c.at >= since)) or 0)


async def recent(tx: AsyncConnection, limit: int = 50) -> list[Mending]:
    """The newest first."""
    m = tables.mending
    rows = await tx.execute(select(m).order_by(m.c.at.desc(), m.c.id.desc()).limit(limit))
    return [Mending(**row._asdict()) for row in rows]


async def purge(tx: AsyncConnection, before: datetime) -> int:
    """Forget what is older than `before`; how many."""
    m = tables.mending
    return (await tx.execute(delete(m).where(m.c.at < before))).rowcount
