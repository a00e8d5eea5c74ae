"""The port through which the application talks to one client past ASGI, and how a text frame begins."""

from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.socket_protocol import SocketProtocol

FINAL_TEXT = 0x81
SHORT, MIDDLE, LONG = Struct("!BB"), Struct("!BBH"), Struct("!BBQ")


class Socket:
    """One client's socket: the port through which the application talks past ASGI.

    `on_frame`, once set, is called with each complete message: text as `str`, binary as `bytes`; reading then
    never pauses. Until then messages come through `receive()`. An exception out of it closes the socket.
    `last_pong` is the loop's time of the last sign of life, `watched_at` that since when somebody counts on
    this client, None when nobody does. `closed`: nothing that is posted leaves any more.
    """

    __slots__ = (
        "_on_frame",
        "_pending",
        "_pending_bytes",
        "_protocol",
        "_scheduled",
        "closed",
        "last_pong",
        "watched_at",
    )

    def __init__(self, protocol: "SocketProtocol") -> None:
        self._protocol = protocol
        self._on_frame: Callable[[str | bytes], None] | None = None
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._scheduled = False
        self.closed = False
        self.last_pong = protocol.loop.time()
        self.watched_at: float | None = None

    @property
    def on_frame(self) -> Callable[[str | bytes], None] | None:
        return self._on_frame

    @on_frame.setter
    def on_frame(self, handler: Callable[[str | bytes], None] | None) -> None:
        self._on_frame = handler
        if handler is not None:
            self._protocol.hand_over_queued()

    def keep(self, heard: Callable[[str | bytes], None], lost: Callable[[], None]) -> None:
        """Go on without ASGI: `heard` becomes `on_frame`, `lost` is called once, after the connection has
        ended or begun to. The ASGI call should return; nothing is received or sent through it any more."""
        self.on_frame = heard
        self._protocol.keep(lost)

    def watch(self, on: bool) -> None:
        """Whether somebody counts on this client: only then is it asked for a sign of life all the time, and
        its loss noticed after `silent_seconds`. Else it takes `quiet_seconds` more."""
        if not on:
            self.watched_at = None
        elif self.watched_at is None:
            self.watched_at = self._protocol.loop.time()
            self._protocol.ask_after(0.0)

    @property
    def buffered(self) -> int:
        """Bytes that wait to be written."""
        return self._pending_bytes + self._protocol.transport.get_write_buffer_size()

    def post(self, data: bytes) -> None:
        """Send a text frame, `data` being its UTF-8. What one turn of the loop posts leaves in one write. A
        client that has left more than `write_limit` bytes unread is cut instead; it can resume."""
        if self.closed:
            return
        self._pending.append(head(len(data)))
        self._pending.append(data)
        self._pending_bytes += len(data)
        if not self._scheduled:
            self._scheduled = True
            self._protocol.loop.call_soon(self.flush)
        elif self._pending_bytes > self._protocol.burst_limit:
            self.abort()

    def flush(self) -> None:
        """Write what was posted. Called by itself at the end of the turn."""
        self._scheduled = False
        protocol = self._protocol
        if self.closed or not self._pending or not protocol.handshake_complete:
            return
        if protocol.transport.get_write_buffer_size() > protocol.write_limit:
            self.abort()
            return
        data = b"".join(self._pending)
        self._pending.clear()
        self._pending_bytes = 0
        protocol.transport.write(data)

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye after what was posted. Cut when the client has not answered `close_seconds` later."""
        self.flush()
        if not self.closed:
            self.ended()
            self._protocol.say_goodbye(code, reason)

    def abort(self) -> None:
        """Cut the connection at once, whatever is unsent."""
        self.ended()
        self._protocol.transport.abort()

    def ended(self) -> None:
        """Nothing can be posted from now on."""
        self.closed = True
        self._pending.clear()
        self._pending_bytes = 0


def head(length: int) -> bytes:
    """The header of a final, unmasked text frame, RFC 6455 section 5.2. `length` in bytes."""
    if length < 126:
        return SHORT.pack(FINAL_TEXT, length)
    if length < 65_536:
        return MIDDLE.pack(FINAL_TEXT, 126, length)
    return LONG.pack(FINAL_TEXT, 127, length)
