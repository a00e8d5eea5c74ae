"""How conversations stand, compared with the database and told again where the word was lost.

A process may die between its commit and the telling, and Redis may lose a publication. A thread whose head is
beyond what was seen here is read on; a version that is another than at the last look is told once more, to
those who are connected here. Clients keep the higher version, so to hear it twice is nothing: what is held
newly is told once, too, for whoever joined it may have read just before a commit that nobody told.

Every pass looks at what is under way, was heard of since its last look, or is held newly. Of the chats that
are over each pass looks at a share, each time at another: nearly all who are connected have only such a one,
and may have it open all day. A word that was lost about one of these waits for up to a minute.
"""

from collections.abc import Sequence
from typing import Final

from chat import announce, standing
from chat.context import Context
from chat.standing import Standing
from store import conversations
from store.conversations import Reached

SHARES: Final = 12
"""Passes in which all that is over was looked at once."""
AT_ONCE: Final = 500
"""Conversations compared in one turn of the loop, two milliseconds long: messages go on in between."""


class Versions:
    """What this process saw of the conversations that it holds."""

    def __init__(self, context: Context):
        self._context = context
        self._seen: dict[str, Reached] = {}
        self._share = 0

    async def check(self) -> None:
        """One pass over what is due."""
        self._share = (self._share + 1) % SHARES
        heads = self._context.feeds.heads()
        self._seen = {id: seen for id, seen in self._seen.items() if id in heads}
        await self._look([id for id, head in heads.items() if self._due(id, head)])

    async def check_all(self) -> None:
        """One pass over all that is held: anything may have been lost."""
        await self._look(list(self._context.feeds.heads()))

    def _due(self, conversation_id: str, head: int) -> bool:
        seen = self._seen.get(conversation_id)
        if seen is None or seen.live != "ended" or seen.public != head:
            return True
        return hash(conversation_id) % SHARES == self._share

    async def _look(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), AT_ONCE):
            await self._compare(ids[at : at + AT_ONCE])

    async def _compare(self, ids: Sequence[str]) -> None:
        """In one query, and a second one for what has changed since the last look."""
        async with self._context.database.read() as tx:
            found = await conversations.reached(tx, ids)
            changed = {id: one for id, one in found.items() if self._seen.get(id) != one}
            moved = [id for id, one in changed.items() if self._version(id) != one.version]
            rows = await conversations.many(tx, moved)
        self._seen.update(found)
        for id, one in changed.items():
            self._context.feeds.known(id, "public", one.public)
            self._context.feeds.known(id, "staff", one.staff)
        for row in rows.values():
            standing.apply(self._context, row.id, Standing(row.live, moved=True))
            announce.here(self._context, row)

    def _version(self, conversation_id: str) -> int | None:
        seen = self._seen.get(conversation_id)
        return None if seen is None else seen.version
