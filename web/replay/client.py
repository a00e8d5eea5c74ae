"""One connection that speaks the protocol: typed commands out, typed events in, replies by `ref`."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import msgspec

from chat.protocol.codes import Code
from chat.protocol.commands import Command
from chat.protocol.events import AnyEvent, Failed
from web.replay.wire import Rejected, Wire

__all__ = ["Client", "Lost", "Refused", "Rejected"]

_EVENTS: Final = msgspec.json.Decoder(AnyEvent)
_encode: Final = msgspec.json.Encoder().encode


class Refused(Exception):
    """A command had no effect; `code` says why, `retry_after_ms` when to try again."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(f"{failed.code}: {failed.message}")
        self.code: Code = failed.code
        self.retry_after_ms = failed.retry_after_ms


class Lost(Exception):
    """The connection closed; `code` is the WebSocket's close code, 1006 for no goodbye."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"closed with {code} {reason}".strip())
        self.code = code


class Client:
    """A WebSocket client of a visitor, a status page or a member of staff, on one connection.

    It neither reconnects nor retries; `session.Session` does.
    """

    def __init__(self, on_event: Callable[[AnyEvent], None] | None = None) -> None:
        self._on_event = on_event or (lambda _: None)
        self._replies: dict[str, asyncio.Future[AnyEvent]] = {}
        self._wire: Wire | None = None
        self.lost: asyncio.Future[Lost] = asyncio.get_running_loop().create_future()
        """Done when the connection has closed, with how."""
        self.unknown = 0
        """Frames that this version of the protocol does not know; clients ignore these."""

    async def open(self, url: str, *, origin: str | None, cookie: str = "") -> "Client":
        """Connect to `url` (`ws://host/ws/staff`). Raises `Rejected`, `OSError`, `TimeoutError`."""
        headers = {"Cookie": cookie} if cookie else {}
        self._wire = await Wire.connect(url, headers, self._frame, self._closed, origin=origin)
        return self

    @property
    def wire(self) -> Wire:
        """The connection itself, for tests of bad frames and lost networks."""
        if self._wire is None:
            raise RuntimeError("open() comes first")
        return self._wire

    def post(self, command: Command) -> None:
        """Send a command whose reply, if any, comes as an event."""
        self.wire.send(_encode(command))

    async def ask(self, command: Command, timeout_seconds: float = 10.0) -> AnyEvent:
        """Send a command and return its reply. Raises `Refused`, `Lost`, `TimeoutError`."""
        reply: asyncio.Future[AnyEvent] = asyncio.get_running_loop().create_future()
        self._replies[command.ref] = reply
        self.post(command)
        try:
            async with asyncio.timeout(timeout_seconds):
                either: set[asyncio.Future[Any]] = {reply, self.lost}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._replies.pop(command.ref, None)
        if not reply.done():
            raise self.lost.result()
        answer = reply.result()
        if isinstance(answer, Failed):
            raise Refused(answer)
        return answer

    async def close(self) -> None:
        """Say goodbye and wait until it is answered; dropped after 3 s without an answer."""
        self.wire.close()
        try:
            async with asyncio.timeout(3):
                await asyncio.shield(self.lost)
        except TimeoutError:
            self.wire.abort()
            await asyncio.shield(self.lost)

    def _frame(self, frame: str | bytes) -> None:
        try:
            event = _EVENTS.decode(frame)
        except msgspec.ValidationError:
            self.unknown += 1
            return
        # Told first, answered second: a reply's own effect is seen before whoever waits goes on.
        self._on_event(event)
        reply = self._replies.get(getattr(event, "ref", ""))
        if reply is not None and not reply.done():
            reply.set_result(event)

    def _closed(self, code: int, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(Lost(code, reason))
