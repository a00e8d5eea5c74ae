"""A batch of entries in PostgreSQL: four statements, whatever its size.

Plain SQL for the driver, with a column an array: `unnest` makes rows of them without the cost of a
statement, or of parsing a parameter list, a row.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from store.drafts import Draft, EntryRow, Refused, Stored
from store.numbering import Key, Tally, conversations_of, keys_of, number

# The ticket is locked too: after a wait PostgreSQL reads only locked rows anew, and the status that
# decides must not be from before it.
LOCK = """
SELECT c.id, c.public_head, c.staff_head, c.position, c.assignment_epoch, c.assignee_id, c.live,
       c.team_id, t.status, t.first_reply_at IS NOT NULL AS replied, c.unanswered_since
FROM conversation AS c JOIN ticket AS t ON t.conversation_id = c.id
WHERE c.id = ANY($1::text[])
ORDER BY c.id
FOR UPDATE OF c, t
"""

# LATERAL with LIMIT keeps the planner from reading the whole log to join it with a few keys.
KNOWN = """
SELECT e.conversation_id, e.thread, e.seq, e.kind, e.position, e.author_kind, e.author_id,
       e.author_name, e.body, e.payload, e.client_id, e.at, e.erased_at
FROM unnest($1::text[], $2::text[], $3::text[]) AS k (conversation_id, author_id, client_id)
CROSS JOIN LATERAL (
    SELECT * FROM entry AS own
    WHERE own.conversation_id = k.conversation_id AND own.author_id = k.author_id
      AND own.client_id = k.client_id
    LIMIT 1
) AS e
"""

INSERT = """
INSERT INTO entry (conversation_id, thread, seq, kind, position, author_kind, author_id, author_name,
                   body, payload, client_id, at)
SELECT d.*, $12::timestamptz
FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::text[]) AS d
"""

UPDATE = """
UPDATE conversation AS c
SET public_head = d.public_head, staff_head = d.staff_head, position = d.position, updated_at = $10,
    unanswered_since = d.unanswered_since, preview = coalesce(d.preview, c.preview),
    last_customer_at = coalesce(d.last_customer_at, c.last_customer_at),
    last_staff_at = coalesce(d.last_staff_at, c.last_staff_at),
    warned_at = CASE WHEN d.unwarned THEN NULL ELSE c.warned_at END, indexed = false
FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::timestamptz[], $6::text[],
            $7::timestamptz[], $8::timestamptz[], $9::bool[])
  AS d (id, public_head, staff_head, position, unanswered_since, preview, last_customer_at,
        last_staff_at, unwarned)
WHERE c.id = d.id
"""

FIRST_REPLY = """
UPDATE ticket SET first_reply_at = $1
WHERE conversation_id = ANY($2::text[]) AND first_reply_at IS NULL
"""


async def append(tx: AsyncConnection, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused]:
    """Number and write `drafts` inside a transaction."""
    ids = conversations_of(drafts)
    tallies = await _lock(tx, ids) if ids else {}
    keys = keys_of(drafts, tallies)
    numbered = number(drafts, tallies, await _known(tx, keys) if keys else {}, at)
    if numbered.rows:
        await _write(tx, numbered.rows, numbered.tallies, at)
    return numbered.answers


async def _lock(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Tally]:
    """Lock the rows of `ids` in ascending order, so that two batches cannot deadlock."""
    rows = await tx.exec_driver_sql(LOCK, (list(ids),))
    return {row["id"]: tally_of(row) for row in rows.mappings()}


def tally_of(row: Any) -> Tally:
    """A locked row."""
    return Tally(
        id=row["id"],
        public_head=row["public_head"],
        staff_head=row["staff_head"],
        position=row["position"],
        epoch=row["assignment_epoch"],
        assignee_id=row["assignee_id"],
        live=row["live"],
        team_id=row["team_id"],
        status=row["status"],
        replied=row["replied"],
        unanswered_since=row["unanswered_since"],
    )


async def _known(tx: AsyncConnection, keys: Sequence[Key]) -> dict[Key, EntryRow]:
    """The entries that have one of `keys`."""
    rows = await tx.exec_driver_sql(KNOWN, tuple([key[n] for key in keys] for n in range(3)))
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
            at=row.at,
            erased_at=row.erased_at,
        )
        found[(entry.conversation_id, entry.author_id, cast(str, entry.client_id))] = entry
    return found


async def _write(tx: AsyncConnection, rows: Sequence[Stored], tallies: Sequence[Tally], at: datetime) -> None:
    """The new entries, and what they change of their conversations and tickets."""
    columns = entry_columns(rows, [row.seq for row in rows], [row.position for row in rows])
    await tx.exec_driver_sql(INSERT, (*columns, at))
    await tx.exec_driver_sql(UPDATE, (*changes(tallies), at))
    replied = [tally.id for tally in tallies if tally.first_reply]
    if replied:
        await tx.exec_driver_sql(FIRST_REPLY, (at, replied))


def entry_columns(
    rows: Sequence[Draft | Stored], seqs: Sequence[int], positions: Sequence[int]
) -> tuple[list[object], ...]:
    """Entries, a column a list."""
    return (
        [row.conversation_id for row in rows],
        [row.thread for row in rows],
        list(seqs),
        [row.kind for row in rows],
        list(positions),
        [row.author_kind for row in rows],
        [row.author_id for row in rows],
        [row.author_name for row in rows],
        [row.body for row in rows],
        [None if row.payload is None else row.payload.decode() for row in rows],
        [row.client_id for row in rows],
    )


def changes(tallies: Sequence[Tally]) -> tuple[list[object], ...]:
    """What entries change of their conversations, a column a list."""
    return (
        [tally.id for tally in tallies],
        [tally.public_head for tally in tallies],
        [tally.staff_head for tally in tallies],
        [tally.position for tally in tallies],
        [tally.unanswered_since for tally in tallies],
        [tally.preview for tally in tallies],
        [tally.last_customer_at for tally in tallies],
        [tally.last_staff_at for tally in tallies],
        [tally.unwarned for tally in tallies],
    )
