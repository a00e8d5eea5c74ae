"""The parts of the log on PostgreSQL: one for the conversations begun in each year, made ahead, and one for
whatever lies beyond them, so that no line is ever refused.

A conversation lies where its id says that it began, whole, whenever its lines are written. The first year's
part holds all that is older too. SQLite has no parts: there every function here finds nothing to do.

Years, because the message path pays for each part: a plan that is kept opens and locks all of them, needed or
not, and PostgreSQL locks quickly only the first 16 things of a transaction. By id, because keys must contain
what divides; that an id begins with a time makes last year's part a thing that nobody writes to any more.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

PREFIX: Final = "entry_p"
"""How the names of the parts begin. What they hold, `entry` holds."""
OTHER: Final = f"{PREFIX}_other"
LOCK_KEY: Final = 7_236_481_556
"""Of PostgreSQL's advisory lock: of two processes at once, one does it."""
LOCK_MS: Final = 200
"""For so long at most do messages queue behind us, where something long, such as a dump, reads the log."""
MOST_MOVED: Final = 50_000
"""Lines that are moved while messages wait: some tenths of a second."""
LATE: Final = timedelta(days=180)
"""A year's part is made a year before. One that lacks for so much less is not only waiting for its turn."""

NAMES = """
SELECT part.relname FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
WHERE inhparent = to_regclass('entry')
"""
OWNED = """
SELECT pg_has_role(relowner, 'USAGE') AND has_schema_privilege(relnamespace, 'CREATE')
FROM pg_class WHERE oid = to_regclass('entry')
"""
STRAYS = f"""
SELECT count(*) FROM (
    SELECT FROM {OTHER} WHERE conversation_id >= :since AND conversation_id < :until LIMIT :most
) AS stray
"""
MOVE = """
WITH moved AS (
    DELETE FROM {other} WHERE conversation_id >= :since AND conversation_id < :until RETURNING *
)
INSERT INTO {name} SELECT * FROM moved
"""


class NotMade(Exception):
    """A part that is due cannot be made by this process. The text says why, and what to do."""


class Made(Struct, frozen=True):
    """A new part, and how many lines waited for it in the part for all others."""

    name: str
    moved: int


def name(year: int) -> str:
    """What the part of a year is called."""
    return f"{PREFIX}{year}"


def bound(year: int) -> str:
    """The least id of a conversation begun in `year` or later, by UTC: a UUIDv7 begins with its moment, in
    48 bits of milliseconds since 1970 (RFC 9562, section 5.7)."""
    moment = f"{int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000:012x}"
    return f"{moment[:8]}-{moment[8:]}-0000-0000-000000000000"


def year_of(id: str) -> int:
    """In which year, by UTC, a UUIDv7 was made."""
    return datetime.fromtimestamp(int(id[:8] + id[9:13], 16) / 1000, UTC).year


def due(at: datetime) -> tuple[int, int]:
    """Of which years the parts have to be there at `at`: this one and the next. A whole year ahead, so that
    neither a clock that is wrong nor one that could not do its work for months matters."""
    return at.year, at.year + 1


async def missing(tx: AsyncConnection, at: datetime) -> list[int]:
    """The years that are due and have no part, ascending."""
    if tx.dialect.name == "sqlite":
        return []
    years = await _years(tx)
    return [year for year in due(at) if year not in years and year > min(years, default=0)]


async def late(tx: AsyncConnection, at: datetime) -> int | None:
    """A year that is near or has begun and has no part, which should not be; or None."""
    return next((year for year in await missing(tx, at) if year <= (at + LATE).year), None)


async def make(tx: AsyncConnection, year: int, most_moved: int | None = MOST_MOVED) -> Made | None:
    """Make the part of a year, which is missing; None where another process is at it, or was.

    Lines that wait for it in the part for all others are moved into it, at most `most_moved`, since messages
    wait meanwhile; None: all, however long it takes. Raises NotMade where there are more, or where this role
    may not make tables; Unavailable where the log cannot be had at once: try again later.
    """
    if not await _is_alone(tx) or year in await _years(tx):
        return None
    if not await tx.scalar(text(OWNED)):
        raise NotMade("This role does not own the table `entry`: let its owner run `frontdesk migrate`.")
    await _lock(tx)
    strays = await _strays(tx, year, most_moved)
    await tx.execute(text(f"CREATE TABLE {name(year)} (LIKE entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))
    if strays:
        await tx.execute(text(MOVE.format(other=OTHER, name=name(year))), _span(year))
    attach = "ALTER TABLE entry ATTACH PARTITION {name} FOR VALUES FROM ('{since}') TO ('{until}')"
    await tx.execute(text(attach.format(name=name(year), **_span(year))))
    return Made(name(year), strays)


async def _years(tx: AsyncConnection) -> list[int]:
    """Those that have a part."""
    names = await tx.scalars(text(NAMES))
    return [int(ending) for found in names if (ending := found.removeprefix(PREFIX)).isdigit()]


async def _is_alone(tx: AsyncConnection) -> bool:
    """Until the end of the transaction."""
    return bool(await tx.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK_KEY}))


async def _lock(tx: AsyncConnection) -> None:
    """The root too, so that whoever comes meanwhile looks for its part after it was made: what had looked
    before would write into the part for all others, or read where its lines were."""
    await tx.execute(text(f"SET LOCAL lock_timeout = {LOCK_MS}"))
    await tx.execute(text(f"LOCK TABLE ONLY entry, {OTHER} IN ACCESS EXCLUSIVE MODE"))


async def _strays(tx: AsyncConnection, year: int, most: int | None) -> int:
    """How many lines of a year lie in the part for all others. Raises NotMade where that is above `most`."""
    # None is LIMIT's word for no limit.
    limit = None if most is None else most + 1
    strays = int(await tx.scalar(text(STRAYS), {**_span(year), "most": limit}) or 0)
    if most is not None and strays > most:
        raise NotMade(
            f"More than {most} lines of {year} lie in {OTHER}, and messages would wait while they are moved:"
            " run `frontdesk migrate` at a quiet hour."
        )
    return strays


def _span(year: int) -> dict[str, str]:
    return {"since": bound(year), "until": bound(year + 1)}
