"""Typing and seen: ephemeral signs, latest wins, may be lost, never stored as messages.

How far each side has read is kept on the conversation, gathered to one write a second.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, rooms
from chat.context import Context
from chat.protocol.events import SeenChanged, TypingChanged
from chat.protocol.views import AuthorKind, Person
from store import conversations

Side = AuthorKind


class Signs:
    """`flush` writes what was seen since the last pass."""

    def __init__(self, context: Context):
        self._context = context
        self._seen: dict[tuple[str, Side], int] = {}
        self._flushed: dict[tuple[str, Side], int] = {}

    def typing(self, conversation_id: str, by: Side, person: Person, *, on: bool) -> None:
        """Everybody else in the conversation sees it; who types ignores their own."""
        event = TypingChanged(conversation_id=conversation_id, by=by, person=person, typing=on)
        both = [rooms.customers(conversation_id), rooms.viewers(conversation_id)]
        announce.event(self._context, both, event)

    def seen(self, conversation_id: str, by: Side, seq: int) -> None:
        """One side has read up to `seq`, which never goes back nor beyond what there is."""
        head = self._context.feeds.head(conversation_id, "public")
        seq = min(seq, head)
        key = (conversation_id, by)
        if seq <= max(self._seen.get(key, 0), self._flushed.get(key, 0)):
            return
        self._seen[key] = seq
        event = SeenChanged(conversation_id=conversation_id, by=by, seq=seq)
        both = [rooms.customers(conversation_id), rooms.viewers(conversation_id)]
        announce.event(self._context, both, event)

    async def flush(self) -> None:
        seen, self._seen = self._seen, {}
        if not seen:
            return

        async def work(tx: AsyncConnection) -> None:
            for (conversation_id, by), seq in sorted(seen.items()):
                await conversations.mark_seen(tx, conversation_id, by, seq)

        try:
            await self._context.database.transact(work)
        except BaseException:
            self._seen = seen | self._seen
            raise
        holds = self._context.feeds.holds
        self._flushed = {key: seq for key, seq in (self._flushed | seen).items() if holds(key[0])}
