"""The desk itself, its sites and its teams."""

from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

JsonObject = dict[str, Any]


class DeskTable(SQLModel, table=True):
    """One row: which generation of Redis state is valid, under a lock of its own, and the desk's rules."""

    __tablename__ = "desk"
    id: int = Field(default=1, primary_key=True)
    generation: int = 0
    name: str = ""
    rules: list[JsonObject] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Who comes first; see rules.py."""


class TeamTable(SQLModel, table=True):
    __tablename__ = "team"
    id: str = Field(primary_key=True)
    name: str
    assignment: str
    offer_timeout_seconds: int
    strategy: str
    team_capacity: int | None
    wrap_up_seconds: int
    wait_target_seconds: int
    alert_depth: int | None
    alert_wait_seconds: int | None
    silence_warn_seconds: int
    silence_solve_seconds: int
    close_after_seconds: int
    relax_seconds: int | None
    overflow_team_id: str | None
    overflow_seconds: int | None
    fallback_team_id: str | None
    queue_max: int | None
    paused: bool
    sticky: bool
    service_percent: int
    hours: JsonObject | None = Field(sa_column=Column(JSON(none_as_null=True), nullable=True))
    time_zone: str
    holidays: list[str] = Field(sa_column=Column(JSON, nullable=False))
    weights: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    """Channel → hundredths of a chat."""


class SiteTable(SQLModel, table=True):
    __tablename__ = "site"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    name: str
    origins: list[str] = Field(sa_column=Column(JSON, nullable=False))
    secret: str
    default_team_id: str = Field(foreign_key="team.id")
    color: str
    topics: list[JsonObject] = Field(sa_column=Column(JSON, nullable=False))
    greeting: str = Field(sa_column=Column(Text, nullable=False))
    away_notice: str = Field(sa_column=Column(Text, nullable=False))
    hours: JsonObject | None = Field(sa_column=Column(JSON(none_as_null=True), nullable=True))
