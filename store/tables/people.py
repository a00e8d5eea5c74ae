"""Staff with their teams and sessions; customers with their organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from store.times import UtcDateTime


class StaffTable(SQLModel, table=True):
    __tablename__ = "staff"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    """Lower case."""
    name: str
    password_hash: str
    role: str
    capacity: int
    availability: str
    availability_since: datetime = Field(sa_type=UtcDateTime)
    demo: bool
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    languages: list[str] = Field(sa_column=Column(JSON, nullable=False))
    skills: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))


class TeamMemberTable(SQLModel, table=True):
    __tablename__ = "team_member"
    team_id: str = Field(primary_key=True, foreign_key="team.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff.id", index=True)


class StaffSessionTable(SQLModel, table=True):
    __tablename__ = "staff_session"
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)
    user_agent: str


class OrganisationTable(SQLModel, table=True):
    __tablename__ = "organisation"
    __table_args__ = (Index("organisation_name", "name", unique=True),)
    id: str = Field(primary_key=True)
    name: str
    vip: bool


class CustomerTable(SQLModel, table=True):
    __tablename__ = "customer"
    __table_args__ = (
        Index("customer_external", "site_id", "external_id", unique=True),
        Index("customer_email", "email"),
    )
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    organisation_id: str | None = Field(foreign_key="organisation.id")
    name: str
    email: str
    external_id: str | None
    attributes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    vip: bool
