"""Carrying a desk from one kind of database to the other, row by row, both at the same schema.

What it does not carry: nothing that the tables hold is left out, but numbers that were given and rolled
back are forgotten (a ticket's number may be given that was once skipped), and what only one database can
hold stops it: PostgreSQL takes no U+0000 and no integer beyond 32 bits, neither of which the desk writes.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

ROWS = 500


async def carry(source: AsyncConnection, target: AsyncConnection) -> None:
    """Fill the migrated and empty `target` with the rows of `source`, table by table, in the transactions
    that both have."""
    for table in reversed(tables.metadata.sorted_tables):
        await target.execute(delete(table))
    for table in tables.metadata.sorted_tables:
        stream = await source.stream(select(table))
        async for rows in stream.mappings().partitions(ROWS):
            await target.execute(insert(table), [dict(row) for row in rows])
    await target.run_sync(_number_on)


def is_empty(connection: Connection) -> bool:
    """Whether a migrated database holds no desk yet: nothing but what the migrations write."""
    return all(connection.scalar(select(func.count()).select_from(table)) == 0 for table in _of_a_desk())


def _of_a_desk() -> Sequence[Any]:
    return [tables.staff, tables.site, tables.team, tables.customer, tables.conversation]


def _number_on(connection: Connection) -> None:
    """The next ticket follows the last; SQLite sees to it by itself."""
    if connection.dialect.name == "postgresql":
        last = connection.scalar(select(func.max(tables.ticket.c.number)))
        sequence = "pg_get_serial_sequence('ticket', 'number')"
        connection.execute(
            text(f"SELECT setval({sequence}, :last, :used)"), {"last": last or 1, "used": last is not None}
        )
