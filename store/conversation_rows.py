"""What a conversation with its ticket looks like to callers, and the query that reads it whole."""

from datetime import datetime
from typing import Any, TypedDict

from msgspec import Struct
from sqlalchemy import Row, Select, func, or_, select

from store import tables
from store.drafts import Channel, Live, TicketStatus


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
    language: str = ""
    """Asked of the agent; empty: any."""
    skills: dict[str, int] = {}
    """Name → least level, asked of the agent."""
    channel: Channel = "chat"
    attributes: dict[str, str] = {}
    """What the page said of itself; not to be trusted."""
    priority_set: bool = False
    """By a person: no rule changes it."""
    vip: bool = False
    """The customer, or their organisation."""
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
    language: str = ""
    skills: dict[str, int] = {}
    channel: Channel = "chat"
    attributes: dict[str, str] = {}
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
    channel: Channel
    priority_set: bool
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


def whole() -> Select[Any]:
    """Selects every field of Conversation; for queries that add their own conditions."""
    c, t = tables.conversation, tables.ticket
    joined = (
        c.join(t, t.c.conversation_id == c.c.id)
        .join(tables.customer, tables.customer.c.id == c.c.customer_id)
        .join(tables.team, tables.team.c.id == c.c.team_id)
        .outerjoin(tables.organisation, tables.organisation.c.id == tables.customer.c.organisation_id)
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
        or_(tables.customer.c.vip, func.coalesce(tables.organisation.c.vip, False)).label("vip"),
    ]
    return select(*own, *kept, *names).select_from(joined)


def shaped(row: Row[Any]) -> Conversation:
    """A row of `whole` as a Conversation."""
    named = row._asdict()
    return Conversation(**{name: named[name] for name in FIELDS})


FIELDS = tuple(name for name in Conversation.__struct_fields__ if name != "created")
