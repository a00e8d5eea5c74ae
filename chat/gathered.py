"""Lookups by key, of which those that come while one is under way go together as the next one.

When thousands of clients come back at once, a query for each of them is most of what their return costs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST: Final = 100
"""Keys in one query."""


class Gathered(Generic[K, V]):
    """`find` looks up several keys at once; who is not in its answer does not exist.

    A lookup begins after it was asked for, never before: what is found is at least as new as the question.
    """

    def __init__(self, find: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], most: int = MOST):
        self._find = find
        self._most = most
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._running: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The value of a key, None where there is none. Raises what `find` raises."""
        found = self._waiting.get(key)
        if found is None:
            found = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._running is None:
                self._running = asyncio.create_task(self._run(), name="lookups")
        # Another may wait for the same key: one who gives up must not take it from them.
        return await asyncio.shield(found)

    async def _run(self) -> None:
        try:
            while self._waiting:
                keys = list(self._waiting)[: self._most]
                await self._answer({key: self._waiting.pop(key) for key in keys})
        finally:
            self._running = None

    async def _answer(self, asked: dict[K, asyncio.Future[V | None]]) -> None:
        try:
            found = await self._find(list(asked))
        except Exception as error:
            for future in asked.values():
                future.set_exception(error)
                # Who asked may be gone: then there is nobody to be told.
                future.exception()
            return
        except BaseException:
            for future in asked.values():
                future.cancel()
            raise
        for key, future in asked.items():
            future.set_result(found.get(key))
