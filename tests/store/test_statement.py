"""A batch in one statement on PostgreSQL: the same as draft by draft, or nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import assignments, entries, statement_postgresql
from store.database import Database
from store.drafts import Draft, Refused, Stored
from store.migrate import migrate
from tests.store.seeds import START, Seeded, draft, later, seed
from tests.store.sending import answers, heads, names, running

OWNED = {"entry": "conversation_id", "conversation": "id", "ticket": "conversation_id"}
OWN = {"id", "conversation_id", "number", "client_id"}
"""What differs between two conversations to which the same was said."""


@pytest.fixture
async def desk(postgresql_url: str) -> AsyncIterator[Seeded]:
    """A small desk on PostgreSQL."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    yield await seed(database)
    await database.close()


async def at_once(desk: Seeded, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused] | None:
    """What one statement makes of drafts that it may be tried with."""
    found = statement_postgresql.outline(drafts, at)
    assert found is not None
    return await desk.database.state(lambda wire: statement_postgresql.append(wire, drafts, found, at))


async def state(desk: Seeded, id: str) -> list[dict[str, Any]]:
    """All that stands of a conversation, but for what names it."""
    async with desk.database.read() as tx:
        found = [
            await tx.execute(text(f"SELECT * FROM {table} WHERE {key} = :id"), {"id": id})
            for table, key in OWNED.items()
        ]
    rows = [{key: row[key] for key in row if key not in OWN} for each in found for row in each.mappings()]
    return sorted(rows, key=repr)


def staffed(desk: Seeded, id: str, body: str, epoch: int, client_id: str | None = None) -> Draft:
    """Ada's message."""
    return draft(id, body, client_id, author_id=desk.ada.id, author_kind="staff", epoch=epoch)


async def test_one_statement_leaves_what_draft_by_draft_leaves(desk: Seeded) -> None:
    """Whoever writes last, whatever the thread; and it answers the same."""
    ids = []
    for way in (0, 1):
        one = await desk.conversation()
        ids.append(one.id)
        async with desk.database.begin() as tx:
            epoch = await assignments.start(tx, one.id, desk.ada.id, one.epoch, {}, START)
        assert epoch is not None
        note = draft(one.id, "n", thread="staff", kind="note", author_id=desk.ada.id, author_kind="staff")
        batches = [
            [draft(one.id, "a", "1"), draft(one.id, "b" * 200, "2")],
            [note, draft(one.id, kind="joined", author_kind="system", author_id="", payload=b'{"x":1}')],
            [draft(one.id, "c"), staffed(desk, one.id, "d", epoch)],
            [staffed(desk, one.id, "e", epoch), draft(one.id, "f"), note, draft(one.id, "g")],
            [note],
        ]
        for n, batch in enumerate(batches):
            if way:
                assert await at_once(desk, batch, later(n)) is not None
            else:
                async with desk.database.begin() as tx:
                    await entries.append(tx, batch, later(n))
    first, second = [await state(desk, id) for id in ids]
    assert len(first) == 13
    assert first == second


async def test_where_one_draft_cannot_be_written_none_is(desk: Seeded) -> None:
    """Refused, unknown or known: the batch goes the long way, which tells each what became of it."""
    one, other = await desk.conversation(), await desk.conversation()
    assert await at_once(desk, [draft(one.id, "a", "1")], START) is not None
    good = draft(other.id, "good", "2")
    for bad in (draft(one.id, "a", "1"), staffed(desk, one.id, "b", 1), draft("nowhere", "c")):
        assert await at_once(desk, [good, bad], START) is None
        async with desk.database.read() as tx:
            assert await heads(tx, [one.id, other.id]) == {one.id: (1, 0), other.id: (0, 0)}
    async with desk.database.begin() as tx:
        await tx.execute(text("UPDATE ticket SET status = 'closed'"))
    assert await at_once(desk, [good], START) is None
    async with running(desk.database) as log:
        found = await answers(log, draft(one.id, "again", "1"), good, staffed(desk, one.id, "d", 1))
    assert names(found) == ["1", "closed", "not_assigned"]


async def test_what_was_written_while_the_row_was_waited_for_is_seen(desk: Seeded) -> None:
    """The next number follows it, and its client id is not written twice."""
    one = await desk.conversation()
    async with running(desk.database) as log:
        assert names(await answers(log, draft(one.id, "a", "1"))) == ["1"]
        for repeated, expected in ((False, "3"), (True, "4")):
            async with desk.database.begin() as tx:
                await entries.append(tx, [draft(one.id, "other", f"o{repeated}")], START)
                mine = draft(one.id, "mine", f"o{repeated}" if repeated else "m")
                answer = asyncio.create_task(answers(log, mine))
                await _waits_for_a_lock(tx)
            assert names(await answer) == [expected]
    assert (await desk.reread(one.id)).public_head == 4


async def test_a_connection_lost_under_a_statement_leaves_the_next_unharmed(
    desk: Seeded, postgresql_url: str
) -> None:
    """Whether it took effect is not known: Unavailable, never a second try; then a new connection."""
    one = await desk.conversation()
    async with running(desk.database) as log:
        assert names(await answers(log, draft(one.id, "a", "1"))) == ["1"]
        blocker = await asyncpg.connect(postgresql_url)
        transaction = blocker.transaction()
        await transaction.start()
        await blocker.execute("LOCK TABLE conversation")
        answer = asyncio.create_task(answers(log, draft(one.id, "b", "2")))
        async with desk.database.read() as tx:
            await _waits_for_a_lock(tx)
        await blocker.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        )
        assert names(await answer) == ["Unavailable"]
        await transaction.rollback()
        await blocker.close()
        assert names(await answers(log, draft(one.id, "b", "2"))) == ["2"]


async def _waits_for_a_lock(tx: AsyncConnection) -> None:
    """Until somebody in this database does."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        "AND datname = current_database()"
    )
    while not await tx.scalar(query):
        await tx.execute(text("SELECT pg_stat_clear_snapshot()"))
