"""The three WebSocket endpoints: who may connect, then the socket is handed to its session in chat.

The Origin was checked before (`security.origins`). Whoever is signed out is accepted and closed with 4001:
a browser cannot tell a refused handshake from a lost network, and would go on trying.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from starlette.websockets import WebSocket

from chat.connection import Socket
from chat.errors import Refused
from chat.protocol.codes import CloseCode, Code
from store.errors import Unavailable
from web.answers import refusal
from web.edge import edge_of
from web.security import cookies, sessions
from web.socket_port import Socket as Port
from web.socket_protocol import EXTENSION


class Session(Protocol):
    """What chat makes of a socket."""

    @property
    def receive(self) -> Callable[[str | bytes], None]: ...
    def lost(self) -> None: ...


async def visitor(websocket: WebSocket) -> None:
    """A widget; its first frame brings the visitor's token."""
    edge = edge_of(websocket)
    await _serve(websocket, "visitor", lambda socket: edge.desk.visitor(socket, edge.tokens.visitor_of))


async def staff(websocket: WebSocket) -> None:
    """A console or a board; the cookie says whose."""
    edge = edge_of(websocket)
    try:
        signed_in = await sessions.staff_of(websocket)
    except Refused as refused:
        await _turn_away(websocket, refused)
        return
    except Unavailable:
        await websocket.send_denial_response(refusal(Refused(Code.UNAVAILABLE, retry_after_ms=2000)))
        return
    member, session_id = signed_in.member, signed_in.session_id
    await _serve(websocket, "staff", lambda socket: edge.desk.staff(socket, member.id, session_id), _recheck)


async def status(websocket: WebSocket) -> None:
    """A status page; the cookie that its link was exchanged for says of which conversation."""
    edge = edge_of(websocket)
    conversation_id = edge.tokens.status_of(cookies.status_session(websocket))
    if conversation_id is None:
        await _turn_away(websocket, Refused(Code.UNAUTHENTICATED))
        return
    await _serve(websocket, "status", lambda socket: edge.desk.status(socket, conversation_id))


async def _serve(
    websocket: WebSocket,
    kind: str,
    begin: Callable[[Socket], Session],
    recheck: Callable[[WebSocket], Awaitable[bool]] | None = None,
) -> None:
    """Accept and hand the socket over; frames and its end do not come through here."""
    socket = cast(Port, websocket.scope["extensions"][EXTENSION])
    await websocket.accept()
    session = begin(socket)
    gauge = edge_of(websocket).metrics.sockets.labels(kind)
    gauge.inc()

    def lost() -> None:
        gauge.dec()
        session.lost()

    socket.keep(session.receive, lost)
    if recheck is not None and not await recheck(websocket):
        socket.close(CloseCode.UNAUTHENTICATED, "signed out")


async def _recheck(websocket: WebSocket) -> bool:
    """Whether the session still counts, now that the desk knows its socket: one that was revoked in between
    would be in nobody's list of sockets to close."""
    try:
        await sessions.staff_of(websocket)
    except Refused:
        return False
    except Unavailable:
        return True  # it counted a moment ago, and every command asks the database again
    return True


async def _turn_away(websocket: WebSocket, refused: Refused) -> None:
    await websocket.accept()
    await websocket.close(CloseCode.UNAUTHENTICATED, refused.message)
