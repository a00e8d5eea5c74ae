"""One WebSocket as a client has it: frames in, frames out, no task of its own."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final, cast

from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Origin
from websockets.uri import parse_uri

MAX_FRAME_BYTES: Final = 32 * 1024 * 1024
"""What a client takes in one frame; the largest is a page of the longest messages."""


class Rejected(Exception):
    """The server did not open a WebSocket; `status` is the HTTP status, 0 where there was none."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"no WebSocket: {status} {reason}")
        self.status = status


class Wire(asyncio.Protocol):
    """A connection on the sans-I/O core of `websockets`, without compression.

    on_frame: called with each complete message, text as `str`, binary as `bytes`.
    on_closed: called once with the close code and reason; 1006 where there was no goodbye.
    """

    def __init__(self, protocol: ClientProtocol, headers: dict[str, str]) -> None:
        self._protocol = protocol
        self._headers = headers
        self._parts: list[Frame] = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self.on_frame: Callable[[str | bytes], None] = lambda _: None
        self.on_closed: Callable[[int, str], None] = lambda _code, _reason: None
        self.heard_at = self._loop.time()
        """Loop time at which anything last came, the server's pings included."""
        self.closed = False

    @classmethod
    async def connect(
        cls,
        url: str,
        headers: dict[str, str],
        on_frame: Callable[[str | bytes], None],
        on_closed: Callable[[int, str], None],
        *,
        origin: str | None = None,
        timeout_seconds: float = 10.0,
    ) -> "Wire":
        """Open a socket to a `ws:` or `wss:` URL.

        Raises `Rejected` where the server answers otherwise, `OSError` or `TimeoutError` where it does not.
        """
        uri = parse_uri(url)
        protocol = ClientProtocol(
            uri, origin=None if origin is None else Origin(origin), max_size=MAX_FRAME_BYTES
        )
        loop = asyncio.get_running_loop()
        tls = ssl.create_default_context() if uri.secure else None
        async with asyncio.timeout(timeout_seconds):
            _, wire = await loop.create_connection(
                lambda: cls(protocol, headers), uri.host, uri.port, ssl=tls
            )
            wire.on_frame, wire.on_closed = on_frame, on_closed
            try:
                await wire.opened
            except BaseException:
                wire.abort()
                raise
        return wire

    def send(self, frame: str | bytes, *, text: bool = True) -> None:
        """Write one frame; silently nothing once either side has said goodbye: `on_closed` tells the end."""
        if self.closing:
            return
        data = frame.encode() if isinstance(frame, str) else frame
        if text:
            self._protocol.send_text(data)
        else:
            self._protocol.send_binary(data)
        self._flush()

    def ping(self) -> None:
        """Ask for a sign of life, which moves `heard_at`."""
        if not self.closing:
            self._protocol.send_ping(b"")
            self._flush()

    def write_raw(self, data: bytes) -> None:
        """Write bytes that need not be a frame, as a broken client would."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """Say goodbye with 1000; `on_closed` follows when the server has answered."""
        if not self.closing:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()

    @property
    def closing(self) -> bool:
        """A goodbye was said by either side, or the connection is gone."""
        state = self._protocol.state
        return self.closed or state is State.CLOSED or self._protocol.close_expected()

    def abort(self) -> None:
        """Drop the connection at once, as a lost network does."""
        if self._transport is not None:
            self._transport.abort()

    def pause(self) -> None:
        """Stop reading, as a stuck client does."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        request = self._protocol.connect()
        for name, value in self._headers.items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        self.heard_at = self._loop.time()
        self._protocol.receive_data(data)
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take(event)
            else:
                self._handshake(cast(Response, event))

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._protocol.receive_eof()
        if not self.opened.done():
            self.opened.set_exception(Rejected(0, str(exc or "the connection closed")))
            return
        if self.opened.cancelled() or self.opened.exception() is not None:
            return
        code = self._protocol.close_code or CloseCode.ABNORMAL_CLOSURE
        self.on_closed(int(code), self._protocol.close_reason or "")

    def _handshake(self, response: Response) -> None:
        if self.opened.done():
            return
        if self._protocol.handshake_exc is None:
            self.opened.set_result(None)
        else:
            body = (response.body or b"").decode(errors="replace")
            self.opened.set_exception(Rejected(response.status_code, body or response.reason_phrase))

    def _take(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.fin and not self._parts:
            self.on_frame(bytes(frame.data).decode() if frame.opcode is Opcode.TEXT else bytes(frame.data))
            return
        self._parts.append(frame)
        if frame.fin:
            first, data = self._parts[0], b"".join(bytes(part.data) for part in self._parts)
            self._parts.clear()
            self.on_frame(data.decode() if first.opcode is Opcode.TEXT else data)

    def _flush(self) -> None:
        transport = self._transport
        writes = self._protocol.data_to_send()
        if transport is None or not writes:
            return
        if data := b"".join(writes):
            transport.write(data)
        if writes[-1] == b"":
            transport.close()
