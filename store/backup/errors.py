"""What goes wrong with a backup, in words for the person who runs the desk."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class BackupError(Exception):
    """It did not work. The text says what happened, what it means and what to do."""


class Away(BackupError):
    """The database was in use, or went away meanwhile. Nothing is wrong with the backups: try again."""


class Damaged(BackupError):
    """The backup is not what its manifest says, or does not hold together."""


class BrokenChain(BackupError):
    """What is in the write-ahead log does not provably follow what was shipped."""


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Raise BackupError for a disk that is full or cannot be written; `what`: was being done."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise BackupError(f"The disk is full: {what} failed, and nothing of it was kept.") from error
        raise BackupError(f"{what} failed: {error}.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise BackupError(f"The disk is full: {what} failed, and nothing of it was kept.") from error
        raise BackupError(f"{what} failed: {error}.") from error
