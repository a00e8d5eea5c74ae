"""What happens when the database is away, locked, full, contended, or its client is killed."""

import asyncio
import signal
import sqlite3
import sys
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import conversations, entries
from store.database import Database
from store.errors import Conflict, Unavailable
from store.migrate import migrate
from tests.store.seeds import START, Seeded, draft, seed
from tests.store.sending import answers, heads, names, running

BOUND_SECONDS = 5.0


async def test_of_24_concurrent_writers_none_is_lost(desk: Seeded) -> None:
    """Each reads and then writes what it read; two open databases, as two processes would."""
    one = await desk.conversation()

    async def increment(tx: AsyncConnection) -> None:
        found = await conversations.lock(tx, one.id)
        assert found is not None
        await conversations.change(tx, one.id, START, weight=found.weight + 1)

    await asyncio.gather(*(desk.database.transact(increment) for _ in range(24)))
    assert (await desk.reread(one.id)).weight == one.weight + 24


async def test_24_appends_at_once_are_numbered_without_a_gap(desk: Seeded) -> None:
    """Each in a transaction of its own, of which none fails: the row that numbers is locked."""
    one = await desk.conversation()

    async def append(tx: AsyncConnection, n: int) -> None:
        await entries.append(tx, [draft(one.id, str(n)), draft(one.id, str(n))], START)

    await asyncio.gather(*(desk.database.transact(partial(append, n=n)) for n in range(24)))
    async with desk.database.read() as tx:
        rows = await entries.read(tx, one.id, "public", 0, 100)
    assert [row.seq for row in rows] == list(range(1, 49))
    assert sorted(int(row.body) for row in rows[::2]) == list(range(24))
    assert [row.body for row in rows[::2]] == [row.body for row in rows[1::2]]


async def test_two_logs_share_conversations_without_a_gap_or_a_deadlock(
    desk: Seeded, database_url: str
) -> None:
    """Two processes writing to the same threads, each batch over all of them."""
    ids = [(await desk.conversation()).id for _ in range(5)]
    other = await Database.open(database_url)
    drafts = [draft(ids[n % 5], str(n), author_id="a") for n in range(200)]
    async with running(desk.database, limit=20) as one, running(other, limit=20) as two:
        found = await asyncio.gather(answers(one, *drafts), answers(two, *drafts[::-1]))
    await other.close()
    assert all(name.isdigit() for name in names(found[0] + found[1]))
    async with desk.database.read() as tx:
        for id in ids:
            assert [row.seq for row in await entries.read(tx, id, "public", 0, 500)] == list(range(1, 81))


async def test_what_a_killed_process_was_told_is_written_is_there(desk: Seeded, database_url: str) -> None:
    """kill -9 amid sends: every acknowledged message stands at its seq, and none is there twice."""
    one = await desk.conversation()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.store.writer",
        database_url,
        one.id,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    acked = [await process.stdout.readline() for _ in range(300)]
    process.send_signal(signal.SIGKILL)
    acked += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    async with desk.database.read() as tx:
        rows = await entries.read(tx, one.id, "public", 0, 100_000)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.client_id for row in rows] == [f"c{n}" for n in range(len(rows))]
    told = [line.decode().split() for line in acked if line.endswith(b"\n")]
    assert {client_id: int(seq) for client_id, seq in told}.items() <= {
        (row.client_id, row.seq) for row in rows
    }
    async with running(desk.database) as log:
        assert names(await answers(log, draft(one.id, "again", told[0][0]))) == [told[0][1]]


async def test_a_locked_sqlite_file_is_told_in_time_and_recovered_from(sqlite_url: str) -> None:
    """Another process holds the write lock: Unavailable within 5 s, and on when it lets go."""
    await migrate(sqlite_url)
    database = await Database.open(sqlite_url)
    desk = await seed(database)
    one = await desk.conversation()
    blocker = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    async with running(database) as log:
        async with asyncio.timeout(BOUND_SECONDS):
            found = await answers(log, *(draft(one.id, str(n), f"c{n}") for n in range(3)))
        assert names(found) == ["Unavailable"] * 3
        async with database.read() as tx:
            assert await heads(tx, [one.id]) == {one.id: (0, 0)}
        blocker.execute("ROLLBACK")
        blocker.close()
        assert names(await answers(log, *(draft(one.id, str(n), f"c{n}") for n in range(3)))) == [
            "1",
            "2",
            "3",
        ]
    await database.close()


async def test_a_full_disk_acknowledges_nothing_and_recovers(sqlite_url: str) -> None:
    """SQLite may not grow any more: Unavailable; with room again, all is well."""
    await migrate(sqlite_url)
    database = await Database.open(sqlite_url)
    desk = await seed(database)
    one = await desk.conversation()
    async with database.begin() as tx:
        pages = await tx.scalar(text("PRAGMA page_count"))
        await tx.execute(text(f"PRAGMA max_page_count = {pages}"))
    async with running(database) as log:
        big = [draft(one.id, "x" * 8000, f"c{n}") for n in range(5)]
        assert names(await answers(log, *big)) == ["Unavailable"] * 5
        async with database.begin() as tx:
            await tx.execute(text("PRAGMA max_page_count = 1000000"))
        assert names(await answers(log, *big)) == ["1", "2", "3", "4", "5"]
    await database.close()


