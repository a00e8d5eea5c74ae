"""Signing in, who one is, and signing out."""

from typing import Annotated, Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat.errors import Refused
from chat.protocol.codes import Code
from store import staff, staff_sessions
from web.answers import answer, body
from web.api.colleagues import view_of
from web.edge import Edge, edge_of
from web.security import cookies, sessions
from web.security.passwords import MAX_LENGTH

WRONG: Final = "That email and password do not belong together."
"""The same words whether the email is known or not."""

log = structlog.get_logger(__name__)


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Annotated[str, msgspec.Meta(min_length=1, max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_LENGTH)]


async def create(request: Request) -> Response:
    """POST /api/session: sign in. Answers the member of staff, and sets the session's cookie."""
    edge = edge_of(request)
    credentials = await body(request, Credentials)
    address = request.client.host if request.client else None
    await edge.sign_ins.use(address)
    member = await _verified(edge, credentials)
    if member is None:
        edge.metrics.sign_ins.labels("refused").inc()
        log.warning("sign_in_refused", address=address)
        raise Refused(Code.UNAUTHENTICATED, WRONG)
    await edge.sign_ins.forgive(address)
    token = await sessions.begin(edge, member.id, request.headers.get("user-agent", ""))
    edge.metrics.sign_ins.labels("accepted").inc()
    log.info("signed_in", staff_id=member.id, address=address)
    response = answer(await view_of(edge, member.id), 201)
    seconds = int(sessions.LASTS.total_seconds())
    cookies.set_staff(response, token, seconds, secure=edge.origins.secure(request.scope))
    return response


async def show(request: Request) -> Response:
    """GET /api/session: who is signed in."""
    signed_in = await sessions.staff_of(request)
    return answer(await view_of(edge_of(request), signed_in.member.id))


async def delete(request: Request) -> Response:
    """DELETE /api/session: sign out. The session's sockets close; the cookie goes in any case."""
    edge = edge_of(request)
    response = Response(status_code=204)
    cookies.clear_staff(response, secure=edge.origins.secure(request.scope))
    try:
        signed_in = await sessions.staff_of(request)
    except Refused:
        return response
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        await staff_sessions.revoke(tx, signed_in.session_id, at)

    await edge.database.transact(work)
    await edge.desk.sign_out(signed_in.member.id, signed_in.session_id)
    log.info("signed_out", staff_id=signed_in.member.id)
    return response


async def _verified(edge: Edge, credentials: Credentials) -> staff.Staff | None:
    async with edge.database.read() as tx:
        member = await staff.by_email(tx, credentials.email)
        enters = member is not None and sessions.may_enter(edge, member)
        stored = await staff.password_hash(tx, member.id) if member and enters else None
    if not await edge.passwords.verify(stored, credentials.password) or member is None or stored is None:
        return None
    if edge.passwords.outdated(stored):
        await _renew(edge, member.id, credentials.password)
    return member


async def _renew(edge: Edge, staff_id: str, password: str) -> None:
    """The costs of hashing were raised since: keep the password under today's."""
    fresh = await edge.passwords.hash(password)

    async def work(tx: AsyncConnection) -> None:
        await staff.set_password(tx, staff_id, fresh)

    await edge.database.transact(work)
