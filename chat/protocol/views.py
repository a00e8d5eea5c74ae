"""What the wire shows of things: shapes that events carry, without behaviour.

Ids are UUIDv7 strings, times RFC 3339 in UTC, durations seconds as integers.
"""

from datetime import datetime
from typing import Literal

from msgspec import UNSET, Raw, Struct, UnsetType

Role = Literal["agent", "supervisor", "admin"]
Availability = Literal["available", "away", "offline"]
Thread = Literal["public", "staff"]
AuthorKind = Literal["customer", "staff", "system"]
TicketStatus = Literal["queued", "open", "pending", "solved", "closed"]
Live = Literal["waiting", "assigned", "message", "ended"]
"""How the live exchange stands: in the queue, with an agent, left as a message, or over."""

EntryKind = Literal[
    "message",
    "greeting",
    "joined",
    "left",
    "transferred",
    "pending",
    "solved",
    "reopened",
    "warned",
    "closed",
    "rated",
    "note",
    "whisper",
]
"""`greeting`: the site's instant first reply. `left`: the agent is gone, back in line.
`warned`: silent for long, will be solved. `note` and `whisper` stand in the staff thread only."""


class Author(Struct, frozen=True):
    kind: AuthorKind
    id: str
    """Empty for the system."""
    name: str


class Entry(Struct, frozen=True, omit_defaults=True):
    """One line of a thread."""

    seq: int
    kind: EntryKind
    author: Author
    at: datetime
    body: str = ""
    payload: Raw | UnsetType = UNSET
    """A JSON object whose fields depend on the kind: joined {staff_id, staff_name}, transferred
    {to_team, to_staff} or {to_team, from_team, reason: "overflow"}, rated {score, comment}, warned
    {solve_at}, greeting {position, wait_high_seconds} in line, {reason: "closed" | "full", opens_at} where
    nobody could have it."""
    client_id: str | UnsetType = UNSET
    position: int | UnsetType = UNSET
    """Orders both threads together; only staff get it."""


class Person(Struct, frozen=True):
    id: str
    name: str


class Topic(Struct, frozen=True):
    """What a customer may choose to talk about. `attended` and `opens_at` as with the site, of its team."""

    key: str
    label: str
    attended: bool = True
    opens_at: datetime | None = None


class SiteView(Struct, frozen=True):
    """What the widget needs to know of its site."""

    key: str
    name: str
    color: str
    topics: list[Topic]
    attended: bool
    """Its default team is open, and somebody is at work there or where it falls back to; else only a message
    can be left."""
    notice: str
    """The site's own words for where only a message can be left; empty while that is nowhere."""
    opens_at: datetime | None = None
    """When the default team opens next; None while it is open, or where no opening is set."""


class TicketView(Struct, frozen=True):
    """A conversation as its customer sees it, whole; the higher `version` wins."""

    conversation_id: str
    version: int
    number: int
    subject: str
    status: TicketStatus
    live: Live
    agent: Person | None
    team: str
    opened_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    public_head: int
    agent_seen: int
    """How far the staff have read the public thread, as a seq."""
    customer_seen: int
    rating: int | None
    status_path: str = ""
    """The path of the status page with its secret; only the owner's widget gets it."""


class QueuePlace(Struct, frozen=True):
    """A place in line. `position` counts from 1; None, None: too little is known to say how long."""

    conversation_id: str
    position: int
    wait_low_seconds: int | None
    wait_high_seconds: int | None
    attended: bool = True
    """Somebody is at work in the team whose queue it is."""
    opens_at: datetime | None = None
    """When that team opens next; None while it is open, or where no opening is set."""


class ConversationSummary(Struct, frozen=True):
    """A conversation as staff see it in a list, whole; the higher `version` wins."""

    conversation_id: str
    version: int
    number: int
    subject: str
    status: TicketStatus
    live: Live
    priority: int
    """0 low, 1 normal, 2 high, 3 urgent."""
    tags: list[str]
    team_id: str
    assignee: Person | None
    epoch: int
    customer: Person
    customer_email: str
    opened_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    unanswered_since: datetime | None
    """When the first message of the customer's unanswered run came; None when answered."""
    preview: str
    public_head: int
    staff_head: int
    agent_seen: int
    customer_seen: int
    rating: int | None
    vip: bool
    """The customer, or their organisation."""
    language: str
    """What the customer reads, as a primary subtag ("fr"); empty: not known."""
    skills: dict[str, int]
    """What the topic asks of an agent: name → least level, 1 to 5."""


class LostChat(Struct, frozen=True):
    """A chat that went back in line while its agent could not be reached."""

    conversation_id: str
    number: int
    customer: str
    at: datetime


class OfferView(Struct, frozen=True):
    offer_id: str
    conversation: ConversationSummary
    offered_at: datetime
    expires_at: datetime
    why: str


class StaffView(Struct, frozen=True):
    """A member of staff as colleagues see them."""

    id: str
    name: str
    role: Role
    teams: list[str]
    """Ids of teams."""
    availability: Availability
    since: datetime
    """When this availability began."""
    present: bool
    load: int
    """In hundredths of a chat, wrap-up and offers counted."""
    capacity: int
    """In hundredths of a chat."""


class TeamView(Struct, frozen=True):
    id: str
    name: str
    assignment: Literal["automatic", "offered"]
    offer_timeout_seconds: int
    wait_target_seconds: int
    """The waiting time that lists colour by."""
    paused: bool = False
    """Nothing is handed out by itself; who waits keeps waiting, and may be taken."""
    closed: bool = False
    """Outside its hours: arrivals leave a message."""
    opens_at: datetime | None = None
    """When it opens next, while closed; None: not in the year to come."""
    queue_max: int | None = None
    """The most who may wait, where arrivals are turned away beyond it."""


class TeamRow(Struct, frozen=True):
    """A queue on the board. Durations in seconds, None where nothing applies."""

    team_id: str
    name: str
    waiting: int
    longest_wait: int | None
    average_wait: int | None
    """Of those answered in the last 30 minutes."""
    service_level: int | None
    """Percent answered within the team's `wait_target_seconds`, last 30 minutes; who left within it is not
    counted."""
    service_percent: int
    """What the team promises of it."""
    active: int
    abandoned: int
    """Left before being assigned, last 30 minutes."""
    missed: int
    arrived: int
    """In the last 30 minutes."""
    available: int
    away: int
    full: int
    """Agents of the team who are available but at capacity."""
    alert_depth: int | None
    alert_wait_seconds: int | None
    alerts: list[Literal["depth", "wait"]]
    queue_max: int | None = None
    """The most who may wait; None: no bound."""
    paused: bool = False
    closed: bool = False
    opens_at: datetime | None = None


class AgentRow(Struct, frozen=True):
    """An agent on the board."""

    staff: StaffView
    chats: list[str]
    """Ids of the conversations held."""
    last_reply_at: datetime | None


class Board(Struct, frozen=True):
    at: datetime
    teams: list[TeamRow]
    agents: list[AgentRow]
    chats: list[ConversationSummary]
    """Waiting and assigned, at most 200."""
    mended: int = 0
    """How often Redis had to be mended in the last 24 hours."""
    compared_at: datetime | None = None
    """When this process last compared Redis with the database; None: not yet."""
