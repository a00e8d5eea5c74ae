"""How conversations stand, compared with the database and told again where the word was lost.

A process may die between its commit and the telling, and Redis may lose a publication. A thread whose head is
beyond what was seen here is read on; a version that is another than at the last look is told once more, to
those who are connected here. Clients keep the higher version, so to hear it twice is nothing: what is held
newly is told once, too, for whoever joined it may have read just before a commit that nobody told.
"""

from collections.abc import Sequence
from typing import Final

from chat import announce, standing
from chat.context import Context
from chat.standing import Standing
from store import conversations
from store.conversations import Reached

AT_ONCE: Final = 500
"""Conversations compared in one turn of the loop, two milliseconds long: messages go on in between."""


class Versions:
    """What this process saw of the conversations that it holds."""

    def __init__(self, context: Context):
        self._context = context
        self._seen: dict[str, Reached] = {}

    async def check(self) -> None:
        """One pass over all that is held."""
        held = self._context.feeds.held()
        self._seen = {id: seen for id, seen in self._seen.items() if id in held}
        ids = sorted(held)
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
