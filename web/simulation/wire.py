"""The router's own functions over a plain, blocking connection, many calls at a time.

The asyncio client costs more than the scripts that it calls. A call begun here has stated its request; its
result is there once the reply is.
"""

import socket
from collections.abc import Coroutine, Generator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import hiredis
import msgspec

from routing import keys, scripts
from routing.router import Router

T = TypeVar("T")

_CHUNK = 1 << 16


class ScriptRefused(Exception):
    """A script of the run ended in an error. The text is Redis' own."""


class Call(Generic[T]):
    """One function of routing, begun: up to its one request."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self.request: bytes = work.send(None)

    def result(self, reply: bytes) -> T:
        """What the function returns, or raises, on this reply."""
        try:
            self._work.send(reply)
        except StopIteration as end:
            value: T = end.value
            return value
        raise TypeError("This function of routing makes more than one request.")


class Wire(Router):
    """A router of a virtual desk whose scripts the server knows already. Its functions go through `Call`."""

    def __init__(self, path: Path, prefix: str, generation: int) -> None:
        # Not the router's own beginning: that is for a client of asyncio, which is what is left out here.
        self.generation = generation
        self.virtual = True
        self.now_ms = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._reader = hiredis.Reader()
        root = keys.root(prefix)
        library = scripts.read().name
        self._heads = {
            script: _bulks(8, "FCALL", library, "1", root, script, str(generation))
            for script in scripts.names()
        }

    @overload
    async def call(self, script: str, arguments: Any, reply: None, generation: int | None = None) -> None: ...
    @overload
    async def call(self, script: str, arguments: Any, reply: type[T], generation: int | None = None) -> T: ...
    async def call(
        self, script: str, arguments: Any, reply: type[T] | None, generation: int | None = None
    ) -> T | None:
        """State the request, and decode its reply."""
        packed = msgspec.msgpack.encode(arguments)
        answer = await _Stated(self._request(script, packed))
        return None if reply is None else msgspec.msgpack.decode(answer, type=reply)

    def disconnect(self) -> None:
        """Close the connection."""
        self._socket.close()

    def exchange(self, requests: Sequence[bytes]) -> list[bytes]:
        """Send them at once and read as many replies. Raises ScriptRefused, OSError."""
        self._socket.sendall(b"".join(requests))
        return [self._read() for _ in requests]

    def _request(self, script: str, packed: bytes) -> bytes:
        now = str(self.now_ms).encode()
        head = self._heads[script]
        return b"%b$%d\r\n%b\r\n$%d\r\n%b\r\n" % (head, len(now), now, len(packed), packed)

    def _read(self) -> bytes:
        while (reply := self._reader.gets()) is False:
            received = self._socket.recv(_CHUNK)
            if not received:
                raise OSError("The embedded Redis has gone away.")
            self._reader.feed(received)
        if isinstance(reply, hiredis.ReplyError):
            raise ScriptRefused(str(reply))
        packed: bytes = reply
        return packed


class _Stated:
    def __init__(self, request: bytes) -> None:
        self._request = request

    def __await__(self) -> Generator[bytes, bytes, bytes]:
        return (yield self._request)


def _bulks(count: int, *words: str) -> bytes:
    parts = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
    return f"*{count}\r\n{parts}".encode()
