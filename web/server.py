"""The HTTP server: uvicorn with our sockets, bounded frames, and a drain before anything is closed."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from chat.protocol import MAX_FRAME_BYTES
from web.http_protocol import HttpProtocol
from web.socket_protocol import SocketProtocol

PING_SECONDS = 4.0
BACKLOG = 4096
DRAIN_SECONDS = 10.0
GRACEFUL_SECONDS = 5

log = structlog.get_logger(__name__)


async def nothing_to_drain() -> None:
    """For an application without connections of its own."""


def configured(app: ASGIApp, host: str, port: int, *, proxies: str = "127.0.0.1") -> uvicorn.Config:
    """uvicorn's settings for our application.

    proxies: addresses whose X-Forwarded-For and -Proto are believed, comma-separated.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_max_size=MAX_FRAME_BYTES,
        # Off: 63 kB a connection with it on, 26 kB without.
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        # The protocol itself cuts who is silent; uvicorn's own way would wait for a full write buffer.
        ws_ping_timeout=None,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        forwarded_allow_ips=proxies,
        server_header=False,
        # Addresses can hold a status page's secret: the application logs requests itself, without them.
        access_log=False,
        log_config=None,
        lifespan="on",
    )


class Server(uvicorn.Server):
    """uvicorn's server, except for how it stops.

    At SIGTERM or SIGINT it takes no new connections, awaits `on_drain` for at most `drain_seconds` with all
    sockets still open, then closes them. `serve()` returns after that, where uvicorn would raise the signal
    again, so that the caller can stop what it started.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        on_drain: Callable[[], Awaitable[None]] = nothing_to_drain,
        *,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        super().__init__(config)
        self.on_drain = on_drain
        self.drain_seconds = drain_seconds
        self.ready = asyncio.Event()
        """Set once it listens."""

    @property
    def port(self) -> int:
        """The port that it listens on, which the system chose when 0 was asked for."""
        address: tuple[str, int] = self.servers[0].sockets[0].getsockname()
        return address[1]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        try:
            async with asyncio.timeout(self.drain_seconds):
                await self.on_drain()
        except TimeoutError:
            log.warning("drain_unfinished", seconds=self.drain_seconds)
        except Exception:
            log.exception("drain_failed")
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal asks for the drain, a second one for haste."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True
