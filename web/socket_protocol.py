"""uvicorn's WebSocket protocol, with what ASGI hides: who still answers, who does not read, an end in time.

Under plain ASGI a `send` to a client that does not read blocks, and so does its `close`; pongs never reach
the application; and reading stops after each frame until `receive()` is called again. Here the application
finds a `Socket` in `scope["extensions"]["frontdesk.socket"]`, whose methods are synchronous and never wait.
Accepting and refusing stay with ASGI. Once the application has kept the socket its ASGI call may return, and
nothing of it stays behind: a waiting call through all middleware was half of what a connection held.
"""

import asyncio
import random
from asyncio.transports import BaseTransport
from collections.abc import Callable
from typing import Any, cast

import structlog
from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request
from websockets.protocol import State

from web import frames
from web.socket_port import Socket

EXTENSION = "frontdesk.socket"
INVALID_TEXT = 1007
INTERNAL_ERROR = 1011
RESTART = 1012
PING = b"\x89\x00"
"""A whole frame, without a payload."""
PONG, PONG_BYTES = b"\x8a\x80", 6
"""How a client's answer begins, and how long it is: a mask follows, of nothing."""
SPREAD = 0.75
LONGEST_REASON = 123
"""Bytes, RFC 6455 section 5.5."""

log = structlog.get_logger(__name__)


class Ending:
    """Stands where ASGI's queue was, once nobody receives from it: the first news of the end goes to `lost`,
    in the loop's next turn, as a receiver would have had it."""

    __slots__ = ("_loop", "_lost")

    def __init__(self, loop: asyncio.AbstractEventLoop, lost: Callable[[], None]) -> None:
        self._loop = loop
        self._lost: Callable[[], None] | None = lost

    def put_nowait(self, event: ASGIReceiveEvent) -> None:
        lost, self._lost = self._lost, None
        if lost is not None:
            self._loop.call_soon(lost)


