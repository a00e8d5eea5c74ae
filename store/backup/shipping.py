"""Copying what SQLite commits, every few seconds, beside the backup that it continues.

A reader that stays in a transaction (the mark) keeps SQLite from starting its write-ahead log over, so that
every committed frame stands in the log's file until it has been shipped. Only under the write lock, with
everything shipped, is the mark taken at the end, and the log started over; its salt tells.

- A mark in the midst of the log: nobody can start the log over. Frames are appended.
- A mark at the end of a log that is wholly in the database: whoever writes next starts the log over, with
  everything shipped before. It cannot happen twice: while that mark stands, no new frame goes into the
  database, and a log starts over only when all of it is there.

Anything else (a salt that jumped, fewer frames than before, another file in the database's place) is a
BrokenChain: the next backup begins a new one. All of this runs in one thread, and never opens the
database's file but through SQLite (see wal.py).
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from store.backup import disk, pieces, sealing, sqlite, wal
from store.backup.errors import BackupError, BrokenChain, explained
from store.backup.wal import Header

LOCK_SECONDS = 2.0
TRIES = 500
TRY_SECONDS = 0.001
RENEW_FRAMES = 8_000
"""Thirty-two mebibytes of log: to start it over stops all writers for some milliseconds."""
LITTLE_FRAMES = 1_000
"""So much of the log may be left for the time when writers are stopped: in a rush more comes than can be
moved beside it, and the log grows on until that is over, or it is RUSH times as long."""
RUSH = 16
Result = TypeVar("Result")


class _Chain(Struct):
    """What one backup has: `shipped` frames of the log with `header`, its `generation`-th log. The copy
    itself holds the first `copied` frames of the log that stood when it was made."""

    header: Header | None
    copied: int
    generation: int = 1
    shipped: int = 0


class Shipper:
    """Ships from one database, to one backup after the other. To be used by one thread.

    Arguments: `database`, the file; `renew_frames`, how long the log may grow before it is let start over.
    Raises sqlite3.OperationalError where the file cannot be opened.
    """

    def __init__(self, database: Path, renew_frames: int = RENEW_FRAMES) -> None:
        self._database = database
        self._log = Path(f"{database}-wal")
        self._renew_frames = renew_frames
        self._lock = sqlite.connect(database, LOCK_SECONDS)
        self._checkpoints = sqlite.connect(database, LOCK_SECONDS)
        self._mark: sqlite3.Connection | None = None
        self._chain: _Chain | None = None
        self._folder: Path | None = None
        self._recipients: tuple[str, ...] = ()
        self._inode = 0
        self._left = 0
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """How much was shipped to the last backup, before it was sealed."""
        return self._bytes

    @property
    def attached(self) -> bool:
        """Whether there is a backup to ship to."""
        return self._folder is not None

    @property
    def long(self) -> bool:
        """Whether the log should be let start over, and that will not take long."""
        if self._chain is None or self._chain.shipped < self._renew_frames:
            return False
        return self._left <= LITTLE_FRAMES or self._chain.shipped >= RUSH * self._renew_frames

    def close(self) -> None:
        """Let go of the database."""
        for connection in (self._mark, self._checkpoints, self._lock):
            if connection is not None:
                connection.close()

    def begin(self, to: Path, at: datetime) -> None:
        """Copy the database into the new file `to`. What is committed later can be shipped to that copy;
        the backup before gets what is committed until now.

        Raises BackupError, or sqlite3.OperationalError where the write lock is not to be had.
        """

        def stand() -> None:
            if self._folder is not None:
                with suppress(BrokenChain):  # the copy that begins now mends it
                    self._ship(at)
            self._stand()
            self._folder, self._bytes = None, 0
            self._chain = _Chain(header=wal.header(self._log), copied=self._committed())
            self._inode = os.stat(self._database).st_ino

        self._locked(stand)
        assert self._mark is not None
        sqlite.copy(self._mark, to)

    def attach(self, backup: Path, recipients: tuple[str, ...]) -> None:
        """Ship from now on to the backup that was made of the last copy, sealed to `recipients` if any."""
        self._recipients = recipients
        self._folder = backup / pieces.FOLDER
        self._folder.mkdir(mode=0o700)
        disk.sync(backup)

    def ship(self, at: datetime, least: int = 1) -> int:
        """Bring the backup everything that is committed; how many frames that were. `at`: the time now.
        Fewer than `least` are left for a later pass.

        Raises BrokenChain, BackupError, or sqlite3.OperationalError where SQLite was too busy to say.
        """
        if self._folder is None or self._chain is None:
            raise BrokenChain("No backup was made to ship to.")
        shipped = self._ship(at, least)
        if shipped:
            self._advance()
        if self._chain.shipped >= self._renew_frames:
            self._committed()  # moves most of the log into the database while writers go on
            self._left = self._ship(at)
            if self._left:
                self._advance()
            shipped += self._left
        return shipped

    def renew(self, at: datetime) -> int:
        """Let the log start over: with writers stopped, the rest shipped, and all of it in the database; how
        many frames the rest was. Who waits for their turn at the lock elsewhere too holds up nobody longer
        than need be (see `Database.turn`).

        Where writers leave no gap for that the log grows on, until a later pass finds one. Raises as `ship`.
        """

        def rest() -> int:
            shipped = self._ship(at)
            self._stand()
            return shipped

        try:
            shipped = self._locked(rest)
            # Another transaction: one that began before the log was wholly in the database goes on in it.
            self._locked(self._start_over)
        except sqlite3.OperationalError as error:
            if not sqlite.is_busy(error):
                raise
            return 0
        self._advance()
        return shipped

    def _ship(self, at: datetime, least: int = 1) -> int:
        assert self._chain is not None
        if os.stat(self._database).st_ino != self._inode:
            raise BrokenChain("Another file stands where the database was.")
        for _ in range(TRIES):
            header = wal.header(self._log)
            committed = self._committed()
            if header != wal.header(self._log):
                continue  # it started over between the two, and they do not belong together
            if header is None or committed == 0:
                return 0
            ahead = self._follow(header, committed)
            if ahead < least:
                return 0
            if self._write(header, committed, at):
                return ahead
        raise BrokenChain("The write-ahead log does not hold what SQLite says it does.")

    def _follow(self, header: Header, committed: int) -> int:
        """How many frames there are to ship, the log having started over perhaps. Raises BrokenChain."""
        chain = self._chain
        assert chain is not None
        if chain.header is None or header.follows(chain.header):
            chain.generation += chain.shipped > 0
            chain.header, chain.copied, chain.shipped = header, 0, 0
        elif header.salts != chain.header.salts or committed < max(chain.shipped, chain.copied):
            raise BrokenChain("The write-ahead log was started over by somebody else.")
        return committed - chain.shipped if committed > max(chain.shipped, chain.copied) else 0

    def _write(self, header: Header, committed: int, at: datetime) -> bool:
        """Add a piece; False where the log started over while it was read."""
        chain, folder = self._chain, self._folder
        assert chain is not None
        assert folder is not None
        name = pieces.name(chain.generation, chain.shipped + 1, committed, at)
        draft = folder / f".{name}"
        with explained("shipping the write-ahead log"):
            try:
                with disk.create(draft, os.O_DSYNC) as file:
                    whole = wal.copy_frames(self._log, header, chain.shipped + 1, committed, file)
                    file.flush()
                    os.fsync(file.fileno())
                if not whole or wal.header(self._log) != header:
                    return False
                self._publish(draft, name)
            finally:
                draft.unlink(missing_ok=True)
        self._bytes += (committed - chain.shipped) * header.frame_bytes
        chain.shipped = committed
        return True

    def _publish(self, draft: Path, name: str) -> None:
        if self._recipients:
            sealed = sealing.seal(draft, self._recipients)
            sealed.rename(draft.with_name(name + sealing.SUFFIX))
        else:
            draft.rename(draft.with_name(name))
        disk.sync(draft.parent)

    def _start_over(self) -> None:
        """Write something of no meaning, so that the log starts over now. While the mark stands at the end
        of the old one, each commit of others would try in vain to move the new one into the database, and
        pay for sorting it."""
        version = self._lock.execute("PRAGMA user_version").fetchone()[0]
        self._lock.execute(f"PRAGMA user_version = {(version + 1) % 2**31}")

    def _locked(self, work: Callable[[], Result]) -> Result:
        """Run `work` while nobody else can commit."""
        self._lock.execute("BEGIN IMMEDIATE")
        try:
            result = work()
        except BaseException:
            self._lock.execute("ROLLBACK")
            raise
        self._lock.execute("COMMIT")
        return result

    def _stand(self) -> None:
        """Take the mark at the log's end, all of it in the database if no other reader is in the way. Under
        the write lock, with everything shipped."""
        if self._mark is not None:
            self._mark.close()
        self._committed()
        self._mark = self._reader()

    def _advance(self) -> None:
        """Take a later mark before the former goes, so that what lies between can go into the database."""
        later = self._reader()
        if self._mark is not None:
            self._mark.close()
        self._mark = later

    def _reader(self) -> sqlite3.Connection:
        connection = sqlite.connect(self._database, LOCK_SECONDS)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return connection

    def _committed(self) -> int:
        """How many committed frames the log holds. Asking moves into the database what the mark permits."""
        for _ in range(TRIES):
            row = self._checkpoints.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if row[1] >= 0:
                return int(row[1])
            if row[0] == 0:
                raise BackupError("The database keeps no write-ahead log: nothing can be shipped from it.")
            time.sleep(TRY_SECONDS)  # somebody else moves frames just now, and SQLite tells only one
        raise sqlite3.OperationalError("the write-ahead log is being moved all the time")
