"""What SQLite alone needs: turns at its one writing connection, and its log moved into its file."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from sqlalchemy import text

from store import conversations
from store.database import Database
from store.migrate import migrate
from tests.store.seeds import START, Seeded, draft, seed
from tests.store.sending import answers, names, running, send


class Lost(Exception):
    """A block ends early."""


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Seeded]:
    """A desk in SQLite."""
    await migrate(sqlite_url)
    opened = await Database.open(sqlite_url)
    yield await seed(opened)
    await opened.close()


async def lose(database: Database) -> None:
    """Have the writing connection closed in the midst of its use."""
    async with database.begin() as tx:
        await tx.invalidate()
        raise Lost


async def test_a_message_waits_for_who_writes_just_now(small: Seeded) -> None:
    """Between two statements of a transaction the connection looks free, and is not."""
    one = await small.conversation()
    async with running(small.database) as log:
        assert names(await answers(log, draft(one.id, "first"))) == ["1"]
        async with small.database.begin() as tx:
            await conversations.change(tx, one.id, START, weight=700)
            (second,) = send(log, draft(one.id, "second"))
            for _ in range(5):
                await tx.execute(text("SELECT 1"))
            assert not second.done()
        assert names([await second]) == ["2"]
    assert (await small.reread(one.id)).weight == 700


async def test_a_connection_that_is_gone_costs_no_message(small: Seeded) -> None:
    """The log finds it closed and takes the next."""
    one = await small.conversation()
    async with running(small.database) as log:
        assert names(await answers(log, draft(one.id, "first"))) == ["1"]
        with pytest.raises(Lost):
            await lose(small.database)
        assert names(await answers(log, draft(one.id, "second"))) == ["2"]


async def test_what_is_committed_is_moved_into_the_file_beside_the_writers(
    small: Seeded, sqlite_url: str
) -> None:
    """Until then it stands in the log alone; no commit has to move it."""
    file = sqlite_url.removeprefix("sqlite:///")

    def in_file() -> int:
        """Rows in the file itself, without its log."""
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    one = await small.conversation()
    await small.database.checkpoint()
    async with running(small.database) as log:
        await answers(log, draft(one.id, "first"))
        assert in_file() == 0
        await small.database.checkpoint()
        assert in_file() == 1
