"""Accounts of staff, for admins."""

from typing import Annotated

import structlog
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import staffing
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Role
from store import staff, staff_sessions, teams
from web.answers import answer, body
from web.api.colleagues import view_of
from web.edge import edge_of
from web.security import sessions
from web.security.passwords import MAX_LENGTH, MIN_LENGTH

log = structlog.get_logger(__name__)


class NewStaff(Struct, frozen=True, forbid_unknown_fields=True):
    """`capacity` in hundredths of a chat; `teams` are ids, none means all."""

    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    password: Annotated[str, Meta(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]
    role: Role = "agent"
    capacity: Annotated[int, Meta(ge=100, le=10_000)] = 300
    teams: Annotated[list[str], Meta(max_length=100)] = []


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
        return added.id

    staff_id = await edge.database.transact(work)
    await staffing.staff_changed(edge.desk.context, staff_id)
    log.info("staff_added", staff_id=staff_id, by=signed_in.member.id)
    return answer(await view_of(edge, staff_id), 201)


async def delete(request: Request) -> Response:
    """DELETE /api/staff/{id}: disable an account. Its sockets close, its chats go back in line."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    staff_id = request.path_params["id"]
    if staff_id == signed_in.member.id:
        raise Refused(Code.FORBIDDEN, "Nobody can disable their own account: ask another admin.")
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        if await staff.get(tx, staff_id) is None:
            raise Refused(Code.NOT_FOUND, "There is no such colleague.")
        await staff.disable(tx, staff_id, at)
        await staff_sessions.revoke_all(tx, staff_id, at)

    await edge.database.transact(work)
    await edge.desk.sign_out(staff_id)
    await staffing.staff_changed(edge.desk.context, staff_id)
    log.info("staff_disabled", staff_id=staff_id, by=signed_in.member.id)
    return Response(status_code=204)
