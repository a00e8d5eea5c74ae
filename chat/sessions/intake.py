"""From frames to handlers, the same for every kind of client.

Frames arrive synchronously. Quick handlers (sending, typing, seen) run at once; slow ones run one
after the other in a task, after the sends before them are durable, so that a client's commands keep
their order. Nothing here ever waits while holding the socket.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog

from chat.connection import Connection
from chat.context import Context
from chat.errors import Refused
from chat.gate import Gate, later_ms
from chat.limits import Bucket
from chat.protocol import HELLO_TIMEOUT_SECONDS, PROTOCOL, codec
from chat.protocol.codes import CloseCode, Code
from chat.protocol.commands import Command, Ping, SendMessage
from chat.protocol.events import Done
from chat.sessions.sender import Sender
from store.errors import Unavailable

log = structlog.get_logger(__name__)

C = TypeVar("C", bound=Command)
Quick = Mapping[type, Callable[[Any], None]]
Slow = Mapping[type, Callable[[Any], Awaitable[None]]]

NEW: Final = 0
GREETING: Final = 1
READY: Final = 2


def _nothing(command: SendMessage) -> None:
    """For clients that send no messages."""


class Intake(Generic[C]):
    """`hello` answers the first command, in its turn at `arrivals` (None: as all commands); until it has
    returned, later frames are kept in order."""

    def __init__(
        self,
        context: Context,
        connection: Connection,
        decoder: msgspec.json.Decoder[C],
        hello: Callable[[Any], Awaitable[None]],
        quick: Quick,
        slow: Slow,
        sender: Sender,
        refused_send: Callable[[SendMessage], None] = _nothing,
        arrivals: Gate | None = None,
    ):
        self._context = context
        self._arrivals = arrivals or context.gate
        self._connection = connection
        self._decoder = decoder
        self._hello = hello
        self._quick = quick
        self._slow = slow
        self._sender = sender
        self._refused_send = refused_send
        self._state = NEW
        self._waiting: deque[C] = deque()
        self._turned_away: list[SendMessage] = []
        """Sends that found no room during the hello; those behind them must not be written before them."""
        self._running = False
        self._loop = asyncio.get_running_loop()
        limits = context.limits
        self._bucket = Bucket(limits.rate, limits.burst, self._loop.time())
        self._refusals = Bucket(limits.refusal_rate, limits.refusal_burst, self._loop.time())
        self._timeout = self._loop.call_later(HELLO_TIMEOUT_SECONDS, self._too_late)

    def receive(self, frame: str | bytes) -> None:
        """One complete frame. A bad one is answered, and harms nobody else."""
        wait = self._bucket.take(self._loop.time())
        try:
            if isinstance(frame, bytes):
                raise Refused(Code.BINARY)
            command = codec.decode(self._decoder, frame)
            if wait:
                self._turn_away(command)
                raise Refused(Code.RATE, ref=command.ref, retry_after_ms=int(wait * 1000) + 1)
        except Refused as refused:
            self._refuse("", refused)
            return
        if self._state == READY:
            self._dispatch(command)
        else:
            self._before_ready(command)

    def lost(self) -> None:
        self._timeout.cancel()
        self._waiting.clear()

    def _before_ready(self, command: C) -> None:
        is_hello = command.__struct_config__.tag == "hello"
        if self._state == NEW and is_hello:
            self._state = GREETING
            self._timeout.cancel()
            self._context.tasks.spawn(self._greet(command), "hello")
        elif self._state == NEW:
            self._refuse(command.ref, Refused(Code.NOT_HELLO))
            self._connection.socket.close(CloseCode.POLICY, "hello expected")
        else:
            self._keep(command)

    async def _greet(self, command: C) -> None:
        if getattr(command, "protocol", PROTOCOL) != PROTOCOL:
            self._refuse(command.ref, Refused(Code.UNSUPPORTED_PROTOCOL))
            self._connection.socket.close(CloseCode.UNSUPPORTED_PROTOCOL)
            return
        if not await self._attempt(command, self._hello, self._arrivals):
            code = CloseCode.UNAUTHENTICATED if self._unauthenticated else CloseCode.RESTART
            self._connection.socket.close(code)
            return
        self._state = READY
        kept, self._waiting = self._waiting, deque()
        for later in kept:
            self._dispatch(later)
        # After those that were kept, and before all that comes now.
        turned_away, self._turned_away = self._turned_away, []
        for send in turned_away:
            self._refused_send(send)

    _unauthenticated = False

    def _dispatch(self, command: C) -> None:
        if isinstance(command, Ping):
            self._connection.post(codec.encode(Done(ref=command.ref)))
            return
        quick = self._quick.get(type(command))
        if quick is None:
            self._keep(command)
            return
        try:
            quick(command)
        except Refused as refused:
            self._refuse(command.ref, refused)

    def _keep(self, command: C) -> None:
        if len(self._waiting) >= self._context.limits.commands_in_flight:
            self._turn_away(command)
            self._refuse(command.ref, Refused(Code.BUSY, retry_after_ms=200))
            return
        self._waiting.append(command)
        if self._state == READY and not self._running:
            self._running = True
            self._context.tasks.spawn(self._work(), "commands")

    def _turn_away(self, command: C) -> None:
        """A send that is refused unread: those of its sender that come behind it have to wait for it."""
        if not isinstance(command, SendMessage):
            return
        if self._state == GREETING:
            self._turned_away.append(command)
        else:
            self._refused_send(command)

    async def _work(self) -> None:
        try:
            while self._waiting:
                command = self._waiting.popleft()
                await self._sender.idle()
                handler = self._slow.get(type(command))
                if handler is None:
                    self._refuse(command.ref, Refused(Code.UNKNOWN_COMMAND))
                else:
                    await self._attempt(command, handler, self._context.gate)
        finally:
            self._running = False

    async def _attempt(self, command: C, handler: Callable[[Any], Awaitable[None]], gate: Gate) -> bool:
        try:
            async with gate.turn():
                await handler(command)
        except Refused as refused:
            self._unauthenticated = refused.code is Code.UNAUTHENTICATED
            self._refuse(command.ref, refused)
        except Unavailable as error:
            log.warning("command_not_now", command=type(command).__name__, error=str(error))
            self._refuse(command.ref, Refused(Code.UNAVAILABLE, retry_after_ms=later_ms()))
        except Exception:
            log.exception("command_failed", command=type(command).__name__)
            self._refuse(command.ref, Refused(Code.INTERNAL, retry_after_ms=2000))
        else:
            return True
        return False

    def _refuse(self, ref: str, refused: Refused) -> None:
        self._connection.post(codec.failed(ref, refused))
        if self._refusals.take(self._loop.time()):
            self._connection.socket.close(CloseCode.FLOOD, "too many refused frames")

    def _too_late(self) -> None:
        self._connection.socket.close(CloseCode.HELLO_TIMEOUT, "hello expected")
