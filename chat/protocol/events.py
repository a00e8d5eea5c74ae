"""What the server tells, one type an event. Clients ignore events and fields they do not know."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chat.protocol.codes import Code
from chat.protocol.views import (
    AuthorKind,
    Board,
    ConversationSummary,
    Entry,
    LostChat,
    OfferView,
    Person,
    QueuePlace,
    SiteView,
    StaffView,
    TeamView,
    Thread,
    TicketView,
)


class Event(Struct, frozen=True, tag_field="type", kw_only=True):
    pass


class Acked(Event, frozen=True, tag="acked"):
    """The message is durable. The same client id again gets the same answer."""

    ref: str
    conversation_id: str
    client_id: str
    thread: Thread
    seq: int
    at: datetime


class Done(Event, frozen=True, tag="done"):
    ref: str


class Failed(Event, frozen=True, tag="failed"):
    """The command had no effect. `ref` is empty where the frame could not be read."""

    ref: str
    code: Code
    message: str
    retry_after_ms: int | None = None


class VisitorWelcomed(Event, frozen=True, tag="visitor_welcomed"):
    ref: str
    protocol: int
    at: datetime
    visitor: Person
    email: str
    site: SiteView
    ticket: TicketView | None
    """The conversation that goes on, if there is one: the newest that is not closed."""


class StatusWelcomed(Event, frozen=True, tag="status_welcomed"):
    ref: str
    protocol: int
    at: datetime
    ticket: TicketView
    site: SiteView


class StaffWelcomed(Event, frozen=True, tag="staff_welcomed"):
    """The snapshot that the feed of later events goes on from."""

    ref: str
    protocol: int
    at: datetime
    me: StaffView
    teams: list[TeamView]
    staff: list[StaffView]
    mine: list[ConversationSummary]
    unassigned: list[ConversationSummary]
    """Waiting conversations and left messages of one's teams, oldest first, at most 200."""
    offers: list[OfferView]
    lost: list[LostChat]
    """Went back in line in the last 12 hours while one could not be reached, the newest first, at most 20."""


class EntryAppended(Event, frozen=True, tag="entry_appended"):
    conversation_id: str
    thread: Thread
    entry: Entry


class EntriesFetched(Event, frozen=True, tag="entries_fetched"):
    """Ascending by seq. `more`: there are older ones still."""

    ref: str
    conversation_id: str
    thread: Thread
    entries: list[Entry]
    more: bool


class ConversationOpened(Event, frozen=True, tag="conversation_opened"):
    ref: str
    summary: ConversationSummary
    public: list[Entry]
    staff: list[Entry]
    public_more: bool
    staff_more: bool
    viewers: list[Person]
    customer_present: bool = False
    """As far as this process knows; `presence_changed` follows where another knows better."""


class TicketChanged(Event, frozen=True, tag="ticket_changed"):
    ticket: TicketView


class ConversationChanged(Event, frozen=True, tag="conversation_changed"):
    summary: ConversationSummary


class Previewed(Event, frozen=True, tag="previewed"):
    """The newest public line of a conversation on screen as a row, at most one a second."""

    conversation_id: str
    public_head: int
    preview: str
    at: datetime
    unanswered_since: datetime | None


class QueueMoved(Event, frozen=True, tag="queue_moved"):
    place: QueuePlace


class TypingChanged(Event, frozen=True, tag="typing_changed"):
    conversation_id: str
    by: AuthorKind
    person: Person
    typing: bool


class SeenChanged(Event, frozen=True, tag="seen_changed"):
    conversation_id: str
    by: AuthorKind
    seq: int


class PresenceChanged(Event, frozen=True, tag="presence_changed"):
    """Whether the other side of a conversation is connected."""

    conversation_id: str
    by: AuthorKind
    present: bool


class ViewersChanged(Event, frozen=True, tag="viewers_changed"):
    conversation_id: str
    viewers: list[Person]


class SiteChanged(Event, frozen=True, tag="site_changed"):
    site: SiteView


class OfferMade(Event, frozen=True, tag="offer_made"):
    offer: OfferView


class OfferEnded(Event, frozen=True, tag="offer_ended"):
    offer_id: str
    outcome: Literal["accepted", "declined", "expired", "withdrawn"]


class StaffChanged(Event, frozen=True, tag="staff_changed"):
    staff: StaffView


class TeamChanged(Event, frozen=True, tag="team_changed"):
    """A team's settings were changed, or it opened or closed: to whoever sees its lists."""

    team: TeamView


class BoardShown(Event, frozen=True, tag="board_shown"):
    board: Board


class Closing(Event, frozen=True, tag="closing"):
    """Goodbye: the server drains. Reconnect after `resume_after_ms`."""

    reason: Literal["restart", "signed_out", "replaced"]
    resume_after_ms: int


AnyEvent = (
    Acked
    | Done
    | Failed
    | VisitorWelcomed
    | StatusWelcomed
    | StaffWelcomed
    | EntryAppended
    | EntriesFetched
    | ConversationOpened
    | TicketChanged
    | ConversationChanged
    | Previewed
    | QueueMoved
    | TypingChanged
    | SeenChanged
    | PresenceChanged
    | ViewersChanged
    | SiteChanged
    | OfferMade
    | OfferEnded
    | StaffChanged
    | TeamChanged
    | BoardShown
    | Closing
)
