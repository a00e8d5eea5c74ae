"""What clients ask for, one type a command, one union a kind of client.

Every command carries a `ref` of the client's; exactly one reply (`acked`, `done`, `failed`, or the
event named at the command) echoes it. Lengths are in code points.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chat.protocol.views import Availability, Thread

Ref = Annotated[str, Meta(min_length=1, max_length=64)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Name = Annotated[str, Meta(max_length=120)]
Email = Annotated[str, Meta(max_length=254)]
Body = Annotated[str, Meta(min_length=1, max_length=8000)]
Remark = Annotated[str, Meta(max_length=2000)]
AttributeKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
AttributeText = Annotated[str, Meta(max_length=300)]


class Command(Struct, frozen=True, tag_field="type", kw_only=True, forbid_unknown_fields=True):
    ref: Ref


class Cursor(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a client has a conversation's threads; 0 means from the start."""

    conversation_id: Id
    public: Seq = 0
    staff: Seq = 0


class VisitorHello(Command, frozen=True, tag="hello"):
    """First frame of a widget's socket. Reply: `visitor_welcomed`, then what the cursors miss."""

    protocol: int
    site: Annotated[str, Meta(max_length=64)]
    token: Annotated[str, Meta(max_length=512)]
    cursors: Annotated[list[Cursor], Meta(max_length=20)] = []


class StatusHello(Command, frozen=True, tag="hello"):
    """First frame of a status page's socket; the cookie says who. Reply: `status_welcomed`."""

    protocol: int
    cursors: Annotated[list[Cursor], Meta(max_length=1)] = []


class StaffHello(Command, frozen=True, tag="hello"):
    """First frame of a console's or board's socket; the cookie says who. Reply: `staff_welcomed`."""

    protocol: int
    cursors: Annotated[list[Cursor], Meta(max_length=200)] = []


class Ping(Command, frozen=True, tag="ping"):
    """Is the connection alive? Reply: `done`. A page cannot see the server's own pings."""


class StartConversation(Command, frozen=True, tag="start_conversation"):
    """Open a conversation with its first message. Idempotent by `client_id`. Reply: `acked`,
    after `ticket_changed`. `leave`: no live chat is wanted or possible, make it a ticket."""

    client_id: Id
    body: Body
    name: Name = ""
    email: Email = ""
    topic: Annotated[str, Meta(max_length=64)] = ""
    page_url: Annotated[str, Meta(max_length=2000)] = ""
    page_title: Annotated[str, Meta(max_length=300)] = ""
    leave: bool = False
    language: Annotated[str, Meta(max_length=35)] = ""
    """As browsers say it ("fr-CH"); what an agent should speak."""
    attributes: Annotated[dict[AttributeKey, AttributeText], Meta(max_length=20)] = {}
    """What the page says of the visit: a hint, for anybody can send it."""


class SendMessage(Command, frozen=True, tag="send_message"):
    """Say something in the public thread. Idempotent by `client_id`. Reply: `acked` once durable."""

    conversation_id: Id
    client_id: Id
    body: Body


class SetTyping(Command, frozen=True, tag="set_typing"):
    """Renewed by the client every 3 s while typing; lapses by itself after 6 s. Reply: none."""

    conversation_id: Id
    typing: bool


class MarkSeen(Command, frozen=True, tag="mark_seen"):
    """The public thread was on screen up to `seq`. Reply: none."""

    conversation_id: Id
    seq: Seq


class FetchEntries(Command, frozen=True, tag="fetch_entries"):
    """A page of older entries, those before `before`. Reply: `entries_fetched`."""

    conversation_id: Id
    before: Seq
    thread: Thread = "public"
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class EndConversation(Command, frozen=True, tag="end_conversation"):
    """End the live exchange. The customer's own end, and an agent's, solve the ticket, unless an
    agent says `pending`: waiting for the customer, whose next message opens it again."""

    conversation_id: Id
    status: Literal["solved", "pending"] = "solved"


class LeaveQueue(Command, frozen=True, tag="leave_queue"):
    """Stop waiting; what was written stays as a message to be answered later."""

    conversation_id: Id


class JoinQueue(Command, frozen=True, tag="join_queue"):
    """Wait for somebody after all, with what was left as a message. Refused where nobody could come."""

    conversation_id: Id


class SetContact(Command, frozen=True, tag="set_contact"):
    """The customer's name and mail address, for answers while away."""

    name: Name = ""
    email: Email = ""


class RateConversation(Command, frozen=True, tag="rate_conversation"):
    conversation_id: Id
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Remark = ""


class SetAvailability(Command, frozen=True, tag="set_availability"):
    """One's own, or as a supervisor that of `staff_id`."""

    availability: Availability
    staff_id: Annotated[str, Meta(max_length=64)] = ""


class AcceptOffer(Command, frozen=True, tag="accept_offer"):
    offer_id: Id


class DeclineOffer(Command, frozen=True, tag="decline_offer"):
    offer_id: Id
    reason: Remark = ""


class TakeConversation(Command, frozen=True, tag="take_conversation"):
    """Take a waiting or left conversation; as a supervisor also one that somebody else holds."""

    conversation_id: Id


class OpenConversation(Command, frozen=True, tag="open_conversation"):
    """Follow both threads. Reply: `conversation_opened` with what the cursor misses (at most the
    newest 100 of each thread when it has nothing), then live events until `leave_conversation`."""

    cursor: Cursor


class LeaveConversation(Command, frozen=True, tag="leave_conversation"):
    conversation_id: Id


class WatchRows(Command, frozen=True, tag="watch_rows"):
    """Which conversations stand on screen as rows: their previews come, gathered to one a second."""

    conversation_ids: Annotated[list[Id], Meta(max_length=60)]


class AddNote(Command, frozen=True, tag="add_note"):
    """Write in the staff thread. `whisper`: a supervisor's word to the agent who holds the chat."""

    conversation_id: Id
    client_id: Id
    body: Body
    whisper: bool = False


class TransferConversation(Command, frozen=True, tag="transfer_conversation"):
    """To a team's queue or to an agent (exactly one), keeping the whole history."""

    conversation_id: Id
    team_id: Annotated[str, Meta(max_length=64)] = ""
    staff_id: Annotated[str, Meta(max_length=64)] = ""
    note: Remark = ""


class RequeueConversation(Command, frozen=True, tag="requeue_conversation"):
    """Give a chat back to its queue, at its old place."""

    conversation_id: Id


class SetPriority(Command, frozen=True, tag="set_priority"):
    """Move a conversation up or down, also while it waits, at the time it first asked: for its agent,
    for anybody of the team while nobody has it, and for supervisors. No rule changes it again."""

    conversation_id: Id
    priority: Annotated[int, Meta(ge=0, le=3)]


class WatchBoard(Command, frozen=True, tag="watch_board"):
    """Supervisors: `board_shown` each second from now on, until turned off."""

    on: bool


VisitorCommand = (
    VisitorHello
    | Ping
    | StartConversation
    | SendMessage
    | SetTyping
    | MarkSeen
    | FetchEntries
    | EndConversation
    | LeaveQueue
    | JoinQueue
    | SetContact
    | RateConversation
)
StatusCommand = StatusHello | Ping | FetchEntries
StaffCommand = (
    StaffHello
    | Ping
    | SetAvailability
    | AcceptOffer
    | DeclineOffer
    | TakeConversation
    | OpenConversation
    | LeaveConversation
    | WatchRows
    | SendMessage
    | AddNote
    | SetTyping
    | MarkSeen
    | FetchEntries
    | TransferConversation
    | RequeueConversation
    | SetPriority
    | EndConversation
    | WatchBoard
)
