"""A batch of entries in SQLite: two reads and two executemany, whatever its size.

Plain SQL for the driver: this is the message path, and building statements would double its cost.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from store.drafts import EntryRow, Stored
from store.numbering import Key, Tally
from store.times import from_micros, to_micros

LOCK = """
SELECT c.id, c.public_head, c.staff_head, c.position, c.assignment_epoch AS epoch, c.assignee_id, c.live,
       c.team_id, t.status, t.first_reply_at IS NOT NULL AS replied, c.unanswered_since
FROM conversation AS c JOIN ticket AS t ON t.conversation_id = c.id
WHERE c.id IN (SELECT value FROM json_each(?))
"""

KNOWN = """
SELECT e.conversation_id, e.thread, e.seq, e.kind, e.position, e.author_kind, e.author_id,
       e.author_name, e.body, e.payload, e.client_id, e.at, e.erased_at
FROM json_each(?) AS k CROSS JOIN entry AS e
  ON e.conversation_id = json_extract(k.value, '$[0]')
 AND e.author_id = json_extract(k.value, '$[1]')
 AND e.client_id = json_extract(k.value, '$[2]')
"""

INSERT = """
INSERT INTO entry (conversation_id, thread, seq, kind, position, author_kind, author_id, author_name,
                   body, payload, client_id, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

UPDATE = """
UPDATE conversation
SET public_head = ?, staff_head = ?, position = ?, updated_at = ?, unanswered_since = ?,
    preview = coalesce(?, preview), last_customer_at = coalesce(?, last_customer_at),
    last_staff_at = coalesce(?, last_staff_at), warned_at = CASE WHEN ? THEN NULL ELSE warned_at END,
    indexed = 0
WHERE id = ?
"""

FIRST_REPLY = "UPDATE ticket SET first_reply_at = ? WHERE conversation_id = ? AND first_reply_at IS NULL"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


async def lock(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Tally]:
    """The rows of `ids`; the transaction holds the only write lock already."""
    rows = await tx.exec_driver_sql(LOCK, (_json(ids),))
    return {
        row.id: Tally(
            id=row.id,
            public_head=row.public_head,
            staff_head=row.staff_head,
            position=row.position,
            epoch=row.epoch,
            assignee_id=row.assignee_id,
            live=row.live,
            team_id=row.team_id,
            status=row.status,
            replied=bool(row.replied),
            unanswered_since=_time(row.unanswered_since),
        )
        for row in rows
    }


async def known(tx: AsyncConnection, keys: Sequence[Key]) -> dict[Key, EntryRow]:
    """The entries that have one of `keys`."""
    rows = await tx.exec_driver_sql(KNOWN, (_json(keys),))
    found = {}
    for row in rows:
        entry = EntryRow(
            conversation_id=row.conversation_id,
            thread=row.thread,
            seq=row.seq,
            kind=row.kind,
            position=row.position,
            author_kind=row.author_kind,
            author_id=row.author_id,
            author_name=row.author_name,
            body=row.body,
            payload=None if row.payload is None else row.payload.encode(),
            client_id=row.client_id,
            at=from_micros(row.at),
            erased_at=_time(row.erased_at),
        )
        found[(entry.conversation_id, entry.author_id, cast(str, entry.client_id))] = entry
    return found


async def write(tx: AsyncConnection, rows: Sequence[Stored], tallies: Sequence[Tally], at: datetime) -> None:
    """Write the new entries and what they change of their conversations and tickets."""
    micros = to_micros(at)
    await tx.exec_driver_sql(INSERT, [_entry(row, micros) for row in rows])
    await tx.exec_driver_sql(UPDATE, [_changes(tally, micros) for tally in tallies])
    replied = [(micros, tally.id) for tally in tallies if tally.first_reply]
    if replied:
        await tx.exec_driver_sql(FIRST_REPLY, replied)


def _entry(row: Stored, micros: int) -> tuple[object, ...]:
    return (
        row.conversation_id,
        row.thread,
        row.seq,
        row.kind,
        row.position,
        row.author_kind,
        row.author_id,
        row.author_name,
        row.body,
        None if row.payload is None else row.payload.decode(),
        row.client_id,
        micros,
    )


def _changes(tally: Tally, micros: int) -> tuple[object, ...]:
    return (
        tally.public_head,
        tally.staff_head,
        tally.position,
        micros,
        _micros(tally.unanswered_since),
        tally.preview,
        _micros(tally.last_customer_at),
        _micros(tally.last_staff_at),
        tally.unwarned,
        tally.id,
    )
