"""A batch of entries in SQLite: one read, two where some may have come before, and two executemany, whatever
its size.

Plain SQL on the driver's connection, to be run in its thread: this is the message path, and a hop to the
thread and back for every statement would cost several times what the statements do.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec

from store.drafts import Draft, EntryRow, Refused, Stored
from store.numbering import Key, Tally, conversations_of, keys_of, number
from store.times import from_micros, to_micros

LOCK = """
SELECT c.id, c.public_head, c.staff_head, c.position, c.assignment_epoch AS epoch, c.assignee_id, c.live,
       c.team_id, t.status, t.first_reply_at IS NOT NULL AS replied, c.unanswered_since, c.indexed
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
    last_staff_at = coalesce(?, last_staff_at), warned_at = CASE WHEN ? THEN NULL ELSE warned_at END
WHERE id = ?
"""

OUTDATE = "UPDATE conversation SET indexed = 0 WHERE id = ?"
"""Apart, and only where it changes: SQLite writes an index anew whenever its column is named."""

FIRST_REPLY = "UPDATE ticket SET first_reply_at = ? WHERE conversation_id = ? AND first_reply_at IS NULL"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


class Doubtful(Exception):
    """A draft came before, or is refused unless it did. The transaction is to be rolled back."""


def append(raw: sqlite3.Connection, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused]:
    """Number and write `drafts` inside a transaction, which holds the only write lock already."""
    tallies = _tallies(raw, conversations_of(drafts))
    return _append(raw, drafts, tallies, _known(raw, keys_of(drafts, tallies)), at)


def append_new(raw: sqlite3.Connection, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused]:
    """The same without looking for those that came before: the unique index finds them. Raises Doubtful."""
    try:
        answers = _append(raw, drafts, _tallies(raw, conversations_of(drafts)), {}, at)
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            raise Doubtful from error
        raise
    if any(isinstance(answer, Refused) for answer in answers):
        raise Doubtful
    return answers


def _append(
    raw: sqlite3.Connection,
    drafts: Sequence[Draft],
    tallies: dict[str, Tally],
    known: dict[Key, EntryRow],
    at: datetime,
) -> list[Stored | Refused]:
    numbered = number(drafts, tallies, known, at)
    if numbered.rows:
        _write(raw, numbered.rows, numbered.tallies, to_micros(at))
    return numbered.answers


def _tallies(raw: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Tally]:
    return {
        row[0]: Tally(
            id=row[0],
            public_head=row[1],
            staff_head=row[2],
            position=row[3],
            epoch=row[4],
            assignee_id=row[5],
            live=row[6],
            team_id=row[7],
            status=row[8],
            replied=bool(row[9]),
            unanswered_since=_time(row[10]),
            indexed=bool(row[11]),
        )
        for row in raw.execute(LOCK, (_json(ids),))
    }


def _known(raw: sqlite3.Connection, keys: Sequence[Key]) -> dict[Key, EntryRow]:
    """The entries that have one of `keys`."""
    found = {}
    for row in raw.execute(KNOWN, (_json(keys),)):
        entry = EntryRow(
            conversation_id=row[0],
            thread=row[1],
            seq=row[2],
            kind=row[3],
            position=row[4],
            author_kind=row[5],
            author_id=row[6],
            author_name=row[7],
            body=row[8],
            payload=None if row[9] is None else row[9].encode(),
            client_id=row[10],
            at=from_micros(row[11]),
            erased_at=_time(row[12]),
        )
        found[(entry.conversation_id, entry.author_id, cast(str, entry.client_id))] = entry
    return found


def _write(raw: sqlite3.Connection, rows: Sequence[Stored], tallies: Sequence[Tally], micros: int) -> None:
    """The new entries, and what they change of their conversations and tickets."""
    raw.executemany(INSERT, [_entry(row, micros) for row in rows])
    raw.executemany(UPDATE, [_changes(tally, micros) for tally in tallies])
    outdated = [(tally.id,) for tally in tallies if tally.indexed]
    if outdated:
        raw.executemany(OUTDATE, outdated)
    replied = [(micros, tally.id) for tally in tallies if tally.first_reply]
    if replied:
        raw.executemany(FIRST_REPLY, replied)


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
