"""A TCP proxy that does to connections what networks do: slow, cut, swallow, dribble, stall.

It listens on a loopback port, or on a Unix socket, and passes on to the same kinds. Switches act at once,
on the connections that stand and on those to come.
"""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Final

Address = tuple[str, int] | Path
"""A host and port, or the path of a Unix socket."""
CHUNK: Final = 65_536
ASKING: Final = b"GET /ws/"
"""How a connection of a browser begins that is to be a WebSocket."""
SMALL_BUFFER: Final = 4_096
"""What the kernel may hold for one connection here, so that a stalled side is felt soon."""


class _Link:
    """One client's connection and ours to the target."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server
        self.cut = False

    def abort(self) -> None:
        """Reset both sides, as a pulled plug does to whoever writes next."""
        self.cut = True
        _reset(self.client)
        _reset(self.server)


def _reset(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    if end is not None and end.family != socket.AF_UNIX:
        # Zero seconds of lingering make the kernel send RST instead of a tidy FIN.
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


class Proxy:
    """Use `async with Proxy(target) as proxy`; clients connect to `proxy.port`, or to `listen`.

    delay_seconds: how late each piece arrives, both ways, its order kept.
    dribble: pass on one byte a write.
    swallowing: read what comes and throw it away, both ways: a half-open connection.
    refusing: reset each new connection.
    refusing_sockets: reset each connection that asks for a WebSocket; pages are served as ever.
    """

    def __init__(self, target: Address, listen: Path | None = None) -> None:
        self._target = target
        self._listen = listen
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading = asyncio.Event()
        self._reading.set()
        self._cut_after: int | None = None
        self.delay_seconds = 0.0
        self.dribble = False
        self.swallowing = False
        self.refusing = False
        self.refusing_sockets = False
        self.accepted = 0
        """Connections that were taken so far."""
        self.swallowed = 0
        """Bytes that were thrown away."""
        self.closed_by_target = 0
        """Connections that the target ended by itself."""

    async def __aenter__(self) -> "Proxy":
        if self._listen is not None:
            self._server = await asyncio.start_unix_server(self._accept, self._listen, limit=CHUNK)
        else:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK, backlog=4096)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def open_links(self) -> int:
        """Connections that stand now."""
        return len(self._links)

    def cut(self) -> int:
        """Reset every connection that stands; returns how many these were."""
        cut = list(self._links)
        for link in cut:
            link.abort()
        return len(cut)

    def cut_after(self, upstream_bytes: int) -> None:
        """Reset each connection once so many more bytes of its client have been passed on; the last of
        them in the middle of a frame, as likely as not. Holds for the connections that carry them first."""
        self._cut_after = upstream_bytes

    def stop_reading(self) -> None:
        """Read nothing more, from either side: their buffers fill."""
        self._reading.clear()

    def read_on(self) -> None:
        self._reading.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        self.accepted += 1
        link = _Link(writer, far_writer)
        self._links.add(link)
        pumps = {
            asyncio.create_task(self._pump(link, reader, far_writer, upstream=True)),
            asyncio.create_task(self._pump(link, far_reader, writer, upstream=False)),
        }
        self._tasks |= pumps
        await asyncio.wait(pumps)
        self._tasks -= pumps
        self._links.discard(link)
        for end in (writer, far_writer):
            end.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target, limit=CHUNK)
        end = socket.socket()
        end.setblocking(False)
        # Before connecting, since the window is agreed on then.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        try:
            await asyncio.get_running_loop().sock_connect(end, self._target)
        except OSError:
            end.close()
            raise
        return await asyncio.open_connection(sock=end, limit=CHUNK)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upstream: bool
    ) -> None:
        """Pass on one direction until its end. A lost side resets the other."""
        try:
            while True:
                await self._reading.wait()
                data = await reader.read(CHUNK)
                if not data:
                    self.closed_by_target += not upstream
                    if self.swallowing:
                        return  # the other side does not hear of this end either
                    break
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if self.swallowing:
                    self.swallowed += len(data)
                    continue
                if upstream and self.refusing_sockets and data.startswith(ASKING):
                    link.abort()
                    return
                if upstream and self._cut_after is not None:
                    data = self._spend(data)
                await self._write(writer, data)
                if upstream and self._cut_after == 0:
                    self._cut_after = None
                    # The server gets what was let through, and then an end in the middle of it.
                    writer.close()
                    _reset(link.client)
                    return
            if writer.can_write_eof():
                writer.write_eof()
        except (OSError, RuntimeError):  # RuntimeError: the transport was closed meanwhile
            self.closed_by_target += not upstream and not link.cut
            if not self.swallowing:
                link.abort()

    def _spend(self, data: bytes) -> bytes:
        assert self._cut_after is not None
        kept = data[: self._cut_after]
        self._cut_after -= len(kept)
        return kept

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not self.dribble:
            writer.write(data)
            await writer.drain()
            return
        for index in range(len(data)):
            writer.write(data[index : index + 1])
            await writer.drain()
            # Another turn of the loop, so that each byte is a read of its own at the other end.
            await asyncio.sleep(0)
