"""The conversation, its ticket and its log."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, String, Text, text
from sqlmodel import Field, SQLModel

from store.times import UtcDateTime

BYTEWISE = String().with_variant(String(collation="C"), "postgresql")
"""Ordered byte by byte, as ids are by their times, whatever the language of the database. SQLite does so."""


class ConversationTable(SQLModel, table=True):
    """The live exchange, and the row that numbers both threads.

    No index holds a column that an ordinary message changes, so that PostgreSQL can update the row in
    place (a heap-only tuple); the spare room on each page is for that too.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("live IN ('waiting', 'assigned', 'message', 'ended')", name="conversation_live"),
        Index("conversation_first_client_id", "customer_id", "client_id", unique=True),
        Index(
            "conversation_on",
            "team_id",
            "live",
            sqlite_where=text("live <> 'ended'"),
            postgresql_where=text("live <> 'ended'"),
        ),
        Index(
            "conversation_assignee",
            "assignee_id",
            sqlite_where=text("assignee_id IS NOT NULL"),
            postgresql_where=text("assignee_id IS NOT NULL"),
        ),
        Index(
            "conversation_to_reopen",
            "id",
            sqlite_where=text("live = 'ended' AND indexed = 0"),
            postgresql_where=text("live = 'ended' AND NOT indexed"),
        ),
        Index(
            "conversation_unindexed",
            "id",
            sqlite_where=text("indexed = 0"),
            postgresql_where=text("NOT indexed"),
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    customer_id: str = Field(foreign_key="customer.id")
    team_id: str = Field(foreign_key="team.id")
    client_id: str | None
    """Of the first message: the same again finds this conversation."""
    live: str
    topic: str
    page_url: str
    page_title: str
    version: int
    assignment_epoch: int
    episode: int
    public_head: int
    staff_head: int
    position: int
    priority: int
    weight: int
    first_waited_at: datetime | None = Field(sa_type=UtcDateTime)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    last_customer_at: datetime | None = Field(sa_type=UtcDateTime)
    last_staff_at: datetime | None = Field(sa_type=UtcDateTime)
    unanswered_since: datetime | None = Field(sa_type=UtcDateTime)
    warned_at: datetime | None = Field(sa_type=UtcDateTime)
    preview: str
    customer_seen: int
    agent_seen: int
    assignee_id: str | None = Field(foreign_key="staff.id")
    indexed: bool
    """The search document holds everything said here; see search.py."""
    language: str
    """Asked of the agent; empty: any."""
    skills: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    """Name → least level, asked of the agent."""
    channel: str
    """`chat`, live, or `message`, left to be answered later."""
    attributes: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """What the page said of itself; not to be trusted."""
    priority_set: bool
    """By a person: no rule changes it."""


class TicketTable(SQLModel, table=True):
    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'open', 'pending', 'solved', 'closed')", name="ticket_status"),
        Index("ticket_by_status", "status", "number"),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=True))
    conversation_id: str = Field(foreign_key="conversation.id", unique=True)
    subject: str
    status: str
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    first_reply_at: datetime | None = Field(sa_type=UtcDateTime)
    solved_at: datetime | None = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(sa_type=UtcDateTime)
    rating: int | None
    rating_comment: str


class EntryTable(SQLModel, table=True):
    """The log. No foreign key to the conversation: append holds its row locked, and a check a row would
    cost PostgreSQL a third of its speed. All keys contain conversation_id, by whose range PostgreSQL
    partitions it (see partitions.py)."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("thread IN ('public', 'staff')", name="entry_thread"),
        Index("entry_client_id", "conversation_id", "author_id", "client_id", unique=True),
        {"postgresql_partition_by": "RANGE (conversation_id)"},
    )
    conversation_id: str = Field(sa_column=Column(BYTEWISE, primary_key=True))
    thread: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    kind: str
    position: int
    author_kind: str
    author_id: str
    author_name: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    payload: str | None = Field(sa_column=Column(Text, nullable=True))
    client_id: str | None
    at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


class AttachmentTable(SQLModel, table=True):
    __tablename__ = "attachment"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class SearchDocumentTable(SQLModel, table=True):
    """All words of a conversation, folded, for search; keyed by the ticket's number."""

    __tablename__ = "search_document"
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    words: str = Field(sa_column=Column(Text, nullable=False))
