"""The desk of one process: every part of chat built once, its sessions, its loops, its end."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis
from uuid_utils import uuid7

from chat import receiving, rooms, roster, sweeping, views
from chat.bus import Bus
from chat.clock import Clock
from chat.connection import Connection, Socket
from chat.context import Context
from chat.doors import Doors
from chat.feeds import Feeds, Line
from chat.hints import Hint
from chat.hub import Hub, subject_of
from chat.limits import Limits
from chat.lookups import Lookups, Page
from chat.loops import Loops
from chat.nodes import Nodes
from chat.places import Places
from chat.presence import Presence
from chat.previews import Previews
from chat.protocol.codec import encode
from chat.protocol.codes import CloseCode
from chat.protocol.events import Closing
from chat.protocol.views import Thread
from chat.sessions.staff import StaffSession
from chat.sessions.status import StatusSession
from chat.sessions.visitor import Authenticate, VisitorSession
from chat.signs import Signs
from chat.tasks import Tasks
from chat.viewers import Viewers
from routing import leases
from routing.errors import NotReady
from routing.errors import Unavailable as RoutingUnavailable
from routing.router import Router
from store import staff_sessions
from store.database import Database
from store.errors import Unavailable
from store.log import MessageLog

DRAIN_SECONDS: Final = 3.0
GAP_SPREAD_SECONDS: Final = 2.0
SIGN_OUT: Final = "sign_out"
COME_AGAIN: Final = "come_again"

log = structlog.get_logger(__name__)


class _SignOut(msgspec.Struct):
    staff_id: str
    session_id: str


_sign_outs: Final = msgspec.json.Decoder(_SignOut)


class Desk:
    """`redis` serves commands, `nodes` the bus. `public_url` is where people reach the desk, for links in
    mail."""

    def __init__(
        self,
        database: Database,
        redis: Redis,
        nodes: Nodes,
        prefix: str,
        *,
        status_path: Callable[[str], str],
        public_url: str,
        limits: Limits | None = None,
    ):
        process_id = str(uuid7())
        clock = Clock()
        self.context = context = Context(
            database=database,
            redis=redis,
            router=Router(redis, prefix),
            log=MessageLog(database, clock.now),
            hub=Hub(),
            feeds=Feeds(self._read, Unavailable),
            bus=Bus(nodes, prefix, process_id),
            clock=clock,
            tasks=Tasks(),
            limits=limits or Limits(),
            process_id=process_id,
            status_path=status_path,
            status_link=lambda conversation_id: public_url + status_path(conversation_id),
        )
        context.lookups = Lookups(database)
        context.doors = Doors(context)
        context.presence = Presence(context)
        context.signs = Signs(context)
        context.previews = Previews(context)
        context.places = Places(context)
        context.viewers = Viewers(context.hub, context.bus)
        self._roster = roster.Roster(context)
        context.refresh_roster = self._roster.refresh
        context.hub.held = context.bus.hold
        context.hub.released = context.bus.release
        context.bus.received = self._received
        context.bus.gap = self._gap
        self._loops = Loops(context, self._roster, self.close_ended_sessions)

    async def start(self) -> None:
        """Ready when this returns: clock set, routing filled or adopted, loops running."""
        await self.context.log.start()
        await self.context.bus.start()
        self.context.hub.hold(rooms.DESK)
        await self._loops.start()

    def visitor(self, socket: Socket, authenticate: Authenticate) -> VisitorSession:
        """A widget has connected."""
        return VisitorSession(self.context, socket, authenticate)

    def status(self, socket: Socket, conversation_id: str) -> StatusSession:
        """A status page has connected; its cookie named the conversation."""
        return StatusSession(self.context, socket, conversation_id)

    def staff(self, socket: Socket, staff_id: str, session_id: str) -> StaffSession:
        """A console or board has connected; its cookie named the session."""
        return StaffSession(self.context, socket, staff_id, session_id)

    async def sign_out(self, staff_id: str, session_id: str = "") -> None:
        """A session was revoked, or with no `session_id` all of them: its sockets are closed on every
        process, and an agent who is signed in nowhere else is gone at once."""
        signal = _SignOut(staff_id, session_id)
        self._close_sessions(signal)
        self.context.bus.publish("signal", rooms.DESK, SIGN_OUT, data=msgspec.json.encode(signal))
        async with self.context.database.read() as tx:
            elsewhere = await staff_sessions.active_of(tx, staff_id, self.context.clock.now())
        if elsewhere:
            return
        try:
            swept = await leases.sign_out(self.context.router, staff_id)
        except (NotReady, RoutingUnavailable):
            self.context.stale.set()
            return
        await sweeping.carry_out(self.context, swept)

    def come_again(self, staff_id: str) -> None:
        """Their teams or role were changed: their sockets, on every process, come again, and then see what
        they may see now and nothing else."""
        self._return(staff_id)
        self.context.bus.publish("signal", rooms.DESK, COME_AGAIN, data=staff_id.encode())

    async def close_ended_sessions(self) -> None:
        """Close the sockets of sessions that are over: expired, or revoked where the word was lost."""
        sessions = {session.session_id: session for session in self.context.staff_sessions.values()}
        if not sessions:
            return
        async with self.context.database.read() as tx:
            active = await staff_sessions.active(tx, sorted(sessions), self.context.clock.now())
        for session_id in sessions.keys() - active:
            self._close_sessions(_SignOut(sessions[session_id].staff_id, session_id))

    async def drain(self) -> None:
        """Say goodbye before the sockets close: a jittered return spreads the reconnects."""
        connections = list(self.context.hub.connections)
        for index, connection in enumerate(connections):
            spread_ms = 200 + 1800 * index // max(1, len(connections))
            connection.post(encode(Closing(reason="restart", resume_after_ms=spread_ms)))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.context.log.stop()), DRAIN_SECONDS)
        for connection in connections:
            connection.socket.close(CloseCode.RESTART, "restart")

    async def stop(self) -> None:
        """End the loops and tasks, write what waits, let go of Redis."""
        await self._loops.stop()
        await self.context.log.stop()
        await self.context.feeds.stop()
        await self.context.tasks.stop()
        await self.context.bus.stop()
        await self.context.router.close()

    async def _read(self, conversation_id: str, thread: Thread, after: int, limit: int) -> list[Line]:
        rows = await self.context.lookups.pages.get(Page(conversation_id, thread, after, limit))
        return [views.line(row) for row in rows or ()]

    def _received(self, hint: Hint) -> None:
        if hint.kind == "signal" and hint.name == SIGN_OUT:
            self._close_sessions(_sign_outs.decode(hint.data))
        elif hint.kind == "signal" and hint.name == COME_AGAIN:
            self._return(hint.data.decode())
        else:
            receiving.receive(self.context, hint)

    def _gap(self, subjects: frozenset[str]) -> None:
        """Anything may have passed unseen of these. How conversations stand is compared; for lists, whoever
        stands in them comes again, spread over a few seconds."""
        self.context.tasks.spawn(self._loops.compare(), "compare")
        lists = {name for name in subjects if not name.startswith(rooms.conversation(""))}
        loop = asyncio.get_running_loop()
        for connection in self.context.hub.connections if lists else ():
            if not lists.isdisjoint(subject_of(room) for room in connection.rooms):
                spread = random.uniform(0, GAP_SPREAD_SECONDS)
                loop.call_later(spread, self._say_goodbye, connection)

    def _say_goodbye(self, connection: Connection) -> None:
        connection.post(encode(Closing(reason="restart", resume_after_ms=0)))
        connection.socket.close(CloseCode.RESTART, "resume")

    def _return(self, staff_id: str) -> None:
        for session in list(self.context.staff_sessions.values()):
            if session.staff_id == staff_id:
                self._say_goodbye(session.connection)

    def _close_sessions(self, signal: _SignOut) -> None:
        for session in list(self.context.staff_sessions.values()):
            same = session.session_id == signal.session_id or not signal.session_id
            if session.staff_id == signal.staff_id and same:
                session.connection.post(encode(Closing(reason="signed_out", resume_after_ms=0)))
                session.connection.socket.close(CloseCode.UNAUTHENTICATED, "signed out")
