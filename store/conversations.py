"""Conversations, each with its ticket, as one thing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Unpack

import msgspec
import uuid_utils
from sqlalchemy import String, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables
from store.conversation_rows import FIELDS, shaped, whole
from store.conversation_rows import Changes as Changes
from store.conversation_rows import Conversation as Conversation
from store.conversation_rows import New as New
from store.drafts import Live
from store.errors import NotThere

TICKET_FIELDS = frozenset(
    {"subject", "status", "tags", "first_reply_at", "solved_at", "closed_at", "rating", "rating_comment"}
)
LISTED = 200
C = tables.conversation.c
REACHED = select(C.id, C.version, C.public_head, C.staff_head)
# One parameter however many they are: the statement is prepared once, and nothing limits the number.
REACHED_SQLITE = REACHED.where(
    C.id.in_(select(func.json_each(bindparam("ids", type_=String)).table_valued("value").c.value))
)
REACHED_POSTGRESQL = REACHED.where(C.id == func.any(bindparam("ids", type_=postgresql.ARRAY(String))))


async def open(tx: AsyncConnection, new: New, at: datetime) -> Conversation:
    """Make a conversation and its ticket, without entries.

    The same (customer, client id) again returns the one that is there, with `created` False.
    """
    id = new.id or str(uuid_utils.uuid7())
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    made = await tx.scalar(
        insert(tables.conversation)
        .values(_row(new, id, at))
        .on_conflict_do_nothing()
        .returning(tables.conversation.c.id)
    )
    if made is None:
        return await _earlier(tx, new)
    await tx.execute(tables.ticket.insert().values(_ticket_row(new, id)))
    found = await get(tx, id)
    assert found is not None
    return _created(found)


async def get(tx: AsyncConnection, id: str) -> Conversation | None:
    """One conversation, or None."""
    return (await many(tx, [id])).get(id)


async def lock(tx: AsyncConnection, id: str) -> Conversation | None:
    """One conversation, whose row nobody else changes until this transaction ends; or None.

    Lock before reading anything that a decision rests on. Several: in ascending order of ids.
    """
    # Locked first and read after: PostgreSQL would show the joined rows as they were before the wait.
    await tx.execute(select(tables.conversation.c.id).where(tables.conversation.c.id == id).with_for_update())
    return await get(tx, id)


async def many(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Conversation]:
    """Those of `ids` that exist."""
    if not ids:
        return {}
    rows = await tx.execute(whole().where(tables.conversation.c.id.in_(ids)))
    return {row.id: shaped(row) for row in rows}


class Reached(NamedTuple):
    """How far a conversation has come: its version, and the highest seq of either thread."""

    version: int
    public: int
    staff: int


async def reached(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Reached]:
    """How far those of `ids` have come that exist."""
    query = REACHED_SQLITE if tx.dialect.name == "sqlite" else REACHED_POSTGRESQL
    given = msgspec.json.encode(ids).decode() if tx.dialect.name == "sqlite" else ids
    return {id: Reached(*far) for id, *far in await tx.execute(query, {"ids": given})}


async def list_open(
    tx: AsyncConnection, team_ids: Sequence[str] | None, kinds: Sequence[Live], limit: int = LISTED
) -> list[Conversation]:
    """Conversations whose `live` is one of `kinds`, the longest waiting or oldest first.

    `team_ids` None: all teams.
    """
    c = tables.conversation.c
    since = func.coalesce(c.first_waited_at, c.opened_at)
    query = whole().where(c.live.in_(kinds)).order_by(since, c.id).limit(limit)
    if team_ids is not None:
        query = query.where(c.team_id.in_(team_ids))
    return [shaped(row) for row in await tx.execute(query)]


async def waiting(tx: AsyncConnection) -> list[Conversation]:
    """Everything in a queue, in the order it first asked."""
    return await list_open(tx, None, ["waiting"], limit=1_000_000)


async def assigned(tx: AsyncConnection) -> list[Conversation]:
    """Everything that an agent holds."""
    return await list_open(tx, None, ["assigned"], limit=1_000_000)


async def of_customer(tx: AsyncConnection, customer_id: str, limit: int = 20) -> list[Conversation]:
    """A customer's conversations, the newest first."""
    return (await of_customers(tx, [customer_id], limit)).get(customer_id, [])


