"""The message log's own line to PostgreSQL: one connection, kept, for transactions of one statement."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.errors import Unavailable

Result = TypeVar("Result")


class Statements(Protocol):
    """What is used of asyncpg's connection."""

    async def fetch(self, query: str, *values: object) -> list[Any]: ...
    def is_closed(self) -> bool: ...
    def terminate(self) -> None: ...


class Wire:
    """Taken from the pool at the first use and not given back: to check a connection out and in costs
    a visit to the server, and as much of our time as a small batch. For one user at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: AsyncConnection | None = None
        self._driver: Statements | None = None

    async def run(self, work: Callable[[Statements], Awaitable[Result]]) -> Result:
        """Have `work` send one statement. Raises the driver's errors; Unavailable when the connection was
        lost, whether the statement took effect or not. One that was left waiting is cut: what would come of
        it could answer the next."""
        driver = await self._connected()
        try:
            return await work(driver)
        except BaseException as error:
            answered = getattr(error, "sqlstate", None) is not None
            if not answered or driver.is_closed():
                driver.terminate()
                await self.close()
            if answered or not isinstance(error, Exception) or isinstance(error, TimeoutError):
                raise
            raise Unavailable(f"the connection to the database is lost: {error}") from error

    async def close(self) -> None:
        """Give the connection back; the next use makes another."""
        held, self._held, self._driver = self._held, None, None
        if held is not None:
            await held.invalidate()
            await held.close()

    async def _connected(self) -> Statements:
        if self._driver is not None and not self._driver.is_closed():
            return self._driver
        await self.close()
        held = await self._engine.connect()
        self._held = held
        self._driver = cast(Statements, (await held.get_raw_connection()).driver_connection)
        return self._driver
