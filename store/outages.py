"""Which of a driver's errors mean "not now", and which may be cured by running the work again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from store.errors import Conflict, Unavailable

SQLITE_CONFLICTS = frozenset({sqlite3.SQLITE_LOCKED})
SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""SQLITE_BUSY comes only after busy_timeout: the lock has been waited for already."""

POSTGRESQL_CONFLICTS = frozenset({"40001", "40P01"})
POSTGRESQL_OUTAGES = ("08", "53", "57", "58", "25006", "25P03", "55P03")
"""Prefixes of SQLSTATE: connection, resources (disk full too), operator intervention (shutdown,
starting up, cancelled), system errors, read-only (a standby), idle in transaction, lock timeout."""


def translated(error: BaseException) -> Unavailable | None:
    """What to raise instead of `error`: Conflict, Unavailable, or None where it is neither."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, PoolTimeout | asyncio.TimeoutError | OSError):
        return Unavailable(f"the database does not answer: {error!r}")
    return _of_postgresql(getattr(error, "sqlstate", None), error)


def _of_driver(error: DBAPIError) -> Unavailable | None:
    origin: BaseException | None = error.orig
    if isinstance(origin, sqlite3.Error):
        return _of_sqlite(origin)
    found = _of_postgresql(getattr(origin, "sqlstate", None), error)
    if found is None and (error.connection_invalidated or isinstance(error, InterfaceError)):
        return Unavailable(f"the connection to the database is lost: {origin}")
    return found


def _of_sqlite(error: sqlite3.Error) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        lost = "no active connection" in str(error) or "onnection closed" in str(error)
        return Unavailable(f"the connection to the database is lost: {error}") if lost else None
    primary = code & 0xFF
    if primary in SQLITE_CONFLICTS:
        return Conflict(str(error))
    return Unavailable(str(error)) if primary in SQLITE_OUTAGES else None


def _of_postgresql(state: str | None, error: BaseException) -> Unavailable | None:
    if state is None:
        return None
    if state in POSTGRESQL_CONFLICTS:
        return Conflict(str(error))
    return Unavailable(str(error)) if state.startswith(POSTGRESQL_OUTAGES) else None


@asynccontextmanager
async def translating() -> AsyncIterator[None]:
    """Raise Unavailable or Conflict for the driver's errors that mean so."""
    try:
        yield
    except Exception as error:
        found = translated(error)
        if found is None or found is error:
            raise
        raise found from error
