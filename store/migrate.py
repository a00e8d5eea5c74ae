"""Bringing a database's schema up to date."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Connection, inspect, text

from store import engines, partitions
from store.outages import translating

Result = TypeVar("Result")

HEAD: Final = "0007"
"""The newest migration. A start that finds it need not import Alembic, which takes a fifth of a second."""


async def migrate(url: str) -> list[str]:
    """Run the migrations that `url` lacks, all or none; returns their ids, the oldest first.

    Makes a SQLite file where there is none; its folder must exist. Raises Unavailable.
    """
    if await _run(url, _stands_at_head):
        return []
    from store import migrating

    return await _run(url, migrating.upgrade)


async def pending(url: str) -> list[str]:
    """The ids of the migrations that `url` lacks, the oldest first. Raises Unavailable."""
    if await _run(url, _stands_at_head):
        return []
    from store import migrating

    return await _run(url, migrating.missing)


async def differences(url: str) -> list[str]:
    """What the tables of a migrated `url` and their declarations do not agree on; empty is right."""
    from store import migrating

    return await _run(url, migrating.differing)


async def divide(url: str, at: datetime) -> list[partitions.Made]:
    """Make the parts of the log that are due at `at` in a migrated `url`, and move however many lines wait
    for them. Raises partitions.NotMade, and Unavailable where the log is in use."""
    engine = engines.patient(url)
    try:
        async with translating(), engine.begin() as tx:
            made = [await partitions.make(tx, year, None) for year in await partitions.missing(tx, at)]
        return [part for part in made if part is not None]
    finally:
        await engine.dispose()


async def _run(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = engines.patient(url)
    try:
        async with translating(), engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _stands_at_head(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD)