class SocketProtocol(WebSocketsSansIOProtocol):
    """What uvicorn makes for each WebSocket. Limits are attributes, for a subclass to change."""

    write_limit = 256 * 1024
    """Bytes that may wait for a client that does not read, before it is cut."""
    burst_limit = 16 * write_limit
    """Bytes that may be posted in one turn of the loop."""
    silent_seconds = 20.0
    """A client that has shown no sign of life for so long is cut."""
    quiet_seconds = 40.0
    """How long a client on whom nobody counts may be silent before it is asked for a sign of life. Proxies
    often close what has been silent for 60."""
    close_seconds = 3.0
    """How long any goodbye may take."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.kept = False
        self.socket = Socket(self)
        self.cutter: frames.Cutter | None = None
        self.followed = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.socket.last_pong = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self.socket.ended()
        super().connection_lost(exc)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions = self.scope.setdefault("extensions", {})
            assert extensions is not None
            extensions[EXTENSION] = self.socket  # type: ignore[assignment]

    async def run_asgi(self) -> None:
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("socket_failed")
            self.send_500_response()
        else:
            if self.kept:
                self.forget_request()
                return
            if not self.handshake_complete:
                self.send_500_response()
        if self.close_timer is None:
            self.transport.close()

    def keep(self, lost: Callable[[], None]) -> None:
        """The connection goes on after its ASGI call has returned, and `lost` is called once at its end."""
        self.kept = True
        ending = Ending(self.loop, lost)
        if not self.queue.empty():
            # Frames have been handed over: it ended while the application was at it.
            ending.put_nowait(self.queue.get_nowait())
        self.queue = cast(Any, ending)

    def forget_request(self) -> None:
        """Let go of what the handshake needed. The parser of frames holds on to the request itself."""
        self.request.headers.clear()
        self.response.headers.clear()
        del self.scope, self.request, self.response

    # Reading

    def data_received(self, data: bytes) -> None:
        """All that came before a frame we cannot read still counts."""
        self.socket.last_pong = self.loop.time()
        if self.conn.parser_exc is not None:
            return
        if self.cutter is not None:
            # Nothing in an answer but that it came; to open it costs more than all else about a ping.
            if len(data) == PONG_BYTES and data.startswith(PONG) and self.cutter.between:
                return
            self.cut(data, self.cutter)
            return
        self.give(data)
        # What came on the heels of the request is not followed, nor all that comes after it.
        if self.handshake_initiated and self.conn.state is State.CONNECTING and not self.followed:
            self.followed = True
            self.cutter = None if self.conn.reader.buffer else frames.Cutter()

    def cut(self, data: bytes, cutter: frames.Cutter) -> None:
        """Frame by frame: plain text is opened here, everything else by the library."""
        at = 0
        while at < len(data) and self.conn.parser_exc is None:
            plain = cutter.between and self.conn.state is State.OPEN and self.conn.current_size is None
            found = frames.text(data, at, self.config.ws_max_size) if plain else None
            if found is not None:
                payload, at = found
                self.curr_msg_data_type, self.frames = "text", [payload]
                self.send_receive_event_to_app()
            else:
                end = cutter.end(data, at)
                self.give(data[at:end])
                at = end

    def give(self, data: bytes) -> None:
        """To the library."""
        self.conn.receive_data(data)
        self.handle_events()
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()

    def eof_received(self) -> None:
        self.end_in_time()

    def send_receive_event_to_app(self) -> None:
        """A message is complete."""
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent or self.socket.closed:
            return
        message: str | bytes
        try:
            message = data.decode() if self.curr_msg_data_type == "text" else bytes(data)
        except UnicodeDecodeError:
            self.socket.close(INVALID_TEXT, "text that is not UTF-8")
            return
        if self.socket.on_frame is not None:
            self.hand_over(message)
        else:
            self.enqueue(message)

    def hand_over(self, message: str | bytes) -> None:
        """To the application, at once."""
        handler = self.socket.on_frame
        assert handler is not None
        try:
            handler(message)
        except Exception:
            log.exception("frame_handler_failed")
            self.socket.close(INTERNAL_ERROR)

    def enqueue(self, message: str | bytes) -> None:
        """For `receive()`, with reading paused until it is called."""
        if isinstance(message, str):
            self.queue.put_nowait({"type": "websocket.receive", "text": message})
        else:
            self.queue.put_nowait({"type": "websocket.receive", "bytes": message})
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def hand_over_queued(self) -> None:
        """The application has just said whom to call: give it what came before, in order."""
        kept: list[ASGIReceiveEvent] = []
        while not self.queue.empty():
            event = self.queue.get_nowait()
            if event["type"] != "websocket.receive":
                kept.append(event)
            elif not self.socket.closed:
                text = event.get("text")
                self.hand_over(text if text is not None else event.get("bytes") or b"")
        for event in kept:
            self.queue.put_nowait(event)
        self.read_on()

    def read_on(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    # Signs of life

    def send_keepalive_ping(self) -> None:
        """Called when a sign of life may be due. Not uvicorn's own, since any data is one: which ping is
        answered is of no matter, all of them are the same bytes, and who talks needs none."""
        self.ping_timer = None
        if self.ping_interval is None or self.close_sent or self.transport.is_closing():
            return
        now, heard_at, watched_at = self.loop.time(), self.socket.last_pong, self.socket.watched_at
        counted_on = watched_at is not None
        unasked = self.ping_interval if counted_on else self.quiet_seconds
        patience = self.silent_seconds + (0.0 if counted_on else self.quiet_seconds)
        if now - max(heard_at, watched_at or 0.0) > patience:
            self.socket.abort()
        elif now - heard_at >= unasked * SPREAD:
            self.transport.write(PING)
            self.ask_after(self.ping_interval)
        else:
            # Those who came together are not asked together for ever.
            self.ask_after(random.uniform(SPREAD, 1) * (unasked - (now - heard_at)))

    def ask_after(self, seconds: float) -> None:
        """Look so much later whether a sign of life is due."""
        if self.ping_interval is None or self.socket.closed:
            return
        if self.ping_timer is not None:
            self.ping_timer.cancel()
        self.ping_timer = self.loop.call_later(seconds, self.send_keepalive_ping)

    # Sending through ASGI, and ending

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close" and self.handshake_complete and self.initial_response is None:
            self.socket.close(message.get("code", 1000), message.get("reason") or "")
            return
        self.socket.flush()
        await super().send(message)
        self.socket.flush()

    def say_goodbye(self, code: int, reason: str) -> None:
        """Send the close frame. The client's own ends the connection; so does `close_seconds`."""
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if not self.handshake_complete:
            self.transport.abort()
            return
        if self.conn.state is State.OPEN:
            self.conn.send_close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.read_on()
        self.end_in_time()

    def handle_close(self, event: Any) -> None:
        self.socket.ended()
        super().handle_close(event)
        self.end_in_time()

    def handle_parser_exception(self) -> None:
        """A frame against the rules: tell why, and leave the client time to read it. Closing at once would
        reset the connection under whatever it is still sending, and with it our word."""
        self.socket.ended()
        closing = self.conn.close_sent
        code, reason = (closing.code, closing.reason) if closing else (1006, "")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.stop_keepalive()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.read_on()
        self.end_in_time()

    def shutdown(self) -> None:
        """The server goes down."""
        if self.handshake_complete:
            self.socket.close(RESTART, "restart")
        else:
            super().shutdown()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        if not self.kept or self.transport.is_closing():
            self.end_in_time()

    def end_in_time(self) -> None:
        """However the goodbye goes, the connection is gone after `close_seconds`."""
        if self.close_timer is None and not self.disconnected:
            self.close_timer = self.loop.call_later(self.close_seconds, self.transport.abort)
