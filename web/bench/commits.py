"""The limit of durable writes: rows like our messages, committed in groups by as little as can be.

What waits goes into the next transaction, at most `GROUP` rows, as in our log; nothing is read or numbered.
"""

import sqlite3
import time
from pathlib import Path

import asyncpg
import uuid_utils

from web.bench.load import BODY_BYTES

GROUP = 200
TABLE = "CREATE TABLE entries (conversation_id TEXT, seq BIGINT, id TEXT, body TEXT, at BIGINT)"
KEY = "CREATE UNIQUE INDEX entries_key ON entries (conversation_id, seq)"
CONVERSATIONS = 200
UNNEST = (
    "INSERT INTO entries SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])"
)

Row = tuple[str, int, str, str, int]


def sqlite(folder: Path, seconds: float) -> float:
    """Rows a second by one bare sqlite3 connection, FULL sync, WAL."""
    connection = sqlite3.connect(folder / "commits.db", isolation_level=None)
    try:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE, KEY):
            connection.execute(statement)
        groups, start = 0, time.perf_counter()
        while (took := time.perf_counter() - start) < seconds:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", group(groups))
            connection.execute("COMMIT")
            groups += 1
        return groups * GROUP / took
    finally:
        connection.close()


async def postgresql(url: str, seconds: float) -> float:
    """Rows a second by one bare asyncpg connection, with `unnest`."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(TABLE)
        await connection.execute(KEY)
        statement = await connection.prepare(UNNEST)

        groups, start = 0, time.perf_counter()
        while (took := time.perf_counter() - start) < seconds:
            await statement.fetch(*map(list, zip(*group(groups), strict=True)))
            groups += 1
        return groups * GROUP / took
    finally:
        await connection.close()


def group(number: int) -> list[Row]:
    """The n-th group of rows: so many conversations, each the next in its thread."""
    return [
        (f"conversation-{n % CONVERSATIONS:023}", number, str(uuid_utils.uuid7()), "." * BODY_BYTES, number)
        for n in range(GROUP)
    ]
