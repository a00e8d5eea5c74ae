"""A team's settings: supervisors set what is measured and warned of, admins how chats are given out."""

from typing import Annotated, Any, Final, Literal
from zoneinfo import available_timezones

import structlog
from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import requirements, staffing
from chat.errors import Refused
from chat.protocol.codes import Code
from store import teams
from web.answers import answer, body
from web.api.given import given
from web.edge import edge_of
from web.security import sessions

Seconds = Annotated[int, Meta(ge=1, le=7 * 86_400)]
Strategy = Literal["least_loaded", "longest_idle", "round_robin", "most_skilled"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Interval = Annotated[list[Clock], Meta(min_length=2, max_length=2)]
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
SUPERVISED: Final = frozenset(
    {
        "alert_depth",
        "alert_wait_seconds",
        "wait_target_seconds",
        "silence_warn_seconds",
        "silence_solve_seconds",
        "service_percent",
        "paused",
    }
)

log = structlog.get_logger(__name__)


class Weights(Struct, frozen=True, forbid_unknown_fields=True):
    """What one conversation of a channel takes of an agent's capacity, in hundredths of a chat."""

    chat: Annotated[int, Meta(ge=1, le=10_000)]
    message: Annotated[int, Meta(ge=1, le=10_000)]


class TeamChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; null turns an alert or a cap off. Capacity in hundredths of a chat."""

    alert_depth: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType | None = UNSET
    alert_wait_seconds: Seconds | UnsetType | None = UNSET
    wait_target_seconds: Seconds | UnsetType = UNSET
    silence_warn_seconds: Seconds | UnsetType = UNSET
    silence_solve_seconds: Seconds | UnsetType = UNSET
    name: Annotated[str, Meta(min_length=1, max_length=120)] | UnsetType = UNSET
    assignment: Literal["automatic", "offered"] | UnsetType = UNSET
    offer_timeout_seconds: Annotated[int, Meta(ge=5, le=600)] | UnsetType = UNSET
    strategy: Strategy | UnsetType = UNSET
    team_capacity: Annotated[int, Meta(ge=100, le=10_000)] | UnsetType | None = UNSET
    wrap_up_seconds: Annotated[int, Meta(ge=0, le=3600)] | UnsetType = UNSET
    close_after_seconds: Annotated[int, Meta(ge=3600, le=365 * 86_400)] | UnsetType = UNSET
    service_percent: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    paused: bool | UnsetType = UNSET
    relax_seconds: Annotated[int, Meta(ge=0, le=86_400)] | UnsetType | None = UNSET
    overflow_team_id: str | UnsetType | None = UNSET
    overflow_seconds: Seconds | UnsetType | None = UNSET
    fallback_team_id: str | UnsetType | None = UNSET
    queue_max: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType | None = UNSET
    sticky: bool | UnsetType = UNSET
    hours: dict[Day, Annotated[list[Interval], Meta(max_length=10)]] | UnsetType | None = UNSET
    time_zone: str | UnsetType = UNSET
    holidays: Annotated[list[Date], Meta(max_length=400)] | UnsetType = UNSET
    weights: Weights | UnsetType = UNSET


class NewTeam(TeamChanges, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A team has a name; what else is left out has its default."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]


async def create(request: Request) -> Response:
    """POST /api/teams: a new team, without members so far. For admins."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    named = to_builtins(given(await body(request, NewTeam)))

    async def work(tx: AsyncConnection) -> teams.Team:
        await _check(tx, named)
        return await teams.add(tx, **named)

    row = await edge.database.transact(work)
    await staffing.team_changed(edge.desk.context, row)
    log.info("team_added", team_id=row.id, by=signed_in.member.id)
    return answer(row, 201)


async def index(request: Request) -> Response:
    """GET /api/teams: all settings of all teams, for supervisors."""
    await sessions.supervisor_of(request)
    async with edge_of(request).database.read() as tx:
        return answer({"teams": await teams.list_all(tx)})


async def show(request: Request) -> Response:
    """GET /api/teams/{id}: all settings of a team, for supervisors."""
    await sessions.supervisor_of(request)
    async with edge_of(request).database.read() as tx:
        return answer(_found(await teams.get(tx, request.path_params["id"])))


async def change(request: Request) -> Response:
    """PATCH /api/teams/{id}: takes effect at the next decision. Answers all its settings."""
    edge = edge_of(request)
    signed_in = await sessions.supervisor_of(request)
    named = to_builtins(given(await body(request, TeamChanges)))
    if signed_in.member.role != "admin" and not named.keys() <= SUPERVISED:
        raise Refused(Code.FORBIDDEN, "Only an admin may change that.")

    async def work(tx: AsyncConnection) -> teams.Team:
        await _check(tx, named)
        return _found(await teams.change(tx, request.path_params["id"], **named))

    row = await edge.database.transact(work)
    await staffing.team_changed(edge.desk.context, row)
    if "weights" in named:
        await requirements.team_weighs(edge.desk.context, row)
    log.info("team_changed", team_id=row.id, fields=sorted(named), by=signed_in.member.id)
    return answer(row)


async def _check(tx: AsyncConnection, named: dict[str, Any]) -> None:
    if named.get("time_zone", "UTC") not in available_timezones():
        raise Refused(Code.INVALID, "That time zone is not known. Its name is like Europe/Zurich.")
    for name in ("overflow_team_id", "fallback_team_id"):
        if named.get(name) is not None:
            _found(await teams.get(tx, named[name]))


def _found(row: teams.Team | None) -> teams.Team:
    if row is None:
        raise Refused(Code.NOT_FOUND, "There is no such team.")
    return row
