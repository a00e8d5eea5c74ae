"""Ordered delivery of threads to the connections of this process.

Each member of a feed has a cursor, and advances only by cursor + 1. Whatever does not fit is read
from the database, so it does not matter what a hint lost, doubled or brought late: nothing is shown
twice, out of order, or left out. Subscribe, then read, then flush.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import structlog

from chat.connection import Connection
from chat.protocol.views import Thread
from chat.tasks import ended

PAGE: Final = 200
RETRY_SECONDS: Final = 0.5
BUFFERED: Final = 128 * 1024
"""Bytes unread by a client beyond which its catching up pauses; well below what gets it cut. A history
longer than that bound could else never be resumed: each try would end in the same cut."""
PAUSE_SECONDS: Final = 0.02

log = structlog.get_logger(__name__)


class Line(NamedTuple):
    """An entry as it goes out: for customers, and with its position for staff."""

    seq: int
    data: bytes
    position: int

    def for_staff(self) -> bytes:
        """The same encoding with the position put in, for the sake of one encode an event."""
        return b'%b,"position":%d}}' % (self.data[:-2], self.position)


class Reader(Protocol):
    async def __call__(
        self, conversation_id: str, thread: Thread, after: int, limit: int
    ) -> Sequence[Line]: ...


class Member:
    __slots__ = ("catching_up", "connection", "cursor", "staff")

    def __init__(self, connection: Connection, cursor: int, staff: bool):
        self.connection = connection
        self.cursor = cursor
        self.staff = staff
        self.catching_up = False


class Feed:
    """One thread of one conversation: the highest seq known here, and who follows it."""

    __slots__ = ("head", "members")

    def __init__(self) -> None:
        self.head = 0
        self.members: dict[Connection, Member] = {}


Key = tuple[str, Thread]


class Feeds:
    """All threads that this process holds."""

    def __init__(self, read: Reader, unavailable: type[Exception]):
        self._read = read
        self._unavailable = unavailable
        self._feeds: dict[Key, Feed] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def join(
        self, connection: Connection, conversation_id: str, thread: Thread, cursor: int, *, staff: bool
    ) -> None:
        """Follow a thread from `cursor` on, which is not beyond the thread's head.

        What is missing is sent in the background, as fast as the client reads: no command waits for it.
        """
        if self.enter(connection, conversation_id, thread, cursor, staff=staff):
            feed = self._feeds[conversation_id, thread]
            self._spawn((conversation_id, thread), feed, feed.members[connection])

    def enter(
        self, connection: Connection, conversation_id: str, thread: Thread, cursor: int, *, staff: bool
    ) -> bool:
        """Follow a thread whose head is read next: nothing is sent until `go_on`. False for one that is
        gone, or follows it already."""
        if connection.socket.closed:
            return False
        feed = self._feeds.setdefault((conversation_id, thread), Feed())
        if connection in feed.members:
            return False
        member = feed.members[connection] = Member(connection, cursor, staff)
        member.catching_up = True
        return True

    def go_on(self, connection: Connection, conversation_id: str, thread: Thread, head: int) -> None:
        """The head of the thread was read after `enter`. Who has it, and of whom nothing was heard since,
        misses nothing, and nothing is read for them."""
        key = (conversation_id, thread)
        feed = self._feeds.get(key)
        member = feed.members.get(connection) if feed else None
        if feed is None or member is None:
            return
        feed.head = max(feed.head, head)
        member.cursor = min(member.cursor, head)
        if member.cursor < feed.head:
            self._spawn(key, feed, member)
        else:
            member.catching_up = False

    def leave(self, connection: Connection, conversation_id: str, thread: Thread) -> None:
        key = (conversation_id, thread)
        feed = self._feeds.get(key)
        if feed is None:
            return
        feed.members.pop(connection, None)
        if not feed.members:
            del self._feeds[key]

    def appended(self, conversation_id: str, thread: Thread, line: Line) -> None:
        """An entry was committed, here or elsewhere: bring it to everybody who is just before it."""
        key = (conversation_id, thread)
        feed = self._feeds.get(key)
        if feed is None:
            return
        feed.head = max(feed.head, line.seq)
        for member in feed.members.values():
            if member.catching_up or line.seq <= member.cursor:
                continue
            if line.seq == member.cursor + 1:
                self._send(member, line)
            else:
                self._spawn(key, feed, member)

    def known(self, conversation_id: str, thread: Thread, head: int) -> None:
        """The thread is known to reach `head`; whoever is behind catches up."""
        key = (conversation_id, thread)
        feed = self._feeds.get(key)
        if feed is None:
            return
        feed.head = max(feed.head, head)
        for member in feed.members.values():
            if not member.catching_up and member.cursor < feed.head:
                self._spawn(key, feed, member)

    def head(self, conversation_id: str, thread: Thread) -> int:
        feed = self._feeds.get((conversation_id, thread))
        return feed.head if feed else 0

    def holds(self, conversation_id: str) -> bool:
        """Whether anybody here follows the conversation."""
        return (conversation_id, "public") in self._feeds or (conversation_id, "staff") in self._feeds

    def held(self) -> set[str]:
        """The conversations with any follower here."""
        return {conversation_id for conversation_id, _ in self._feeds}

    async def stop(self) -> None:
        """Wait for catching up to end; the sockets are closed by now."""
        await ended(list(self._tasks))

    async def _bring(self, feed: Feed, member: Member, lines: Sequence[Line]) -> None:
        """Send a page, no faster than the client reads it."""
        for line in lines:
            # Only its protocol is told when a transport has drained.
            while member.connection.socket.buffered > BUFFERED and _follows(feed, member):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)
            if not _follows(feed, member):
                return
            self._send(member, line)

    def _send(self, member: Member, line: Line) -> None:
        member.connection.post(line.for_staff() if member.staff else line.data)
        member.cursor = line.seq

    def _spawn(self, key: Key, feed: Feed, member: Member) -> None:
        member.catching_up = True
        task = asyncio.create_task(self._catch_up(key, feed, member))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _catch_up(self, key: Key, feed: Feed, member: Member) -> None:
        try:
            while _follows(feed, member):
                try:
                    lines = await self._read(key[0], key[1], member.cursor, PAGE)
                except self._unavailable as error:
                    log.warning("feed_waits", conversation_id=key[0], error=str(error))
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                await self._bring(feed, member, lines)
                if lines:
                    # By what was read, never by what a client claims to have.
                    feed.head = max(feed.head, lines[-1].seq)
                if len(lines) < PAGE and member.cursor >= feed.head:
                    return
                if not lines:
                    # A hint was ahead of what this read could see; the next pass sees it.
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            member.catching_up = False


def _follows(feed: Feed, member: Member) -> bool:
    """Neither gone nor left, and perhaps come again as another member."""
    return not member.connection.socket.closed and feed.members.get(member.connection) is member
