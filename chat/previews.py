"""The newest line of conversations that stand on screen as rows, at most one a second each.

An ordinary message goes to its conversation, not to every agent of the team; lists learn of it here.
"""

from datetime import datetime
from typing import Final, NamedTuple

from chat import rooms
from chat.connection import Connection
from chat.context import Context
from chat.protocol.codec import encode
from chat.protocol.events import Previewed
from chat.protocol.views import Entry, Thread

LENGTH: Final = 140


class _Newest(NamedTuple):
    seq: int
    text: str
    at: datetime
    unanswered_since: datetime | None


class Previews:
    """Who has which rows on screen."""

    def __init__(self, context: Context):
        self._context = context
        self._watched: dict[Connection, set[str]] = {}
        self._watchers: dict[str, set[Connection]] = {}
        self._newest: dict[str, _Newest] = {}
        self._dirty: set[str] = set()

    def watch(self, connection: Connection, conversation_ids: set[str]) -> None:
        """Replace the rows of a connection, which may see all of them: the caller has checked."""
        if connection.socket.closed:
            conversation_ids = set()
        before = self._watched.get(connection, set())
        for conversation_id in before - conversation_ids:
            self._forget(connection, conversation_id)
        for conversation_id in conversation_ids - before:
            self._watchers.setdefault(conversation_id, set()).add(connection)
            self._context.hub.hold(rooms.conversation(conversation_id))
        if conversation_ids:
            self._watched[connection] = conversation_ids
        else:
            self._watched.pop(connection, None)

    def watching(self, connection: Connection) -> set[str]:
        return self._watched.get(connection, set())

    def _forget(self, connection: Connection, conversation_id: str) -> None:
        watchers = self._watchers[conversation_id]
        watchers.discard(connection)
        self._context.hub.release(rooms.conversation(conversation_id))
        if not watchers:
            del self._watchers[conversation_id]
            self._newest.pop(conversation_id, None)
            self._dirty.discard(conversation_id)

    def watchers(self, conversation_id: str) -> set[Connection]:
        return self._watchers.get(conversation_id, set())

    def forget(self, connection: Connection, conversation_id: str) -> None:
        """A row that this connection may not see any more."""
        self.watch(connection, self.watching(connection) - {conversation_id})

    def watched(self, conversation_id: str) -> bool:
        return conversation_id in self._watchers

    def appended(self, conversation_id: str, thread: Thread, entry: Entry) -> None:
        """A line passed by; costs one look-up where nobody watches."""
        if conversation_id not in self._watchers or thread != "public" or entry.kind != "message":
            return
        last = self._newest.get(conversation_id)
        since = None
        if entry.author.kind == "customer":
            since = last.unanswered_since if last and last.unanswered_since else entry.at
        self._newest[conversation_id] = _Newest(entry.seq, entry.body[:LENGTH], entry.at, since)
        self._dirty.add(conversation_id)

    def flush(self) -> None:
        """One pass, each second."""
        dirty, self._dirty = self._dirty, set()
        for conversation_id in dirty:
            newest = self._newest[conversation_id]
            event = Previewed(
                conversation_id=conversation_id,
                public_head=newest.seq,
                preview=newest.text,
                at=newest.at,
                unanswered_since=newest.unanswered_since,
            )
            data = encode(event)
            for connection in self._watchers.get(conversation_id, ()):
                connection.post(data)
