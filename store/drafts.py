"""What goes into a thread and what comes of it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Thread = Literal["public", "staff"]
AuthorKind = Literal["customer", "staff", "system"]
Live = Literal["waiting", "assigned", "message", "ended"]
Channel = Literal["chat", "message"]
"""`chat`: live; `message`: left to be answered later."""
TicketStatus = Literal["queued", "open", "pending", "solved", "closed"]
RefusalCode = Literal["not_found", "not_assigned", "closed", "bad_text", "out_of_order"]


class Draft(Struct, frozen=True, kw_only=True):
    """An entry before it has a number.

    `author_id` is empty for the system. `payload` is UTF-8 JSON. `client_id` makes it idempotent for
    (conversation, author). `epoch`, when given, must be the conversation's assignment epoch and the
    author its assignee, or the draft is refused.
    """

    conversation_id: str
    thread: Thread
    kind: str
    author_kind: AuthorKind
    author_id: str
    author_name: str
    body: str = ""
    payload: bytes | None = None
    client_id: str | None = None
    epoch: int | None = None


class Stored(Struct, frozen=True, kw_only=True):
    """An entry with its number, and how its conversation stood in the same transaction.

    `known`: the client id was there already, and seq, at, body and the rest are the original's.
    """

    conversation_id: str
    thread: Thread
    kind: str
    author_kind: AuthorKind
    author_id: str
    author_name: str
    body: str
    payload: bytes | None
    client_id: str | None
    seq: int
    position: int
    at: datetime
    known: bool
    status: TicketStatus
    live: Live
    epoch: int
    team_id: str
    assignee_id: str | None
    unanswered_since: datetime | None


class Refused(Struct, frozen=True, kw_only=True):
    """An entry that was not written. `out_of_order`: an earlier one of its author was refused with it."""

    draft: Draft
    code: RefusalCode


class EntryRow(Struct, frozen=True, kw_only=True):
    """A line of a thread as it stands in the database."""

    conversation_id: str
    thread: Thread
    seq: int
    kind: str
    position: int
    author_kind: AuthorKind
    author_id: str
    author_name: str
    body: str
    payload: bytes | None
    client_id: str | None
    at: datetime
    erased_at: datetime | None
