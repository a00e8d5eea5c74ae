"""SQLite's one writing connection: who has it now, and the message log's short way to its thread."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from store import engines
from store.errors import Unavailable

Result = TypeVar("Result")


class Turns:
    """Whoever writes waits here for their turn, in order, and takes the connection only then.

    So whose turn it is may use the connection past the pool: to check it out and in costs more of our time
    than a small batch.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._driver: Any = None

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """The turn, for the length of the block. Raises Unavailable after 10 s."""
        if self._waiting or self._lock.locked():
            await self._wait()
        else:
            await self._lock.acquire()  # at once: a time limit costs more than that
        try:
            yield
        finally:
            self._lock.release()

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(engines.POOL_TIMEOUT_SECONDS):
                await self._lock.acquire()
        except TimeoutError as error:
            raise Unavailable("others have been writing all the time") from error
        finally:
            self._waiting -= 1

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` in the connection's thread, in a turn of its own. It must end its transaction."""
        async with self.mine():
            if not engines.is_open(self._driver):
                async with self._engine.connect() as connection:
                    self._driver = (await connection.get_raw_connection()).driver_connection
            return await engines.visit(self._driver, work)
