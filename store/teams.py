"""Teams: each one queue and its settings."""

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

import uuid_utils
from msgspec import Struct, field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

Assignment = Literal["automatic", "offered"]


class Team(Struct, frozen=True, kw_only=True):
    """A group of agents with one queue. `team_capacity` in hundredths of a chat; None: no cap.

    A time or a largest size of None means: never, or no bound. `hours`: {"mon": [["09:00", "17:00"]], …} in
    `time_zone`, None is always open; `holidays`: dates on which it stays closed. `sticky`: a returning
    customer's last agent comes first. `service_percent`: of the customers, to be answered within
    `wait_target_seconds`. `weights`: channel → how much of an agent's capacity one conversation of it takes.
    """

    id: str
    name: str
    assignment: Assignment = "automatic"
    offer_timeout_seconds: int = 30
    strategy: str = "least_loaded"
    team_capacity: int | None = None
    wrap_up_seconds: int = 0
    wait_target_seconds: int = 60
    alert_depth: int | None = None
    alert_wait_seconds: int | None = None
    silence_warn_seconds: int = 600
    silence_solve_seconds: int = 300
    close_after_seconds: int = 7 * 24 * 3600
    relax_seconds: int | None = 60
    overflow_team_id: str | None = None
    overflow_seconds: int | None = None
    fallback_team_id: str | None = None
    queue_max: int | None = None
    paused: bool = False
    sticky: bool = True
    service_percent: int = 80
    hours: dict[str, list[list[str]]] | None = None
    time_zone: str = "UTC"
    holidays: list[str] = []
    weights: dict[str, int] = field(default_factory=lambda: {"chat": 100, "message": 100})


class Settings(TypedDict, total=False):
    """What `change` and `add` may set."""

    name: str
    assignment: Assignment
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
    hours: dict[str, list[list[str]]] | None
    time_zone: str
    holidays: list[str]
    weights: dict[str, int]


async def add(tx: AsyncConnection, **settings: Unpack[Settings]) -> Team:
    """Make a team; what is not given has the default of Team."""
    named = {"name": "", **settings}
    team = Team(id=str(uuid_utils.uuid7()), **named)  # type: ignore[arg-type]
    fields = {name: getattr(team, name) for name in Team.__struct_fields__}
    await tx.execute(tables.team.insert().values(**fields))
    return team


async def get(tx: AsyncConnection, id: str) -> Team | None:
    """One team, or None."""
    row = (await tx.execute(select(tables.team).where(tables.team.c.id == id))).first()
    return None if row is None else Team(**row._asdict())


async def list_all(tx: AsyncConnection) -> list[Team]:
    """All teams by name."""
    rows = await tx.execute(select(tables.team).order_by(tables.team.c.name, tables.team.c.id))
    return [Team(**row._asdict()) for row in rows]


async def change(tx: AsyncConnection, id: str, **settings: Unpack[Settings]) -> Team | None:
    """Set some settings and return the team fresh; None where it does not exist."""
    if settings:
        await tx.execute(update(tables.team).where(tables.team.c.id == id).values(**settings))
    return await get(tx, id)


async def members(tx: AsyncConnection, team_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the members of each of `team_ids` whose accounts are open."""
    m, s = tables.team_member.c, tables.staff.c
    query = (
        select(m.team_id, m.staff_id)
        .join(tables.staff, s.id == m.staff_id)
        .where(m.team_id.in_(team_ids), s.disabled_at.is_(None))
        .order_by(m.team_id, m.staff_id)
    )
    found: dict[str, list[str]] = {id: [] for id in team_ids}
    for row in await tx.execute(query):
        found[row.team_id].append(row.staff_id)
    return found
