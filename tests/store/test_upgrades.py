"""A desk that has been filled under an earlier schema keeps every row when it is brought up to date."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    inspect,
    select,
    text,
)

from store import migrate, migrating, partitions
from store.migrate import HEAD

ROWS = 3
BEFORE_PARTITIONS = "0004"
ENTRIES = """
INSERT INTO entry
  (conversation_id, thread, seq, kind, position, author_kind, author_id, author_name, body, at)
SELECT :id, 'public', seq, 'message', seq, 'customer', 'v', 'Cy', 'hello', now()
FROM generate_series(1, 5) AS seq
"""
WHERE_THEY_LIE = """
SELECT conversation_id, tableoid::regclass::text, count(*) FROM entry GROUP BY 1, 2
"""
AT = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
NOT_OURS = ("sqlite_", "search_index", "alembic_version", partitions.PREFIX)
CHOICES: Mapping[tuple[str, str], Callable[[int], object]] = {
    ("conversation", "live"): lambda row: ("waiting", "assigned", "ended")[row],
    # A chat that is over and waits to be reopened has no document: 0007 sees to that.
    ("conversation", "indexed"): lambda row: row == 0,
    ("ticket", "status"): lambda row: ("queued", "open", "closed")[row],
    ("entry", "thread"): lambda row: ("public", "public", "staff")[row],
}
"""What is allowed; everything else may hold anything of its type."""


def released() -> list[str]:
    """Every schema that there was, the oldest first."""
    scripts = ScriptDirectory.from_config(migrating._config())
    return [script.revision for script in reversed(list(scripts.iterate_revisions("head", "base")))]


Rows = dict[str, list[dict[str, Any]]]


def tables(connection: Connection) -> list[Table]:
    """Ours as they stand in the database, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(NOT_OURS))
    return found.sorted_tables


def value(table: Table, name: str, row: int) -> object:
    """Something of the column's type, another for each row; what it refers to exists."""
    column = table.columns[name]
    if (table.name, name) in CHOICES:
        return CHOICES[table.name, name](row)
    for key in column.foreign_keys:
        return value(key.column.table, key.column.name, row)
    if isinstance(column.type, DateTime):  # in SQLite a time is a number like others
        return AT
    if isinstance(column.type, Boolean):
        return row % 2 == 0
    if isinstance(column.type, Integer):
        return row + 1
    if isinstance(column.type, JSON):
        return {"of": [row, "ünï"]}
    return f"{table.name}.{name} {row} “quoted”\nünï 🙂"


def fill(connection: Connection) -> Rows:
    """Put rows into every table, with every column set; what stands there then."""
    for table in tables(connection):
        if table.name == "desk":
            connection.execute(table.update().values(name="The desk", generation=7))
            continue
        for row in range(ROWS):
            values = {column.name: value(table, column.name, row) for column in table.columns}
            connection.execute(table.insert().values(**values))
    return read(connection)


def read(connection: Connection) -> Rows:
    """Every row of every table."""
    return {
        table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
        for table in tables(connection)
    }


@pytest.mark.parametrize("schema", released())
async def test_every_row_of_every_released_schema_is_there_after_the_upgrade(
    database_url: str, schema: str
) -> None:
    """Every column with what it held; what is new may be added, nothing changed or lost."""
    await migrate._run(database_url, lambda connection: migrating.upgrade(connection, schema))
    before = await migrate._run(database_url, fill)
    assert all(len(rows) == (1 if name == "desk" else ROWS) for name, rows in before.items())
    await migrate.migrate(database_url)
    assert await migrate.pending(database_url) == []
    assert await migrate.differences(database_url) == []
    after = await migrate._run(database_url, read)
    for name, rows in before.items():
        kept = sorted(({column: row[column] for column in rows[0]} for row in after[name]), key=repr)
        assert kept == rows, name


def test_the_newest_schema_is_among_them() -> None:
    """Or this test would look at yesterday's."""
    assert released()[-1] == HEAD
    assert released()[0] == "0001"


async def test_the_log_is_partitioned_and_made_whole_again_with_every_row(database_url: str) -> None:
    """Up, down to the schema before and up again, on a desk that has been filled."""
    await migrate.migrate(database_url)
    before = await migrate._run(database_url, fill)
    for schema in (BEFORE_PARTITIONS, HEAD):
        await migrate._run(database_url, partial(move, to=schema))
        assert await migrate._run(database_url, read) == before
        parts = await migrate._run(database_url, parts_of_the_log)
        is_split = schema == HEAD and database_url.startswith("postgresql")
        this_year, next_year = partitions.due(datetime.now(UTC))
        assert parts == ([f"entry_p{this_year}", f"entry_p{next_year}", "entry_p_other"] if is_split else [])
    assert await migrate.differences(database_url) == []


async def test_lines_of_earlier_years_are_carried_into_parts_of_their_own(postgresql_url: str) -> None:
    """From the year of the oldest conversation, whole. Ids of clocks that were not set make no parts."""
    this = datetime.now(UTC).year
    ids = {
        partitions.bound(1980): f"entry_p{this - 3}",
        partitions.bound(this - 3): f"entry_p{this - 3}",
        partitions.bound(this - 1): f"entry_p{this - 1}",
        partitions.bound(this): f"entry_p{this}",
        partitions.bound(this + 50): "entry_p_other",
        "no id of ours": "entry_p_other",
    }

    def fill_log(connection: Connection) -> None:
        for id in ids:
            connection.execute(text(ENTRIES), {"id": id})

    def look(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(text(WHERE_THEY_LIE))]

    await migrate._run(postgresql_url, partial(migrating.upgrade, to=BEFORE_PARTITIONS))
    await migrate._run(postgresql_url, fill_log)
    await migrate.migrate(postgresql_url)
    assert await migrate.differences(postgresql_url) == []
    parts = await migrate._run(postgresql_url, parts_of_the_log)
    assert parts == [f"entry_p{year}" for year in range(this - 3, this + 2)] + ["entry_p_other"]
    found = await migrate._run(postgresql_url, look)
    assert sorted(found) == sorted((id, part, 5) for id, part in ids.items())


def move(connection: Connection, to: str) -> None:
    """Up or down to a schema."""
    config = migrating._config()
    config.attributes["connection"] = connection
    (command.downgrade if to < HEAD else command.upgrade)(config, to)


def parts_of_the_log(connection: Connection) -> list[str]:
    """The tables that are parts of it."""
    names = inspect(connection).get_table_names()
    return sorted(name for name in names if name.startswith(partitions.PREFIX))
