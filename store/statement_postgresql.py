"""A batch of entries in PostgreSQL as one statement: one visit to the server, commit and all.

What each draft adds to its conversation is counted before the row is known; the statement locks the rows,
adds to what it finds there, and gives them back, so that numbering them here comes to the same numbers.
It writes all or nothing: where any draft would be refused or is known already, nothing, and the batch goes
the long way (batch_postgresql.py), which decides draft by draft.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from store.batch_postgresql import changes, entry_columns, tally_of
from store.drafts import Draft, Refused, Stored
from store.numbering import Key, Tally, conversations_of, count, key_of, number, readable
from store.wire import Statements

UNIQUE_VIOLATION = "23505"

# The rows are locked in the order in which they are named, which ascends. LATERAL with FOR UPDATE, and with
# LIMIT, keeps the planner from reading a whole table to join it with a few keys; heads are looked up in
# arrays because a join of two lists would compare each draft with each conversation. Rows that had to be
# waited for are read anew, like those of batch_postgresql.LOCK, but `told` is not: a client id that another
# process wrote meanwhile is caught by the unique index.
APPEND = """
WITH k AS (
    SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::timestamptz[], $6::text[],
                         $7::timestamptz[], $8::timestamptz[], $9::bool[], $10::int[], $11::text[])
      WITH ORDINALITY AS k (id, public, staff, positions, since, preview, customer_at, staff_at, unwarned,
                            epoch, holder_id, number)
),
d AS MATERIALIZED (
    SELECT * FROM unnest($12::int[], $13::text[], $14::text[], $15::int[], $16::text[], $17::int[],
                         $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[])
      AS d (number, conversation_id, thread, seq, kind, position, author_kind, author_id, author_name,
            body, payload, client_id)
),
c AS MATERIALIZED (
    SELECT k.*, c.*, (k.epoch IS NULL OR (k.epoch = c.assignment_epoch AND k.holder_id = c.assignee_id))
                       AND NOT (k.unwarned AND c.status = 'closed') AS fits
    FROM k CROSS JOIN LATERAL (
        SELECT c.public_head, c.staff_head, c.position, c.assignment_epoch, c.assignee_id, c.live, c.team_id,
               t.status, t.first_reply_at IS NOT NULL AS replied, c.unanswered_since
        FROM conversation AS c JOIN ticket AS t ON t.conversation_id = c.id
        WHERE c.id = k.id
        FOR UPDATE OF c, t
    ) AS c
),
told AS (
    SELECT FROM d CROSS JOIN LATERAL (
        SELECT FROM entry AS own
        WHERE own.conversation_id = d.conversation_id AND own.author_id = d.author_id
          AND own.client_id = d.client_id
        LIMIT 1
    ) AS own
),
fit AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE fits) = cardinality($1) AND NOT EXISTS (SELECT FROM told) AS all_fit,
           array_agg(public_head ORDER BY number) AS public_heads,
           array_agg(staff_head ORDER BY number) AS staff_heads,
           array_agg(position ORDER BY number) AS positions
    FROM c
),
written AS (
    INSERT INTO entry (conversation_id, thread, seq, kind, position, author_kind, author_id, author_name,
                       body, payload, client_id, at)
    SELECT d.conversation_id, d.thread,
           d.seq + (CASE d.thread WHEN 'public' THEN public_heads ELSE staff_heads END)[d.number],
           d.kind, d.position + positions[d.number], d.author_kind, d.author_id, d.author_name,
           d.body, d.payload, d.client_id, $24::timestamptz
    FROM d CROSS JOIN fit WHERE all_fit
),
changed AS (
    UPDATE conversation AS own
    SET public_head = c.public_head + c.public, staff_head = c.staff_head + c.staff,
        position = c.position + c.positions, updated_at = $24::timestamptz,
        unanswered_since = CASE WHEN c.staff_at IS NULL THEN coalesce(c.unanswered_since, c.since)
                                ELSE c.since END,
        preview = coalesce(c.preview, own.preview),
        last_customer_at = coalesce(c.customer_at, own.last_customer_at),
        last_staff_at = coalesce(c.staff_at, own.last_staff_at),
        warned_at = CASE WHEN c.unwarned THEN NULL ELSE own.warned_at END, indexed = false
    FROM c WHERE own.id = c.id AND (SELECT all_fit FROM fit)
),
replied AS (
    UPDATE ticket SET first_reply_at = $24::timestamptz
    FROM c WHERE ticket.conversation_id = c.id AND c.staff_at IS NOT NULL AND NOT c.replied
      AND (SELECT all_fit FROM fit)
)
SELECT all_fit, id, public_head, staff_head, c.position, assignment_epoch, assignee_id, live, team_id, status,
       replied, unanswered_since
FROM c CROSS JOIN fit
"""


class Outline(Struct, frozen=True):
    """What a batch adds to its conversations, whose heads count from 0 here; `seqs` and `positions` are
    the drafts'; `holders`: the epoch and author that a conversation's drafts name, if any do."""

    tallies: dict[str, Tally]
    holders: dict[str, tuple[int, str]]
    seqs: list[int]
    positions: list[int]


def outline(drafts: Sequence[Draft], at: datetime) -> Outline | None:
    """By conversations in ascending order. None where the drafts have to be looked at one by one: a text
    that cannot be stored, a client id twice, two claims to one conversation, or a customer in the staff's
    thread."""
    found = Outline({id: _blank(id) for id in conversations_of(drafts)}, {}, [], [])
    seen: set[Key] = set()
    for draft in drafts:
        key = key_of(draft)
        if not readable(draft) or key in seen or (draft.author_kind, draft.thread) == ("customer", "staff"):
            return None
        if key is not None:
            seen.add(key)
        if draft.epoch is not None:
            holder = (draft.epoch, draft.author_id)
            if found.holders.setdefault(draft.conversation_id, holder) != holder:
                return None
        tally = found.tallies[draft.conversation_id]
        found.seqs.append(count(draft, tally, at))
        found.positions.append(tally.position)
    return found


async def append(
    statements: Statements, drafts: Sequence[Draft], found: Outline, at: datetime
) -> list[Stored | Refused] | None:
    """Number, write and commit `drafts`; None where nothing was written and the long way has to be gone."""
    try:
        rows = await statements.fetch(APPEND, *_values(drafts, found), at)
    except Exception as error:
        if getattr(error, "sqlstate", None) == UNIQUE_VIOLATION:
            return None
        raise
    if not rows or not rows[0]["all_fit"]:
        return None
    return number(drafts, {row["id"]: tally_of(row) for row in rows}, {}, at).answers


def _blank(conversation_id: str) -> Tally:
    return Tally(
        id=conversation_id,
        public_head=0,
        staff_head=0,
        position=0,
        epoch=0,
        assignee_id=None,
        live="assigned",
        team_id="",
        status="open",
        replied=False,
        unanswered_since=None,
    )


def _values(drafts: Sequence[Draft], found: Outline) -> tuple[list[object], ...]:
    tallies = list(found.tallies.values())
    numbers = {tally.id: n for n, tally in enumerate(tallies, 1)}
    holders = [found.holders.get(tally.id, (None, None)) for tally in tallies]
    return (
        *changes(tallies),
        [epoch for epoch, _ in holders],
        [holder for _, holder in holders],
        [numbers[draft.conversation_id] for draft in drafts],
        *entry_columns(drafts, found.seqs, found.positions),
    )
