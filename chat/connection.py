"""One client's socket as chat sees it."""

from collections.abc import Callable
from typing import Protocol


class Socket(Protocol):
    """What the server's WebSocket offers. Everything here is synchronous and never blocks.

    `post` sends a text frame; what one turn of the loop posts leaves in one write. A reader that
    lets the write buffer grow past its bound is aborted: it resumes, and costs no one else anything.
    """

    on_frame: Callable[[str | bytes], None] | None

    @property
    def last_pong(self) -> float: ...
    @property
    def closed(self) -> bool: ...
    @property
    def buffered(self) -> int: ...
    def post(self, data: bytes) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def abort(self) -> None: ...


class Connection:
    """A connection in the hub: an id, its socket, and the rooms that it is in."""

    __slots__ = ("id", "rooms", "socket")

    def __init__(self, id: str, socket: Socket):
        self.id = id
        self.socket = socket
        self.rooms: set[str] = set()

    def post(self, data: bytes) -> None:
        self.socket.post(data)
