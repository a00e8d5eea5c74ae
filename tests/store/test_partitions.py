"""The parts of the log on PostgreSQL: which conversation lies where, and how the next part is made."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import conversations, engines, entries, migrate, partitions, statement_postgresql
from store.conversations import New
from store.database import Database
from store.errors import Unavailable
from store.log import MessageLog
from store.partitions import OTHER, Made, NotMade, bound, name
from tests.store.seeds import START, Seeded, draft, seed
from tests.store.sending import answers, names, running

THIS = datetime.now(UTC).year
"""The year in which the migration runs: its part is there from the start, and the next one's."""
MILLISECOND = timedelta(milliseconds=1)
WAITING = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
async def desk(postgresql_url: str) -> AsyncIterator[Seeded]:
    """A small desk on PostgreSQL."""
    await migrate.migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    yield await seed(database)
    await database.close()


@pytest.fixture
async def stranger(desk: Seeded) -> AsyncIterator[str]:
    """A role that owns nothing."""
    role = f"stranger_{secrets.token_hex(4)}"
    await run(desk, f"CREATE ROLE {role}")
    yield role
    await run(desk, f"DROP ROLE {role}")


async def run(desk: Seeded, statement: str) -> None:
    async with desk.database.begin() as tx:
        await tx.execute(text(statement))


