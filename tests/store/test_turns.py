"""SQLite's one writing connection, which the message log uses past the pool."""

from collections.abc import AsyncIterator

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
            async with small.database.begin() as tx:
                await tx.invalidate()
                raise Lost
        assert names(await answers(log, draft(one.id, "second"))) == ["2"]
