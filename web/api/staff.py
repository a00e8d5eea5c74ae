"""Accounts of staff: admins make and close them, supervisors say what agents can do and how much."""

from typing import Annotated, Any, Final

import structlog
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import staffing
from chat.access import Staff
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Availability, Role
from store import staff, staff_sessions, teams
from web.answers import answer, body
from web.api import abilities
from web.api.abilities import Languages, Skills
from web.api.colleagues import view_of
from web.api.given import given
from web.edge import edge_of
from web.security import sessions
from web.security.passwords import MAX_LENGTH, MIN_LENGTH

SUPERVISED: Final = frozenset({"capacity", "team_ids", "languages", "skills"})
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Capacity = Annotated[int, Meta(ge=100, le=10_000)]
TeamIds = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=100)]

log = structlog.get_logger(__name__)


class StaffSettings(Struct, frozen=True):
    """All that is set of a member of staff. `capacity` in hundredths of a chat."""

    id: str
    email: str
    name: str
    role: Role
    capacity: int
    team_ids: list[str]
    languages: list[str]
    skills: dict[str, int]
    availability: Availability
    disabled: bool


class StaffChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. Supervisors set capacity, teams, languages and skills of agents, admins all."""

    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    team_ids: TeamIds | UnsetType = UNSET
    languages: Languages | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET


class NewStaff(Struct, frozen=True, forbid_unknown_fields=True):
    """`capacity` in hundredths of a chat; `teams` are ids, none means all."""

    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    name: Name
    password: Annotated[str, Meta(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]
    role: Role = "agent"
    capacity: Capacity = 300
    teams: TeamIds = []
    languages: Languages = []
    skills: Skills = {}


async def index(request: Request) -> Response:
    """GET /api/staff: everybody with all that is set of them, the disabled too. For supervisors."""
    await sessions.supervisor_of(request)
    async with edge_of(request).database.read() as tx:
        return answer({"staff": [_settings(row) for row in await staff.list_all(tx, disabled=True)]})


async def create(request: Request) -> Response:
    """POST /api/staff: a new member of staff, who can sign in at once."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    wish = await body(request, NewStaff)
    password_hash = await edge.passwords.hash(wish.password)
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> str:
        known = [team.id for team in await teams.list_all(tx)]
        if not set(wish.teams) <= set(known):
            raise Refused(Code.INVALID, "There is no such team.")
        try:
            added = await staff.add(
                tx,
                wish.email,
                wish.name,
                password_hash,
                wish.role,
                wish.teams or known,
                at,
                wish.capacity,
                demo=edge.settings.demo,  # whoever is made on a demo desk must not outlive it
            )
        except staff.EmailTaken as taken:
            raise Refused(Code.INVALID, "Somebody with that email is here already.") from taken
        await staff.set_abilities(
            tx, added.id, abilities.languages(wish.languages), abilities.skills(wish.skills)
        )
        return added.id

    staff_id = await edge.database.transact(work)
    await staffing.staff_changed(edge.desk.context, staff_id)
    log.info("staff_added", staff_id=staff_id, by=signed_in.member.id)
    return answer(await view_of(edge, staff_id), 201)


async def change(request: Request) -> Response:
    """PATCH /api/staff/{id}: takes effect at the next decision. Answers all that is set."""
    edge = edge_of(request)
    signed_in = await sessions.supervisor_of(request)
    staff_id, named = request.path_params["id"], given(await body(request, StaffChanges))

    async def work(tx: AsyncConnection) -> staff.Staff:
        row = _found(await staff.get(tx, staff_id))
        await _may(tx, signed_in.member, row, named)
        await _write(tx, row, named)
        return _found(await staff.get(tx, staff_id))

    row = await edge.database.transact(work)
    await staffing.staff_changed(edge.desk.context, staff_id)
    if {"team_ids", "role"} & named.keys():
        edge.desk.come_again(staff_id)
    log.info("staff_changed", staff_id=staff_id, fields=sorted(named), by=signed_in.member.id)
    return answer(_settings(row))


async def delete(request: Request) -> Response:
    """DELETE /api/staff/{id}: disable an account. Its sockets close, its chats go back in line."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    staff_id = request.path_params["id"]
    if staff_id == signed_in.member.id:
        raise Refused(Code.FORBIDDEN, "Nobody can disable their own account: ask another admin.")
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        _found(await staff.get(tx, staff_id))
        await _spare_last_admin(tx, staff_id)
        await staff.disable(tx, staff_id, at)
        await staff_sessions.revoke_all(tx, staff_id, at)

    await edge.database.transact(work)
    await edge.desk.sign_out(staff_id)
    await staffing.staff_changed(edge.desk.context, staff_id)
    log.info("staff_disabled", staff_id=staff_id, by=signed_in.member.id)
    return Response(status_code=204)


async def _may(tx: AsyncConnection, member: Staff, row: staff.Staff, named: dict[str, Any]) -> None:
    """Who may change what of whom. Raises `Refused`."""
    admin = member.role == "admin"
    if not admin and (row.role != "agent" or not named.keys() <= SUPERVISED):
        raise Refused(Code.FORBIDDEN, "Only an admin may change that.")
    if named.get("role", row.role) != row.role:
        if row.id == member.id:
            raise Refused(Code.FORBIDDEN, "Nobody can change their own role: ask another admin.")
        await _spare_last_admin(tx, row.id)
    known = {team.id for team in await teams.list_all(tx)}
    if not set(named.get("team_ids", ())) <= known:
        raise Refused(Code.INVALID, "There is no such team.")


async def _spare_last_admin(tx: AsyncConnection, staff_id: str) -> None:
    """Two admins who demote each other at once wait here for one another. Raises `Refused`."""
    if await staff.lock_admins(tx) == [staff_id]:
        raise Refused(Code.FORBIDDEN, "This is the last admin: make another one first.")


async def _write(tx: AsyncConnection, row: staff.Staff, named: dict[str, Any]) -> None:
    if "name" in named:
        await staff.set_name(tx, row.id, named["name"])
    if "role" in named:
        await staff.set_role(tx, row.id, named["role"])
    if "capacity" in named:
        await staff.set_capacity(tx, row.id, named["capacity"])
    if "team_ids" in named:
        await staff.set_teams(tx, row.id, named["team_ids"])
    if {"languages", "skills"} & named.keys():
        spoken = abilities.languages(named.get("languages", row.languages))
        await staff.set_abilities(tx, row.id, spoken, abilities.skills(named.get("skills", row.skills)))


def _found(row: staff.Staff | None) -> staff.Staff:
    if row is None:
        raise Refused(Code.NOT_FOUND, "There is no such colleague.")
    return row


def _settings(row: staff.Staff) -> StaffSettings:
    return StaffSettings(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        capacity=row.capacity,
        team_ids=list(row.team_ids),
        languages=row.languages,
        skills=row.skills,
        availability=row.availability,
        disabled=row.disabled_at is not None,
    )
