"""How conversations stand, told again where the word was lost.

A process may die between its commit and the telling, and Redis may lose a publication; threads are mended by
their heads, and states by this: a version that is another than at the last look is told once more, to those
who are connected here. Clients keep the higher version, so to hear it twice is nothing.
"""

from chat import announce, standing
from chat.context import Context
from chat.standing import Standing
from store import conversations


class Versions:
    """What this process saw of the conversations that it holds."""

    def __init__(self, context: Context):
        self._context = context
        self._seen: dict[str, int] = {}

    async def check(self) -> None:
        """One pass, in one query, and a second one for what has changed since the last."""
        held = sorted(self._context.feeds.held())
        async with self._context.database.read() as tx:
            versions = await conversations.versions(tx, held)
            rows = await conversations.many(
                tx, [id for id, version in versions.items() if self._seen.get(id) != version]
            )
        self._seen = versions
        for row in rows.values():
            standing.apply(self._context, row.id, Standing(row.live, moved=True))
            announce.here(self._context, row)