async def test_a_locked_table_is_told_in_time_and_recovered_from(postgresql_url: str) -> None:
    """LOCK TABLE by somebody else: Unavailable within 5 s, and on when it ends."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    desk = await seed(database)
    one = await desk.conversation()
    blocker = await asyncpg.connect(postgresql_url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("LOCK TABLE conversation")
    async with running(database) as log:
        async with asyncio.timeout(BOUND_SECONDS):
            assert names(await answers(log, draft(one.id, "a", "c1"))) == ["Unavailable"]
        await transaction.rollback()
        assert names(await answers(log, draft(one.id, "a", "c1"))) == ["1"]
    await blocker.close()
    await database.close()


async def test_a_rush_takes_no_more_connections_than_were_set(postgresql_url: str) -> None:
    """Whoever finds all in use waits for one, and is served."""
    database = await Database.open(postgresql_url, connections=5)
    count = "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"

    async def read() -> int:
        async with database.read() as tx:
            seen: int = (await tx.execute(text(count))).first()[0]  # type: ignore[index]
            return seen

    assert max(await asyncio.gather(*(read() for _ in range(50)))) == 3
    await database.close()


async def test_connections_that_the_server_dropped_cost_no_message(postgresql_url: str) -> None:
    """A restart, as the client sees it: the next transaction runs on a new connection by itself."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    desk = await seed(database)
    one = await desk.conversation()
    async with running(database) as log:
        assert names(await answers(log, draft(one.id, "a", "c1"))) == ["1"]
        server = await asyncpg.connect(postgresql_url)
        await server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'frontdesk' AND datname = current_database()"
        )
        await server.close()
        assert names(await answers(log, draft(one.id, "b", "c2"))) == ["2"]
    await database.close()


async def test_a_deadlock_is_run_again(postgresql_url: str) -> None:
    """Two that lock against the order both end up written, since the victim is repeated."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    desk = await seed(database)
    first, second = (await desk.conversation()).id, (await desk.conversation()).id
    met = asyncio.Barrier(2)
    runs = 0

    async def cross(tx: AsyncConnection, one: str, two: str) -> None:
        nonlocal runs
        runs += 1
        await conversations.lock(tx, one)
        if runs <= 2:
            await met.wait()
        found = await conversations.lock(tx, two)
        assert found is not None
        await conversations.change(tx, two, START, weight=found.weight + 1)

    await asyncio.gather(
        database.transact(lambda tx: cross(tx, first, second)),
        database.transact(lambda tx: cross(tx, second, first)),
    )
    assert runs >= 3
    assert [(await desk.reread(id)).weight for id in (first, second)] == [101, 101]
    await database.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/none"],
    ids=["sqlite", "postgresql"],
)
async def test_a_database_that_is_away_is_unavailable_from_every_side(url: str) -> None:
    """Opening never fails; each use does, with the one error."""
    database = await Database.open(url)

    async def nothing(tx: AsyncConnection) -> None:
        raise AssertionError("there is no transaction")

    with pytest.raises(Unavailable):
        await database.transact(nothing)
    with pytest.raises(Unavailable):
        async with database.begin():
            pass
    with pytest.raises(Unavailable):
        async with database.read():
            pass
    with pytest.raises(Unavailable):
        await migrate(url)
    async with asyncio.timeout(BOUND_SECONDS), running(database) as log:
        assert names(await answers(log, draft("x"), draft("y"))) == ["Unavailable"] * 2
    await database.close()


async def test_a_reader_cannot_write_and_does_not_wait_for_writers(desk: Seeded) -> None:
    """Beside an open write transaction it sees what was committed before."""
    one = await desk.conversation()
    async with desk.database.begin() as writing:
        await conversations.change(writing, one.id, START, weight=7)
        async with asyncio.timeout(1):
            assert (await desk.reread(one.id)).weight == 100
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        async with desk.database.read() as tx:
            await conversations.change(tx, one.id, START, weight=8)


async def test_an_error_of_the_work_itself_rolls_back_and_is_not_repeated(desk: Seeded) -> None:
    """Only what a retry may cure is retried."""
    one = await desk.conversation()
    runs = 0

    async def work(tx: AsyncConnection) -> None:
        nonlocal runs
        runs += 1
        await conversations.change(tx, one.id, START, weight=7)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await desk.database.transact(work)
    assert runs == 1
    assert (await desk.reread(one.id)).weight == 100


async def test_work_that_conflicts_for_ever_ends_as_unavailable(desk: Seeded) -> None:
    """Retries are bounded."""
    runs = 0

    async def work(tx: AsyncConnection) -> None:
        nonlocal runs
        runs += 1
        raise Conflict("again")

    with pytest.raises(Unavailable):
        await desk.database.transact(work)
    assert runs == 6


async def test_another_kind_of_database_is_refused() -> None:
    """With a sentence that says what is taken."""
    with pytest.raises(ValueError, match="sqlite:///path or postgresql://"):
        await Database.open("mysql://localhost/x")
