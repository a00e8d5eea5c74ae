"""The threads' lines: the only append, and reading by seq."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import batch_postgresql, batch_sqlite, engines, statement_postgresql, tables
from store.database import Database
from store.drafts import AuthorKind as AuthorKind
from store.drafts import Draft as Draft
from store.drafts import EntryRow as EntryRow
from store.drafts import Live as Live
from store.drafts import RefusalCode as RefusalCode
from store.drafts import Refused as Refused
from store.drafts import Stored as Stored
from store.drafts import Thread as Thread
from store.drafts import TicketStatus as TicketStatus

LAST = 2**31 - 1
"""Beyond any seq: clients may ask for what comes before or after any number."""


async def append(tx: AsyncConnection, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused]:
    """Write `drafts` to their threads, in order; one answer each, in the same order.

    Locks the conversations in ascending order of ids. What was refused left no trace. A number of
    statements that does not grow with the batch: it is the message path.
    """
    if tx.dialect.name == "sqlite":
        return await engines.in_thread(tx, lambda raw: batch_sqlite.append(raw, drafts, at))
    return await batch_postgresql.append(tx, drafts, at)


async def commit(
    database: Database, drafts: Sequence[Draft], at: datetime, within_seconds: float
) -> list[Stored | Refused]:
    """Append in a transaction of its own. Raises Unavailable when the database is away.

    Unless a draft is refused or was known, on SQLite one visit to the writer's thread, from begin to commit,
    and on PostgreSQL one statement.
    """
    if database.dialect == "sqlite":
        try:
            return await database.transact_at_once(
                lambda raw: batch_sqlite.append_new(raw, drafts, at), within_seconds
            )
        except batch_sqlite.Doubtful:
            return await database.transact_at_once(
                lambda raw: batch_sqlite.append(raw, drafts, at), within_seconds
            )

    found = statement_postgresql.outline(drafts, at)
    if found is not None:
        answers = await database.state(
            lambda statements: statement_postgresql.append(statements, drafts, found, at), within_seconds
        )
        if answers is not None:
            return answers

    async def work(tx: AsyncConnection) -> list[Stored | Refused]:
        return await batch_postgresql.append(tx, drafts, at)

    return await database.transact(work, within_seconds, messages=True)


async def read(
    tx: AsyncConnection, conversation_id: str, thread: Thread, after: int, limit: int
) -> list[EntryRow]:
    """The first `limit` entries whose seq is above `after`, ascending."""
    seq = tables.entry.c.seq
    query = _of(conversation_id, thread).where(seq > min(after, LAST)).order_by(seq).limit(limit)
    return [_shaped(row) for row in await tx.execute(query)]


async def pages(
    tx: AsyncConnection, conversation_ids: Sequence[str], thread: Thread, after: int, limit: int
) -> dict[str, list[EntryRow]]:
    """What `read` finds in each of several conversations that has any such entry."""
    c, first = tables.entry.c, min(after, LAST - limit)
    # A thread has no gaps: so many entries are so many numbers.
    query = (
        select(tables.entry)
        .where(c.conversation_id.in_(conversation_ids), c.thread == thread)
        .where(c.seq > first, c.seq <= first + limit)
        .order_by(c.conversation_id, c.seq)
    )
    found: dict[str, list[EntryRow]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.conversation_id, []).append(_shaped(row))
    return found


async def before(
    tx: AsyncConnection, conversation_id: str, thread: Thread, before: int, limit: int
) -> list[EntryRow]:
    """The last `limit` entries whose seq is below `before`, ascending."""
    seq = tables.entry.c.seq
    query = _of(conversation_id, thread).where(seq < min(before, LAST)).order_by(seq.desc()).limit(limit)
    return [_shaped(row) for row in (await tx.execute(query)).all()[::-1]]


async def newest(tx: AsyncConnection, conversation_id: str, thread: Thread, limit: int) -> list[EntryRow]:
    """The last `limit` entries, ascending."""
    return await before(tx, conversation_id, thread, LAST, limit)


def _of(conversation_id: str, thread: Thread) -> Select[Any]:
    c = tables.entry.c
    return select(tables.entry).where(c.conversation_id == conversation_id, c.thread == thread)


def _shaped(row: Row[Any]) -> EntryRow:
    named = row._asdict()
    payload = named.pop("payload")
    return EntryRow(**named, payload=None if payload is None else payload.encode())
