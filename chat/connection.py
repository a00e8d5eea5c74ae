"""One client's socket as chat sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

MOST_KEPT_BYTES: Final = 1024 * 1024
"""A snapshot is read in far less time than it takes to say this much to one client."""


class Socket(Protocol):
    """What the server's WebSocket offers. Everything here is synchronous and never blocks.

    `post` sends a text frame; what one turn of the loop posts leaves in one write. A reader that
    lets the write buffer grow past its bound is aborted: it resumes, and costs no one else anything.
    `watch` says whether somebody counts on this client, so that its loss has to be noticed soon.
    """

    on_frame: Callable[[str | bytes], None] | None

    @property
    def last_pong(self) -> float: ...
    @property
    def closed(self) -> bool: ...
    @property
    def buffered(self) -> int: ...
    def post(self, data: bytes) -> None: ...
    def watch(self, on: bool) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def abort(self) -> None: ...


class Connection:
    """A connection in the hub: an id, its socket, and the rooms that it is in."""

    __slots__ = ("_kept", "_kept_bytes", "id", "rooms", "socket")

    def __init__(self, id: str, socket: Socket):
        self.id = id
        self.socket = socket
        self.rooms: set[str] = set()
        self._kept: list[bytes] | None = None
        self._kept_bytes = 0

    def post(self, data: bytes) -> None:
        if self._kept is None:
            self.socket.post(data)
        else:
            self._keep(data)

    @contextmanager
    def behind(self) -> Iterator[None]:
        """What is posted within follows at the end. A snapshot goes past it, straight to the socket: what
        changed while it was read, and may not be in it, then comes after it and not before."""
        self._kept = []
        try:
            yield
        finally:
            kept, self._kept, self._kept_bytes = self._kept, None, 0
            for data in kept:
                self.socket.post(data)

    def _keep(self, data: bytes) -> None:
        self._kept_bytes += len(data)
        if self._kept_bytes > MOST_KEPT_BYTES:
            self.socket.abort()
        elif self._kept is not None:
            self._kept.append(data)
