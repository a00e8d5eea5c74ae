"""Who held what and when, what waited, what was offered, and what is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from store.times import UtcDateTime


class AssignmentTable(SQLModel, table=True):
    """An interval in which one person held a conversation; at most one is open a conversation."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "assignment_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("assignment_by_conversation", "conversation_id", "started_at"),
        Index("assignment_by_staff", "staff_id", "started_at"),
        Index("assignment_wrap_up", "wrap_up_until"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    staff_id: str = Field(foreign_key="staff.id")
    epoch: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    end_reason: str | None
    wrap_up_until: datetime | None = Field(sa_type=UtcDateTime)
    why: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class QueueVisitTable(SQLModel, table=True):
    __tablename__ = "queue_visit"
    __table_args__ = (
        Index("queue_visit_entered", "entered_at"),
        Index("queue_visit_left", "left_at"),
    )
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    episode: int = Field(primary_key=True)
    team_id: str = Field(foreign_key="team.id")
    priority: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(sa_type=UtcDateTime)
    outcome: str | None


class OfferTable(SQLModel, table=True):
    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_by_conversation", "conversation_id"),
        Index(
            "offer_open",
            "staff_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    episode: int
    staff_id: str = Field(foreign_key="staff.id")
    offered_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    outcome: str | None
    reason: str
    why: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class MendingTable(SQLModel, table=True):
    """Something on which Redis and the database disagreed, and which was mended."""

    __tablename__ = "mending"
    __table_args__ = (Index("mending_at", "at"),)
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    subject_id: str


class BackupTable(SQLModel, table=True):
    """A backup that was tried: made or not, verified or not. The backup itself lies on a shelf."""

    __tablename__ = "backup"
    __table_args__ = (Index("backup_began", "began_at"),)
    id: str = Field(primary_key=True)
    name: str
    """Empty where none was made."""
    place: str
    """Host and folder."""
    began_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime | None = Field(sa_type=UtcDateTime)
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sealed: bool
    error: str = Field(sa_column=Column(Text, nullable=False))
    """Why it could not be made; empty when it was."""
    verified_at: datetime | None = Field(sa_type=UtcDateTime)
    """Of the last look that found it whole."""
    looked_at: datetime | None = Field(sa_type=UtcDateTime)
    finding: str = Field(sa_column=Column(Text, nullable=False))
    """What the last look found wrong; empty when nothing was."""
    pruned_at: datetime | None = Field(sa_type=UtcDateTime)


class JobTable(SQLModel, table=True):
    """A thing to do at a time; at most one a (kind, subject)."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_subject", "kind", "subject_id", unique=True),
        Index("job_due", "due_at"),
    )
    id: str = Field(primary_key=True)
    kind: str
    subject_id: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    claimed_until: datetime | None = Field(sa_type=UtcDateTime)
    fence: int
    attempts: int
    last_error: str
