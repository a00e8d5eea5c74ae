"""The one way to the database: short write transactions, reads beside them, and retries."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Literal, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store import engines
from store.errors import Conflict, Unavailable
from store.outages import translated, translating
from store.turns import Turns
from store.wire import Statements, Wire

Result = TypeVar("Result")
Dialect = Literal["sqlite", "postgresql"]

ATTEMPTS = 6
PATIENCE_SECONDS = 4.0
CONNECTIONS = 12
CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
ROOM = (
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
)


class Database:
    """SQLite or PostgreSQL, with a pool that writes and, on SQLite, one that cannot.

    Every writer locks in the same order: the desk row, then conversations by ascending id, then all
    else. Made by `open`; to be closed by whoever opened it.
    """

    def __init__(
        self, dialect: Dialect, writer: AsyncEngine, reader: AsyncEngine, messages: AsyncEngine
    ) -> None:
        self.dialect = dialect
        self._writer = writer
        self._reader = reader
        self._messages = messages
        self._wire = Wire(messages)
        self._turns = Turns(writer)

    @classmethod
    async def open(cls, url: str, connections: int = CONNECTIONS) -> "Database":
        """Open `sqlite:///path` or `postgresql://user:password@host/name`.

        `connections`: to PostgreSQL at most, three or more, two of them for messages. Who finds all in use
        waits for one, at most 10 s, and then gets Unavailable. Nothing is connected until the first use, so
        that a service can start while its database is away. Raises ValueError for another kind of address.
        """
        if engines.is_sqlite(url):
            writer = engines.sqlite_writer(url)
            return cls("sqlite", writer, engines.sqlite_reader(url), writer)
        engine = engines.postgresql(url, connections - engines.MESSAGE_CONNECTIONS)
        reader = engine.execution_options(postgresql_readonly=True)
        # Connections of its own: a rush on all others must not hold up messages.
        return cls("postgresql", engine, reader, engines.postgresql_messages(url))

    async def room(self) -> int | None:
        """How many connections PostgreSQL has for all processes together; None on SQLite."""
        if self.dialect == "sqlite":
            return None
        async with self.read() as tx:
            room: int = (await tx.execute(text(ROOM))).scalar_one()
            return room

    async def close(self) -> None:
        """Give all connections back; transactions under way fail."""
        await self._wire.close()
        await self._writer.dispose()
        await (self._reader if self.dialect == "sqlite" else self._messages).dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction, committed at the end of the block, rolled back when it raises.

        SQLite takes its write lock at once (BEGIN IMMEDIATE). Not to be nested: there is one writer.
        Raises Unavailable, or Conflict where another attempt may succeed.
        """
        async with translating(), self.turn(), self._writer.begin() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction, which waits for no writer. Raises Unavailable."""
        async with translating(), self._reader.begin() as tx:
            yield tx

    async def checkpoint(self) -> None:
        """On SQLite: move what was committed from its log into its file, as far as its readers permit. In a
        thread of its own and beside all writers, so that no commit has to, and no sender waits for it."""
        if self.dialect == "sqlite":
            async with translating(), self._reader.connect() as connection:
                await engines.in_thread(connection, lambda raw: raw.execute(CHECKPOINT).fetchone())

    async def transact(
        self,
        work: Callable[[AsyncConnection], Awaitable[Result]],
        within_seconds: float = PATIENCE_SECONDS,
        *,
        messages: bool = False,
    ) -> Result:
        """Run `work` in a write transaction; again when it could not take effect.

        `work` must have no effect but on the transaction. A lost connection is tried again only while
        nothing was committed, so that a commit of unknown outcome is never repeated. Raises
        Unavailable after `within_seconds` or 6 attempts. `messages`: on the log's own connection.
        """
        engine = self._messages if messages else self._writer

        async def attempt() -> Result:
            async with self.turn():
                return await self._attempt(work, engine)

        return await self._repeated(attempt, within_seconds)

    async def transact_at_once(
        self, work: Callable[[sqlite3.Connection], Result], within_seconds: float = PATIENCE_SECONDS
    ) -> Result:
        """The same on SQLite alone, with all of the transaction in one visit to the writer's thread."""
        return await self._repeated(lambda: self._attempt_at_once(work), within_seconds)

    async def state(
        self, work: Callable[[Statements], Awaitable[Result]], within_seconds: float = PATIENCE_SECONDS
    ) -> Result:
        """On PostgreSQL alone: run one statement, a transaction of its own, on the log's connection.

        Again where it certainly took no effect. A connection lost under it leaves that unknown:
        Unavailable. For one caller at a time.
        """
        return await self._repeated(lambda: self._attempt_statement(work), within_seconds)

    def turn(self) -> AbstractAsyncContextManager[None]:
        """On SQLite: keep all who write here waiting, in their order, for the length of the block; for who
        takes the write lock over a connection of their own. Raises Unavailable after 10 s."""
        return self._turns.mine() if self.dialect == "sqlite" else nullcontext()

    async def _attempt_statement(self, work: Callable[[Statements], Awaitable[Result]]) -> Result:
        try:
            return await self._wire.run(work)
        except Exception as error:
            raise _explained(error) from error

    async def _repeated(self, attempt_once: Callable[[], Awaitable[Result]], within_seconds: float) -> Result:
        deadline = asyncio.get_running_loop().time() + within_seconds
        for attempt in range(ATTEMPTS):
            try:
                return await self._in_time(attempt_once, deadline)
            except _Again as again:
                pause = random.uniform(0, 0.01 * 2**attempt)
                if attempt + 1 == ATTEMPTS or asyncio.get_running_loop().time() + pause >= deadline:
                    raise again.reason from again.reason.__cause__
            await asyncio.sleep(pause)
        raise Unavailable("the database refused every attempt")

    async def _in_time(self, attempt_once: Callable[[], Awaitable[Result]], deadline: float) -> Result:
        """PostgreSQL may be far away and silent. SQLite bounds its own waits, and to cancel a
        statement there would only abandon the thread that runs it."""
        if self.dialect == "sqlite":
            return await attempt_once()
        try:
            async with asyncio.timeout_at(deadline):
                return await attempt_once()
        except TimeoutError as error:
            raise Unavailable("the database does not answer in time") from error

    async def _attempt(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], engine: AsyncEngine
    ) -> Result:
        try:
            connection = await engine.connect().start()
        except Exception as error:
            raise _explained(error) from error
        try:
            try:
                transaction = await connection.begin()
                result = await work(connection)
            except Exception as error:
                raise _explained(error) from error
            await _committed(transaction.commit)
            return result
        finally:
            await connection.close()

    async def _attempt_at_once(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return await self._turns.run(lambda raw: _transaction(raw, work))
        except Exception as error:
            raise _explained(error) from error


def _transaction(raw: sqlite3.Connection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    raw.execute("BEGIN IMMEDIATE")
    try:
        result = work(raw)
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
    return result


class _Again(Exception):
    """The attempt took no effect and may be repeated."""

    def __init__(self, reason: Unavailable) -> None:
        self.reason = reason


def _explained(error: Exception) -> Exception:
    """The error to raise for one that came before the commit."""
    found = translated(error)
    if found is None:
        return error
    if found is not error:
        found.__cause__ = error
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return _Again(found) if lost or isinstance(found, Conflict) else found


async def _committed(commit: Callable[[], Awaitable[None]]) -> None:
    """Commit. A conflict is certain to have had no effect; anything else is not known to."""
    try:
        await commit()
    except Exception as error:
        found = translated(error)
        if isinstance(found, Conflict):
            raise _Again(found) from error
        if found is not None:
            raise found from error
        raise
