"""SQLAlchemy engines with the settings that the store's promises rest on."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import aiosqlite
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

Result = TypeVar("Result")

BUSY_TIMEOUT_MS = 2_000
MIGRATION_TIMEOUT_MS = 60_000
POOL_TIMEOUT_SECONDS = 10.0
READERS = 4
MESSAGE_CONNECTIONS = 2
MESSAGES_TIMEOUT_MS = 3_500
"""Sooner than the log gives up: what the server ends certainly took no effect."""
LOCK_TIMEOUT_MS = 2_500
IDLE_IN_TRANSACTION_MS = 10_000
CONNECT_TIMEOUT_SECONDS = 2.5
COMMAND_TIMEOUT_SECONDS = 30.0

CHECKPOINT_FRAMES = 16_000
"""A commit that finds so long a log moves it into the file itself, while its sender waits: 64 MiB that
`Database.checkpoint` was too late for."""

LONGEST_LOG = 512 * 1024 * 1024
"""Bytes. The commit that finds the log's file longer cuts it when it starts it over: half a second and more,
so that what a rush leaves behind is kept and used again."""

SQLITE_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -16000",
    "temp_store = MEMORY",
    f"journal_size_limit = {LONGEST_LOG}",
    f"wal_autocheckpoint = {CHECKPOINT_FRAMES}",
)


def is_sqlite(url: str) -> bool:
    """Whether `url` names SQLite; raises ValueError when it names neither database."""
    kind = make_url(url).get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise ValueError(f"a database is sqlite:///path or postgresql://…, not {kind}://")
    return kind == "sqlite"


def sqlite_writer(url: str) -> AsyncEngine:
    """One connection whose every transaction takes the write lock at once.

    One, because SQLite has one writer: tasks queue for it in order here, instead of polling for the
    lock in SQLite's busy handler.
    """
    # Whoever uses it ends its transaction: to roll back once more would cost each batch a visit to the
    # thread.
    engine = _sqlite(url, size=1, reset=None)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def sqlite_reader(url: str) -> AsyncEngine:
    """Connections that cannot write, each transaction a snapshot."""
    engine = _sqlite(url, size=READERS)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite_reader)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def postgresql(url: str, size: int = 10) -> AsyncEngine:
    """A pool of `size` connections through asyncpg.

    Locks are waited for, and forgotten transactions kept, only so long: a frozen process must not hold a
    conversation's row.
    """
    # A generic plan made while a table was small would scan it for ever after.
    return _postgresql(url, size, {"plan_cache_mode": "force_custom_plan"})


def postgresql_messages(url: str) -> AsyncEngine:
    """For the message log alone: one connection for its statement, one for what that cannot do.

    Every row there is found by a key, so that statements are planned once and for all: to plan them anew
    costs several times what they do. Scans, and joins that begin with one, are forbidden: a plan outlives
    the time when the tables were so small that these were best.
    """
    planning = dict.fromkeys(("enable_seqscan", "enable_hashjoin", "enable_mergejoin"), "off")
    planning |= {"plan_cache_mode": "force_generic_plan", "statement_timeout": str(MESSAGES_TIMEOUT_MS)}
    return _postgresql(url, MESSAGE_CONNECTIONS, planning)


def patient(url: str) -> AsyncEngine:
    """For migrations: a statement over the whole log takes as long as it takes, and who comes second waits
    for who came first."""
    if not is_sqlite(url):
        return _postgresql(url, 1, {}, command_seconds=None)
    engine = sqlite_writer(url)
    event.listen(engine.sync_engine, "connect", _wait_long)
    return engine


def _postgresql(
    url: str, size: int, planning: dict[str, str], command_seconds: float | None = COMMAND_TIMEOUT_SECONDS
) -> AsyncEngine:
    settings = planning | {
        "application_name": "frontdesk",
        "jit": "off",
        "timezone": "UTC",
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
    }
    return create_async_engine(
        _with_driver(url, "postgresql+asyncpg"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_use_lifo=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "command_timeout": command_seconds,
            "server_settings": settings,
        },
    )


async def in_thread(connection: AsyncConnection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    """Run `work` in the thread of a SQLite connection: one hop there and back, where every statement
    through aiosqlite takes four. `work` must not use the event loop; its errors come as they are."""
    return await visit((await connection.get_raw_connection()).driver_connection, work)


async def visit(driver: Any, work: Callable[[sqlite3.Connection], Result]) -> Result:
    """The same with aiosqlite's own connection."""
    result: Result = await driver._execute(work, driver._conn)
    return result


def is_open(driver: Any) -> bool:
    """Whether aiosqlite's connection can be used; None is none."""
    return driver is not None and driver._running and driver._connection is not None


def _sqlite(url: str, size: int, reset: Literal["rollback"] | None = "rollback") -> AsyncEngine:
    return create_async_engine(
        _with_driver(url, "sqlite+aiosqlite"),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_reset_on_return=reset,
        connect_args={"async_creator_fn": _connected},
    )


async def _connected(*args: Any, **options: Any) -> aiosqlite.Connection:
    """A connection whose thread ends with the process; and at once, when it could not be made.

    aiosqlite leaves a failed one's thread to report to a loop that may be closed by then.
    """
    connection = aiosqlite.connect(*args, **options)
    connection._thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(connection._thread.join)
        raise


def _with_driver(url: str, driver: str) -> URL:
    return make_url(url).set(drivername=driver)


def _prepare_sqlite(connection: Any, record: object) -> None:
    # None stops the driver from opening transactions of its own: those start as readers, and of 24
    # that then write, 18 fail.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("fold", 1, _fold, deterministic=True)


def _prepare_sqlite_reader(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _wait_long(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {MIGRATION_TIMEOUT_MS}")
    cursor.close()


def _fold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