async def of_customers(
    tx: AsyncConnection, customer_ids: Sequence[str], limit: int
) -> dict[str, list[Conversation]]:
    """The newest `limit` conversations of each customer who has any, the newest first."""
    c, number = tables.conversation.c, tables.ticket.c.number
    place = func.row_number().over(partition_by=c.customer_id, order_by=number.desc()).label("place")
    placed = (
        select(c.id, place)
        .select_from(tables.conversation.join(tables.ticket, tables.ticket.c.conversation_id == c.id))
        .where(c.customer_id.in_(customer_ids))
        .subquery()
    )
    query = whole().where(c.id.in_(select(placed.c.id).where(placed.c.place <= limit)))
    found: dict[str, list[Conversation]] = {}
    for row in await tx.execute(query.order_by(number.desc())):
        found.setdefault(row.customer_id, []).append(shaped(row))
    return found


async def lock_open_of(
    tx: AsyncConnection, *, customer_id: str | None = None, organisation_id: str | None = None
) -> list[Conversation]:
    """What a customer, or the customers of an organisation, have under way; nobody else changes these
    until this transaction ends."""
    c, p = tables.conversation.c, tables.customer.c
    whose = select(p.id).where(p.id == customer_id if customer_id else p.organisation_id == organisation_id)
    query = select(c.id).where(c.live != "ended", c.customer_id.in_(whose)).order_by(c.id)
    ids = list(await tx.scalars(query.with_for_update()))
    rows = await many(tx, ids)
    return [rows[id] for id in ids]


async def of_assignee(tx: AsyncConnection, staff_id: str) -> list[Conversation]:
    """What one person holds now, the oldest first."""
    query = whole().where(tables.conversation.c.assignee_id == staff_id)
    return [shaped(row) for row in await tx.execute(query.order_by(tables.ticket.c.number))]


async def to_reopen(tx: AsyncConnection, limit: int = LISTED) -> list[str]:
    """Ids of conversations that ended and whose customer has written since. The search makes no document of
    these (see search.index), so that an index finds them which no message has to change."""
    c = tables.conversation.c
    query = select(c.id).where(c.live == "ended", ~c.indexed, c.unanswered_since.is_not(None)).limit(limit)
    return list(await tx.scalars(query))


async def change(tx: AsyncConnection, id: str, at: datetime, **fields: Unpack[Changes]) -> Conversation:
    """Set columns of a conversation and its ticket, raise its version, and return it fresh.

    Raises NotThere.
    """
    named: dict[str, Any] = {**fields}
    ticket = {name: value for name, value in named.items() if name in TICKET_FIELDS}
    own = {name: value for name, value in named.items() if name not in TICKET_FIELDS}
    if "subject" in ticket:
        own["indexed"] = False
    c = tables.conversation.c
    await tx.execute(
        update(tables.conversation).where(c.id == id).values(**own, version=c.version + 1, updated_at=at)
    )
    if ticket:
        await tx.execute(update(tables.ticket).where(tables.ticket.c.conversation_id == id).values(**ticket))
    found = await get(tx, id)
    if found is None:
        raise NotThere(f"no conversation {id}")
    return found


async def mark_seen(tx: AsyncConnection, id: str, by: str, seq: int) -> bool:
    """Note that `by` ("customer" or "staff") has read the public thread up to `seq`.

    Never goes back nor beyond the head, raises no version; whether anything changed.
    """
    c = tables.conversation.c
    column = c.customer_seen if by == "customer" else c.agent_seen
    changed = await tx.execute(
        update(tables.conversation)
        .where(c.id == id, column < seq, c.public_head >= seq)
        .values({column: seq})
    )
    return changed.rowcount > 0


async def _earlier(tx: AsyncConnection, new: New) -> Conversation:
    c = tables.conversation.c
    same = and_(c.customer_id == new.customer_id, c.client_id == new.client_id)
    row = (await tx.execute(whole().where(or_(same, c.id == new.id)))).one()
    return shaped(row)


def _created(found: Conversation) -> Conversation:
    fields = {name: getattr(found, name) for name in FIELDS}
    return Conversation(**fields, created=True)


def _row(new: New, id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "site_id": new.site_id,
        "customer_id": new.customer_id,
        "team_id": new.team_id,
        "client_id": new.client_id,
        "live": new.live,
        "topic": new.topic,
        "page_url": new.page_url,
        "page_title": new.page_title,
        "version": 1,
        "assignment_epoch": 0,
        "episode": 0,
        "public_head": 0,
        "staff_head": 0,
        "position": 0,
        "priority": new.priority,
        "weight": new.weight,
        "first_waited_at": None,
        "opened_at": at,
        "updated_at": at,
        "preview": "",
        "customer_seen": 0,
        "agent_seen": 0,
        "indexed": False,
        "language": new.language,
        "skills": new.skills,
        "channel": new.channel,
        "attributes": new.attributes,
        "priority_set": False,
    }


def _ticket_row(new: New, id: str) -> dict[str, Any]:
    return {
        "conversation_id": id,
        "subject": new.subject,
        "status": new.status,
        "tags": list(new.tags),
        "rating_comment": "",
    }
