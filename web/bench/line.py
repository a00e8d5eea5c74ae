"""One WebSocket of the load, as cheap as it can be: the load shares a machine with what it measures."""

import asyncio
import base64
import os
from collections.abc import Callable
from struct import Struct
from typing import Final, cast

MASKED: Final = 0x80
TEXT: Final = 0x81
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A
SHORT: Final = Struct("!BB4x")
MIDDLE: Final = Struct("!BBH4x")
"""Heads with a mask of zeroes, which is a mask (RFC 6455 section 5.3) and spares the work of masking."""


class NotOpened(Exception):
    """The server answered with something other than a WebSocket."""


class Line(asyncio.Protocol):
    """Sends and takes text frames of up to 64 KiB, unfragmented.

    on_frame: called with each text frame's payload. on_lost: called once, when the connection is gone.
    """

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_frame: Callable[[bytes], None] = _unheard
        self.on_lost: Callable[[], None] = _unmissed

    @classmethod
    async def connect(cls, port: int, path: str, cookie: str = "") -> "Line":
        """Open a socket on this machine. Raises NotOpened, OSError."""
        request = _request(f"127.0.0.1:{port}", path, cookie)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: cls(request), "127.0.0.1", port)
        await line.opened
        return line

    def send(self, payload: bytes) -> None:
        """Send a text frame. Raises ConnectionError where the server has closed the connection."""
        assert self._transport is not None
        if self._transport.is_closing():
            raise ConnectionError("The server closed the connection.")
        length = len(payload)
        if length < 126:
            self._transport.write(SHORT.pack(TEXT, MASKED | length) + payload)
        else:
            self._transport.write(MIDDLE.pack(TEXT, MASKED | 126, length) + payload)

    async def frame(self, begins: bytes, holds: bytes = b"", seconds: float = 30) -> bytes:
        """The next frame that begins so and holds that; others before it are passed over. Sets `on_frame`.
        Raises ConnectionError when the connection is lost, TimeoutError after so many seconds."""
        found: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def look(payload: bytes) -> None:
            if payload.startswith(begins) and holds in payload and not found.done():
                found.set_result(payload)

        def lost() -> None:
            if not found.done():
                found.set_exception(ConnectionError("The server closed the connection."))

        self.on_frame, self.on_lost = look, lost
        try:
            async with asyncio.timeout(seconds):
                return await found
        finally:
            self.on_frame, self.on_lost = _unheard, _unmissed

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of what they are.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(NotOpened(f"The connection was closed: {exc}"))
        self.on_lost()

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(NotOpened(head.partition(b"\r\n")[0].decode(errors="replace")))
                self.abort()
                return
            self._upgraded = True
            self.opened.set_result(None)
        self._buffer = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Handle the whole frames; return the rest."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, length, start = data[at], data[at + 1], at + 2
            if length == 126:
                if end - at < 4:
                    break
                length, start = (data[at + 2] << 8) | data[at + 3], at + 4
            elif length == 127:
                if end - at < 10:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if end - start < length:
                break
            payload = data[start : start + length]
            at = start + length
            if kind == TEXT:
                self.on_frame(payload)
            elif kind == PING:
                self._control(PONG, payload)
            elif kind == CLOSE:
                self._control(CLOSE, payload)
                self.abort()
        return data[at:]

    def _control(self, kind: int, payload: bytes) -> None:
        assert self._transport is not None
        self._transport.write(SHORT.pack(kind, MASKED | len(payload)) + payload)


def _request(host: str, path: str, cookie: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _unheard(payload: bytes) -> None:
    """For a line whose frames nobody waits for."""


def _unmissed() -> None:
    """For a line whose loss nobody waits for."""
