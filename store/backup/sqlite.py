"""Copies of a SQLite database, and looks at them."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from store.backup import disk
from store.backup.errors import BackupError, Damaged, explained

PART = "database.sqlite"
BUSY_SECONDS = 10.0
Result = TypeVar("Result")


def path_of(url: str) -> Path:
    """The file that `sqlite:///path` names."""
    return Path(make_url(url).database or "")


def connect(path: Path, timeout_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection that leaves transactions to us. Raises sqlite3.OperationalError where there is no file."""
    address = f"file:{quote(str(path.resolve()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=timeout_seconds, isolation_level=None)


def copy(source: sqlite3.Connection, to: Path) -> None:
    """Copy page by page into a new file, in one step: writers go on, and the copy is of one moment."""
    with explained("copying the database"):
        disk.create(to).close()
        made = sqlite3.connect(to)
        try:
            made.execute("PRAGMA synchronous = OFF")
            source.backup(made, pages=-1)
        finally:
            made.close()
        disk.sync_gently(to)


def copy_file(path: Path, to: Path) -> None:
    """Copy the database in the file `path` as it stands now."""
    if not path.exists():
        raise BackupError(f"There is no database in {path}: nothing to back up.")
    with explained("copying the database"):
        source = connect(path)
        try:
            copy(source, to)
        finally:
            source.close()


def look(path: Path, work: Callable[[Connection], Result]) -> Result:
    """Run `work` on a copy that nobody writes, without touching it or leaving files beside it.
    Raises Damaged where it cannot be read."""
    address = _unchanging(path)
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            return work(connection)
    except DBAPIError as error:
        raise Damaged(f"{path.name} cannot be read: {error.orig}.") from error
    finally:
        engine.dispose()


def check_integrity(path: Path) -> None:
    """Raises Damaged where SQLite finds anything wrong with a copy: pages, indexes, keys.
    The copy is one that nobody writes, and stays as it is."""
    connection = sqlite3.connect(_unchanging(path), uri=True)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        lost = connection.execute("PRAGMA foreign_key_check").fetchmany(3)
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name} cannot be read: {error}.") from error
    finally:
        connection.close()
    if found != ["ok"]:
        raise Damaged("SQLite finds the database damaged: " + "; ".join(found))
    if lost:
        raise Damaged("Rows refer to rows that are not there: " + "; ".join(map(str, lost)))


def _unchanging(path: Path) -> str:
    return f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"


def in_use(path: Path) -> bool:
    """Whether any other connection to the database is open."""
    if not path.exists():
        return False
    connection = connect(path, timeout_seconds=0.2)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if is_busy(error):
            return True
        raise
    finally:
        connection.close()
    return False


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Somebody else was at it, for longer than we waited."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def replace(path: Path, by: Path, suffix: str) -> Path | None:
    """Put the database `by` in the place of `path`. The old one is kept with `suffix`; its new path."""
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.{suffix}")
        for ending in ("-wal", "-shm", ""):
            part = Path(f"{path}{ending}")
            if part.exists():
                os.replace(part, f"{kept}{ending}")
    os.replace(by, path)
    disk.sync(path.parent)
    return kept
