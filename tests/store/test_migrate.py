"""The schema's history on both databases."""

import asyncio
from pathlib import Path

from store import desk, migrations
from store.database import Database
from store.migrate import HEAD, differences, migrate, pending

VERSIONS = Path(migrations.__path__[0]) / "versions"


async def test_migrations_run_on_an_empty_database_and_leave_nothing_pending(database_url: str) -> None:
    """Up from nothing: what was pending has run, and a second run finds nothing to do."""
    before = await pending(database_url)
    assert before
    assert await migrate(database_url) == before
    assert await pending(database_url) == []
    assert await migrate(database_url) == []


async def test_migrations_make_the_tables_that_are_declared(database_url: str) -> None:
    """Alembic would generate nothing more."""
    await migrate(database_url)
    assert await differences(database_url) == []


async def test_two_releases_at_once_migrate_once(database_url: str) -> None:
    """The second waits for the first and does nothing."""
    done = await asyncio.gather(migrate(database_url), migrate(database_url))
    assert sorted(len(steps) for steps in done)[0] == 0
    database = await Database.open(database_url)
    async with database.read() as tx:
        assert (await desk.get(tx)).generation == 0
    await database.close()


def test_the_newest_migration_is_named() -> None:
    """A start that compares with an older name would run Alembic each time, with a newer one never."""
    names = sorted(path.stem.split("_")[0].removeprefix("m") for path in VERSIONS.glob("m*.py"))
    assert names[-1] == HEAD
