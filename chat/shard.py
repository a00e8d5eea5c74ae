"""One connection to one node: it subscribes, publishes and listens, and all of that has one order.

Sharded pub/sub (SSUBSCRIBE, SPUBLISH): a channel is served by one node alone, so a message costs that node
and no other, and the number of receivers that SPUBLISH answers counts everybody. redis-py connects, for the
sake of its ways to sign in; then this takes the socket over. Its own reader costs four times as much a
message, and its PubSub connects again behind one's back, so that a process is deaf without knowing. Here a
loss is told, once.
"""

import asyncio
from collections import deque
from typing import Any, Final, Literal, NamedTuple, Protocol

import hiredis

SILENT_SECONDS: Final = 5.0
"""After so long without a word the node is asked for one, and after as long again given up."""
MOST_UNREAD: Final = 16 * 1024 * 1024
"""Bytes that a node may leave unread before it is given up."""
CONNECT_SECONDS: Final = 2.0


class Ears(Protocol):
    """Who is told. `token`: what was given with the command."""

    def subscribed(self, token: Any) -> None: ...
    def refused(self, token: Any, error: str) -> None:
        """A subscription was not made."""

    def withdrawn(self, channel: bytes) -> None:
        """The node has ended a subscription by itself: its slot has moved."""

    def heard(self, channel: bytes, data: bytes) -> None: ...
    def published(self, token: Any, receivers: int) -> None: ...
    def unpublished(self, token: Any, error: str) -> None: ...
    def lost(self, shard: "Shard", unanswered: list[Any], reason: str) -> None:
        """The connection has ended; of `unanswered` nobody knows whether they were published."""


class _Asked(NamedTuple):
    what: Literal["subscribe", "unsubscribe", "publish", "ping"]
    token: Any


class Shard(asyncio.Protocol):
    """Made by `open`. Commands of one turn of the loop leave in one write."""

    def __init__(self, node: str, connection: Any, ears: Ears):
        self.node = node
        self._connection = connection
        self._ears = ears
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._reader = hiredis.Reader()
        self._asked: deque[_Asked] = deque()
        self._out: list[bytes] = []
        self._ended = False
        self._silent = False
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, node: str, connection: Any, ears: Ears) -> "Shard":
        """Connect. Raises RedisError or OSError."""
        shard = cls(node, connection, ears)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()
        except BaseException:
            connection._close()
            raise
        shard._transport = connection._writer.transport
        shard._transport.set_protocol(shard)
        shard._watch()
        return shard

    def subscribe(self, channel: bytes, token: Any) -> None:
        self._ask("subscribe", token, b"*2\r\n$10\r\nSSUBSCRIBE\r\n$%d\r\n%b\r\n" % (len(channel), channel))

    def unsubscribe(self, channel: bytes) -> None:
        command = b"*2\r\n$12\r\nSUNSUBSCRIBE\r\n$%d\r\n%b\r\n" % (len(channel), channel)
        self._ask("unsubscribe", channel, command)

    def publish(self, channel: bytes, data: bytes, token: Any) -> None:
        command = b"*3\r\n$8\r\nSPUBLISH\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (
            len(channel),
            channel,
            len(data),
            data,
        )
        self._ask("publish", token, command)

    def close(self) -> None:
        """Send what was asked, and end without telling anybody."""
        self._flush()
        if not self._ended:
            self._ended = True
            self._release()

    def data_received(self, data: bytes) -> None:
        self._silent = False
        self._reader.feed(data)
        try:
            while (answer := self._reader.gets()) is not False:
                self._take(answer)
        except (hiredis.ProtocolError, _Mismatch) as error:
            self._end(f"not understood: {error}")

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(str(exc or "closed by Redis"))

    def _ask(
        self, what: Literal["subscribe", "unsubscribe", "publish", "ping"], token: Any, command: bytes
    ) -> None:
        self._asked.append(_Asked(what, token))
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(command)

    def _flush(self) -> None:
        if self._ended or not self._out:
            return
        out, self._out = self._out, []
        self._transport.write(out[0] if len(out) == 1 else b"".join(out))
        if self._transport.get_write_buffer_size() > MOST_UNREAD:
            self._end("Redis does not read")

    def _take(self, answer: Any) -> None:
        if isinstance(answer, hiredis.PushNotification):
            self._pushed(answer)
            return
        what, token = self._answered()
        if what == "publish" and isinstance(answer, int):
            self._ears.published(token, answer)
        elif isinstance(answer, hiredis.ReplyError):
            if what == "publish":
                self._ears.unpublished(token, str(answer))
            elif what == "subscribe":
                self._ears.refused(token, str(answer))
            # Else a channel that is not there any more, which is what was asked for.
        elif what != "ping":
            raise _Mismatch(f"{answer!r} to {what}")

    def _pushed(self, push: list[Any]) -> None:
        kind, channel = push[0], push[1]
        if kind == b"smessage":
            self._ears.heard(channel, push[2])
        elif kind == b"ssubscribe":
            what, token = self._answered()
            if what != "subscribe":
                raise _Mismatch(f"a subscription to {what}")
            self._ears.subscribed(token)
        elif kind == b"sunsubscribe":
            if self._asked and self._asked[0] == ("unsubscribe", channel):
                self._asked.popleft()
            else:
                self._ears.withdrawn(channel)

    def _answered(self) -> _Asked:
        if not self._asked:
            raise _Mismatch("an answer to nothing")
        return self._asked.popleft()

    def _watch(self) -> None:
        self._timer = self._loop.call_later(SILENT_SECONDS, self._look)

    def _look(self) -> None:
        if self._silent and any(asked.what == "ping" for asked in self._asked):
            self._end("Redis says nothing")
            return
        if self._silent:
            self._ask("ping", None, b"*1\r\n$4\r\nPING\r\n")
        self._silent = True
        self._watch()

    def _end(self, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        self._transport.abort()
        self._release()
        unanswered = [token for what, token in self._asked if what == "publish"]
        self._ears.lost(self, unanswered, reason)

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._connection._close()


class _Mismatch(Exception):
    """An answer to something else than what was asked: nothing that follows can be trusted."""
