"""Conversations, each with its ticket, as one thing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

import uuid_utils
from msgspec import Struct
from sqlalchemy import Row, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables
from store.drafts import Live, TicketStatus
from store.errors import NotThere


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation with its ticket and the names it is shown with."""

    id: str
    site_id: str
    customer_id: str
    customer_name: str
    customer_email: str
    team_id: str
    team_name: str
    assignee_id: str | None
    assignee_name: str | None
    number: int
    subject: str
    status: TicketStatus
    tags: list[str]
    rating: int | None
    rating_comment: str
    first_reply_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    live: Live
    topic: str
    page_url: str
    page_title: str
    client_id: str | None
    version: int
    epoch: int
    """The assignment epoch: raised whenever who holds it changes."""
    episode: int
    """Counts its visits to the queue."""
    public_head: int
    staff_head: int
    position: int
    priority: int
    weight: int
    """In hundredths of a chat."""
    first_waited_at: datetime | None
    """When it first asked; kept over requeues, None once it has left for good."""
    opened_at: datetime
    updated_at: datetime
    last_customer_at: datetime | None
    last_staff_at: datetime | None
    unanswered_since: datetime | None
    warned_at: datetime | None
    preview: str
    customer_seen: int
    agent_seen: int
    created: bool = False
    """Made by this very call of `open`."""


class New(Struct, frozen=True, kw_only=True):
    """What a conversation starts from. `client_id` is its first message's."""

    site_id: str
    customer_id: str
    team_id: str
    client_id: str | None
    subject: str
    live: Live = "waiting"
    status: TicketStatus = "queued"
    topic: str = ""
    page_url: str = ""
    page_title: str = ""
    priority: int = 1
    weight: int = 100
    tags: tuple[str, ...] = ()
    id: str | None = None
    """None: the store makes one."""


class Changes(TypedDict, total=False):
    """Columns of the conversation and of its ticket that `change` may set."""

    live: Live
    team_id: str
    topic: str
    page_url: str
    page_title: str
    priority: int
    weight: int
    first_waited_at: datetime | None
    last_customer_at: datetime | None
    last_staff_at: datetime | None
    unanswered_since: datetime | None
    warned_at: datetime | None
    subject: str
    status: TicketStatus
    tags: list[str]
    first_reply_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    rating: int | None
    rating_comment: str


TICKET_FIELDS = frozenset(
    {"subject", "status", "tags", "first_reply_at", "solved_at", "closed_at", "rating", "rating_comment"}
)
LISTED = 200


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
    query = whole().where(tables.conversation.c.customer_id == customer_id)
    rows = await tx.execute(query.order_by(tables.ticket.c.number.desc()).limit(limit))
    return [shaped(row) for row in rows]


async def of_assignee(tx: AsyncConnection, staff_id: str) -> list[Conversation]:
    """What one person holds now, the oldest first."""
    query = whole().where(tables.conversation.c.assignee_id == staff_id)
    return [shaped(row) for row in await tx.execute(query.order_by(tables.ticket.c.number))]


async def silent(tx: AsyncConnection, at: datetime, limit: int = LISTED) -> list[Conversation]:
    """Assigned and answered, but without a word from either side for the team's set time, unwarned."""
    c = tables.conversation.c
    candidates = (
        whole()
        .add_columns(tables.team.c.silence_warn_seconds.label("warn_seconds"))
        .where(c.live == "assigned", c.warned_at.is_(None), c.unanswered_since.is_(None))
        .where(c.last_staff_at.is_not(None))
        .order_by(c.last_staff_at)
    )
    found = []
    for row in await tx.execute(candidates):
        latest = max(row.last_staff_at, row.last_customer_at or row.last_staff_at)
        if (at - latest).total_seconds() >= row.warn_seconds:
            found.append(shaped(row))
    return found[:limit]


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


def whole() -> Select[Any]:
    """Selects every field of Conversation; for queries that add their own conditions."""
    c, t = tables.conversation, tables.ticket
    joined = (
        c.join(t, t.c.conversation_id == c.c.id)
        .join(tables.customer, tables.customer.c.id == c.c.customer_id)
        .join(tables.team, tables.team.c.id == c.c.team_id)
        .outerjoin(tables.staff, tables.staff.c.id == c.c.assignee_id)
    )
    own = [column for column in c.c if column.name not in ("indexed", "assignment_epoch")]
    kept = [column for column in t.c if column.name != "conversation_id"]
    names = [
        c.c.assignment_epoch.label("epoch"),
        tables.customer.c.name.label("customer_name"),
        tables.customer.c.email.label("customer_email"),
        tables.team.c.name.label("team_name"),
        tables.staff.c.name.label("assignee_name"),
    ]
    return select(*own, *kept, *names).select_from(joined)


def shaped(row: Row[Any]) -> Conversation:
    """A row of `whole` as a Conversation."""
    named = row._asdict()
    return Conversation(**{name: named[name] for name in _FIELDS})


_FIELDS = tuple(name for name in Conversation.__struct_fields__ if name != "created")


async def _earlier(tx: AsyncConnection, new: New) -> Conversation:
    c = tables.conversation.c
    same = and_(c.customer_id == new.customer_id, c.client_id == new.client_id)
    row = (await tx.execute(whole().where(or_(same, c.id == new.id)))).one()
    return shaped(row)


def _created(found: Conversation) -> Conversation:
    fields = {name: getattr(found, name) for name in _FIELDS}
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
    }


def _ticket_row(new: New, id: str) -> dict[str, Any]:
    return {
        "conversation_id": id,
        "subject": new.subject,
        "status": new.status,
        "tags": list(new.tags),
        "rating_comment": "",
    }
