"""What is known of backups: those that were made or failed, and how the last look at each ended.

The rows are for people and for the warning; a restore needs only the folder on the shelf.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import uuid_utils
from msgspec import Struct
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

State = Literal["good", "due", "late"]


class Record(Struct, frozen=True, kw_only=True):
    """`place`: host and folder; `size` in bytes; `error`: why it was not made; `verified_at`: when it was
    last found whole; `looked_at`, `finding`: the last look, and what was wrong."""

    id: str
    name: str
    place: str
    began_at: datetime
    made_at: datetime | None
    size: int
    sealed: bool
    error: str
    verified_at: datetime | None
    looked_at: datetime | None
    finding: str
    pruned_at: datetime | None


class Standing(Struct, frozen=True, kw_only=True):
    """Whether the last verified backup is as young as it should be. `late`: it is not. `due`: there is none
    yet, and it is too early to say so."""

    state: State
    verified_at: datetime | None
    """Up to when everything is in it."""


async def made(
    tx: AsyncConnection,
    name: str,
    place: str,
    began_at: datetime,
    made_at: datetime,
    size: int,
    *,
    sealed: bool,
) -> None:
    """Note a backup that is on its shelf."""
    row = {"name": name, "place": place, "began_at": began_at, "made_at": made_at, "size": size}
    await tx.execute(tables.backup.insert().values(**_blank(), **row, sealed=sealed, error=""))


async def failed(tx: AsyncConnection, place: str, began_at: datetime, error: str) -> None:
    """Note that one could not be made, and why."""
    row = {"name": "", "place": place, "began_at": began_at, "made_at": None, "size": 0, "sealed": False}
    await tx.execute(tables.backup.insert().values(**_blank(), **row, error=error[:2000]))


async def looked(tx: AsyncConnection, name: str, at: datetime, finding: str) -> None:
    """Note a verification; `finding` is empty where all was well."""
    b = tables.backup
    values: dict[str, object] = {"looked_at": at, "finding": finding[:2000]}
    if not finding:
        values["verified_at"] = at
    await tx.execute(update(b).where(b.c.name == name).values(**values))


async def pruned(tx: AsyncConnection, names: Collection[str], at: datetime) -> None:
    """Note that these are gone from their shelf."""
    b = tables.backup
    await tx.execute(update(b).where(b.c.name.in_(names), b.c.pruned_at.is_(None)).values(pruned_at=at))


async def recent(tx: AsyncConnection, limit: int = 50) -> list[Record]:
    """What was tried last, the newest first, without what is pruned."""
    b = tables.backup
    query = select(b).where(b.c.pruned_at.is_(None)).order_by(b.c.began_at.desc(), b.c.id.desc()).limit(limit)
    return [Record(**row._asdict()) for row in await tx.execute(query)]


async def names(tx: AsyncConnection) -> set[str]:
    """Of all that were ever noted as made."""
    b = tables.backup
    return set(await tx.scalars(select(b.c.name).where(b.c.name != "")))


async def standing(tx: AsyncConnection, at: datetime, allowed: timedelta) -> Standing:
    """How things stand at `at`, when the last verified backup should not have begun longer ago than
    `allowed`. A desk whose first try is younger than that, or to come, is `due`."""
    b = tables.backup
    whole = b.c.verified_at.is_not(None) & (b.c.finding == "")
    last = await tx.scalar(select(func.max(b.c.began_at)).where(whole))
    first = await tx.scalar(select(func.min(b.c.began_at)))
    return judge(at, allowed, last, first)


def judge(at: datetime, allowed: timedelta, last: datetime | None, first: datetime | None) -> Standing:
    """Pure: `last` verified and `first` tried."""
    if last is not None:
        return Standing(state="good" if at - last <= allowed else "late", verified_at=last)
    early = first is None or at - first <= allowed
    return Standing(state="due" if early else "late", verified_at=None)


def _blank() -> dict[str, object]:
    return {
        "id": str(uuid_utils.uuid7()),
        "verified_at": None,
        "looked_at": None,
        "finding": "",
        "pruned_at": None,
    }
