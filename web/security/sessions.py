"""Staff sessions: an opaque token in a cookie, its hash in the database, to be revoked at any moment."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

from chat import access
from chat.access import Staff
from chat.errors import Refused
from chat.protocol.codes import Code
from store import staff, staff_sessions
from web.edge import Edge, edge_of
from web.security import cookies

LASTS: Final = timedelta(days=14)
USER_AGENT_LENGTH: Final = 300


class SignedIn(NamedTuple):
    """Who asks, and by which session."""

    session_id: str
    member: Staff


def token_hash(token: str) -> str:
    """Return what the database knows of a token: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


async def begin(edge: Edge, staff_id: str, user_agent: str) -> str:
    """Make a session and return its token, which is written down nowhere. Raises `Unavailable`."""
    token = secrets.token_urlsafe(32)
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        agent = user_agent[:USER_AGENT_LENGTH]
        await staff_sessions.create(tx, staff_id, token_hash(token), at + LASTS, agent, at)

    await edge.database.transact(work)
    return token


async def staff_of(connection: HTTPConnection) -> SignedIn:
    """Authenticate staff: return who the request's session belongs to.

    Raises `Refused(unauthenticated)` for no session, one that is over or revoked, a member who was disabled,
    and demo staff where the desk is no demo desk; `Unavailable`.
    """
    edge = edge_of(connection)
    token = cookies.staff_token(connection)
    if not token:
        raise Refused(Code.UNAUTHENTICATED)
    async with edge.database.read() as tx:
        session = await staff_sessions.find(tx, token_hash(token), edge.desk.context.clock.now())
        member = await staff.get(tx, session.staff_id) if session else None
        if session is None or member is None or not may_enter(edge, member):
            raise Refused(Code.UNAUTHENTICATED)
        return SignedIn(session.id, await access.staff_actor(tx, member.id))


def may_enter(edge: Edge, member: staff.Staff) -> bool:
    """Tell whether a member of staff may sign in here at all."""
    return member.disabled_at is None and (edge.settings.demo or not member.demo)


async def supervisor_of(connection: HTTPConnection) -> SignedIn:
    """Authenticate a supervisor or admin. Raises `Refused`: unauthenticated or forbidden."""
    signed_in = await staff_of(connection)
    if not signed_in.member.supervises:
        raise Refused(Code.FORBIDDEN)
    return signed_in


async def admin_of(connection: HTTPConnection) -> SignedIn:
    """Authenticate an admin. Raises `Refused`: unauthenticated or forbidden."""
    signed_in = await staff_of(connection)
    if signed_in.member.role != "admin":
        raise Refused(Code.FORBIDDEN)
    return signed_in