def begun(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def id_at(moment: datetime) -> str:
    """A UUIDv7 of that moment."""
    time = f"{(moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND:012x}"
    rest = secrets.token_hex(9)
    return f"{time[:8]}-{time[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:]}"


async def conversation(desk: Seeded, begun_at: datetime) -> str:
    """A conversation that began then."""
    new = New(
        id=id_at(begun_at),
        site_id=desk.site.id,
        customer_id=desk.customer.id,
        team_id=desk.team.id,
        client_id=f"first-{next(desk.numbers)}",
        subject="Where is my parcel?",
        live="waiting",
    )
    async with desk.database.begin() as tx:
        return (await conversations.open(tx, new, START)).id


async def parts(desk: Seeded) -> list[str]:
    """What parts the log has."""
    async with desk.database.read() as tx:
        return sorted(await tx.scalars(text(partitions.NAMES)))


async def part_of(desk: Seeded, id: str) -> list[str]:
    """The parts that hold a conversation's lines."""
    where = text("SELECT DISTINCT tableoid::regclass::text FROM entry WHERE conversation_id = :id")
    async with desk.database.read() as tx:
        return list(await tx.scalars(where, {"id": id}))


async def said(desk: Seeded, id: str) -> list[str]:
    async with desk.database.read() as tx:
        return [row.body for row in await entries.read(tx, id, "public", 0, 100)]


async def make(desk: Seeded, at: datetime, most_moved: int | None = 100) -> list[Made]:
    """What the chore does."""
    async with desk.database.read() as tx:
        years = await partitions.missing(tx, at)
    made = []
    for year in years:
        made.append(await desk.database.transact(partial(partitions.make, year=year, most_moved=most_moved)))
    return [part for part in made if part is not None]


async def until_somebody_waits(tx: AsyncConnection) -> None:
    """For one of this database's tables."""
    while not await tx.scalar(text(WAITING)):
        await tx.execute(text("SELECT pg_sleep(0)"))


def test_a_bound_is_above_the_ids_of_the_years_before_and_below_all_others() -> None:
    """To the millisecond, whatever follows the time in an id."""
    for year in (1970, 2000, 2026, 2027, 2100, 9999):
        assert bound(year) <= id_at(begun(year))
        assert partitions.year_of(id_at(begun(year))) == year
        if year > 1970:
            assert id_at(begun(year) - MILLISECOND) < bound(year)
            assert partitions.year_of(id_at(begun(year) - MILLISECOND)) == year - 1


async def test_a_line_lies_in_the_part_of_the_year_in_which_its_conversation_began(desk: Seeded) -> None:
    """However late it is written. The first part reaches back; what has none goes with all others."""
    assert await parts(desk) == [name(THIS), name(THIS + 1), OTHER]
    last_moment = await conversation(desk, begun(THIS + 1) - MILLISECOND)
    wanted = {
        await conversation(desk, begun(THIS)): name(THIS),
        last_moment: name(THIS),
        await conversation(desk, begun(THIS + 1)): name(THIS + 1),
        await conversation(desk, begun(THIS - 7)): name(THIS),
        await conversation(desk, begun(1970)): name(THIS),
        await conversation(desk, begun(THIS + 2)): OTHER,
    }
    async with running(desk.database) as log:
        assert set(names(await answers(log, *(draft(id) for id in wanted)))) == {"1"}
        assert names(await answers(log, draft(last_moment, "in the new year"))) == ["2"]
    assert {id: await part_of(desk, id) for id in wanted} == {id: [part] for id, part in wanted.items()}


async def test_ids_are_ordered_by_their_bytes_whatever_the_databases_language(desk: Seeded) -> None:
    """In Danish "aa" comes after "z": lines would lie, and be looked for, elsewhere than their times say."""
    query = text(
        "SELECT collation_name FROM information_schema.columns"
        " WHERE column_name = 'conversation_id' AND table_name LIKE 'entry%'"
    )
    async with desk.database.read() as tx:
        assert list(await tx.scalars(query)) == ["C"] * 4


async def test_the_next_part_is_made_once_and_a_year_ahead(desk: Seeded) -> None:
    """Nothing until the new year, then the one after it."""
    for at in (begun(THIS), begun(THIS + 1) - MILLISECOND, begun(THIS - 3)):
        assert await make(desk, at) == []
    assert await make(desk, begun(THIS + 1)) == [Made(name(THIS + 2), 0)]
    assert await make(desk, begun(THIS + 1)) == []
    assert await make(desk, begun(THIS + 4)) == [Made(name(THIS + 4), 0), Made(name(THIS + 5), 0)]
    id = await conversation(desk, begun(THIS + 2))
    async with running(desk.database) as log:
        found = await answers(log, draft(id, "a", "1"), draft(id, "b", "2"))
        assert names(found) == ["1", "2"]
        # Its keys are the log's: the same client id gets the same answer.
        assert names(await answers(log, draft(id, "a", "1"))) == ["1"]
    assert await part_of(desk, id) == [name(THIS + 2)]
    assert await said(desk, id) == ["a", "b"]


async def test_of_several_that_make_a_part_at_once_one_does(desk: Seeded) -> None:
    """The others find it being made, or made."""
    at = begun(THIS + 1)
    made = await asyncio.gather(*(make(desk, at) for _ in range(6)))
    assert sorted(len(each) for each in made) == [0, 0, 0, 0, 0, 1]
    assert await parts(desk) == [name(THIS), name(THIS + 1), name(THIS + 2), OTHER]


async def test_a_desk_whose_parts_were_never_made_takes_lines_all_the_same(desk: Seeded) -> None:
    """They wait in the part for all others, and are moved when theirs is made."""
    at = begun(THIS + 3)
    inside, beyond = await conversation(desk, at), await conversation(desk, begun(THIS + 30))
    async with running(desk.database) as log:
        assert names(await answers(log, draft(inside, "a", "1"), draft(inside, "b"), draft(beyond))) == [
            "1",
            "2",
            "1",
        ]
        assert await part_of(desk, inside) == [OTHER]
        async with desk.database.read() as tx:
            assert await partitions.late(tx, at) == THIS + 3
        assert await make(desk, at) == [Made(name(THIS + 3), 2), Made(name(THIS + 4), 0)]
        assert names(await answers(log, draft(inside, "a", "1"), draft(inside, "c"))) == ["1", "3"]
    assert await part_of(desk, inside) == [name(THIS + 3)]
    assert await part_of(desk, beyond) == [OTHER]
    assert await said(desk, inside) == ["a", "b", "c"]


async def test_a_part_that_is_late_is_told_in_time(desk: Seeded) -> None:
    """Half a year before it is needed; before that it only waits for its turn."""
    async with desk.database.read() as tx:
        assert await partitions.late(tx, begun(THIS + 1)) is None
        assert await partitions.late(tx, begun(THIS + 1) + timedelta(days=150)) is None
        assert await partitions.late(tx, begun(THIS + 1) + timedelta(days=200)) == THIS + 2


async def test_more_lines_than_messages_can_wait_for_are_moved_when_told(
    desk: Seeded, postgresql_url: str
) -> None:
    """Until then everything stays as it was, and whoever tries is told what to do."""
    at = begun(THIS + 2)
    id = await conversation(desk, at)
    async with running(desk.database) as log:
        await answers(log, *(draft(id) for _ in range(101)))
    before = await parts(desk)
    with pytest.raises(NotMade, match="frontdesk migrate"):
        await make(desk, at, 100)
    assert await parts(desk) == before
    assert await part_of(desk, id) == [OTHER]
    made = await migrate.divide(postgresql_url, at)
    assert made == [Made(name(THIS + 2), 101), Made(name(THIS + 3), 0)]
    assert await part_of(desk, id) == [name(THIS + 2)]
    assert len(await said(desk, id)) == 100


async def test_a_role_that_may_not_make_tables_is_told_so(desk: Seeded, stranger: str) -> None:
    """Lines go on going to the part for all others."""
    async with desk.database.begin() as tx:
        await tx.execute(text(f"SET LOCAL ROLE {stranger}"))
        with pytest.raises(NotMade, match="owner"):
            await partitions.make(tx, THIS + 2)


async def test_a_long_reader_of_the_log_holds_up_neither_messages_nor_the_next_try(desk: Seeded) -> None:
    """A dump holds every table for hours. The part is made when it has ended."""
    at = begun(THIS + 1)
    id = await conversation(desk, begun(THIS))
    async with running(desk.database) as log:
        async with desk.database.read() as dump:
            await dump.execute(text("SELECT count(*) FROM entry"))
            making = asyncio.create_task(make(desk, at))
            await until_somebody_waits(dump)
            # Behind the one that waits for the dump: so long, and no longer.
            assert names(await answers(log, draft(id))) == ["1"]
            with pytest.raises(Unavailable):
                await making
        assert await make(desk, at) == [Made(name(THIS + 2), 0)]
        assert names(await answers(log, draft(id))) == ["2"]


@pytest.mark.parametrize("way", ["message", "line", "read"])
async def test_whoever_comes_while_a_conversation_is_moved_finds_it_where_it_went(
    desk: Seeded, way: str
) -> None:
    """A message, another transaction's line, a reader: each waits, and misses none of what was there."""
    at = begun(THIS + 2)
    id = await conversation(desk, at)

    async def come(log: MessageLog) -> list[str]:
        if way == "read":
            return await said(desk, id)
        if way == "message":
            return names(await answers(log, draft(id, "b")))
        written = await desk.database.transact(lambda tx: entries.append(tx, [draft(id, "b")], START))
        return names([*written])

    async with running(desk.database) as log:
        assert names(await answers(log, draft(id, "a"))) == ["1"]
        assert await said(desk, id) == ["a"]
        async with desk.database.begin() as tx:
            assert await partitions.make(tx, THIS + 2) == Made(name(THIS + 2), 1)
            async with desk.database.read() as other:
                coming = asyncio.create_task(come(log))
                await until_somebody_waits(other)
        assert await coming == (["a"] if way == "read" else ["2"])
    assert await part_of(desk, id) == [name(THIS + 2)]
    assert await said(desk, id) == (["a"] if way == "read" else ["a", "b"])


READ = """
SELECT relname, coalesce(idx_scan, 0) > 0, n_tup_ins::int FROM pg_stat_xact_user_tables
WHERE starts_with(relname, 'entry_p') AND (seq_scan > 0 OR idx_scan > 0 OR n_tup_ins > 0)
"""
LOCKED = """
SELECT DISTINCT relation::regclass::text FROM pg_locks
WHERE pid = pg_backend_pid() AND starts_with(relation::regclass::text, 'entry_p')
"""


async def test_a_message_looks_and_writes_in_its_own_part_alone(desk: Seeded, postgresql_url: str) -> None:
    """By a plan that was made before its conversation was known."""
    for year in range(THIS + 1, THIS + 4):
        await make(desk, begun(year))
    ids = [await conversation(desk, begun(year)) for year in (THIS, THIS + 2)]
    drafts = [draft(ids[0], "a", "1"), draft(ids[0], "b", "2"), draft(ids[1], "a", "1")]
    found = statement_postgresql.outline(drafts, START)
    assert found is not None
    engine = engines.postgresql_messages(postgresql_url)
    async with engine.begin() as tx:
        await tx.execute(text("SELECT"))
        driver = (await tx.get_raw_connection()).driver_connection
        assert driver is not None
        assert await statement_postgresql.append(driver, drafts, found, START) is not None
        touched = sorted(tuple(row) for row in await tx.execute(text(READ)))
    await engine.dispose()
    assert touched == [(name(THIS), True, 2), (name(THIS + 2), True, 1)]


async def test_a_thread_is_read_in_its_own_part_alone(desk: Seeded) -> None:
    """The others are not even locked: one thread's reader waits for nothing that happens to another part."""
    id = await conversation(desk, begun(THIS + 1))
    async with running(desk.database) as log:
        await answers(log, draft(id, "a"))
    async with desk.database.read() as tx:
        assert len(await entries.read(tx, id, "public", 0, 50)) == 1
        assert len(await entries.newest(tx, id, "public", 50)) == 1
        assert len(await entries.pages(tx, [id], "public", 0, 50)) == 1
        locked = set(await tx.scalars(text(LOCKED)))
        assert {row.relname for row in await tx.execute(text(READ))} == {name(THIS + 1)}
    assert {table.split("_")[1] for table in locked} == {f"p{THIS + 1}"}
