"""Between two backups: what is committed is shipped, and put back to the last frame."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from store.backup import disk, pieces, sealing, sqlite, wal
from store.backup.errors import BrokenChain, Damaged
from store.backup.shipping import Shipper

START = datetime(2026, 11, 22, tzinfo=UTC)


class Desk:
    """A database that the test writes, its shipper, and the backup that it ships to."""

    def __init__(self, folder: Path, renew_frames: int = 2_000) -> None:
        self.path = folder / "desk.db"
        self.backup = folder / "backup"
        self.backup.mkdir()
        self.at = START
        self.writer = self.connection()
        self.writer.execute("PRAGMA journal_mode = WAL")
        self.writer.execute("CREATE TABLE said (number INTEGER PRIMARY KEY, body BLOB)")
        self.shipper = Shipper(self.path, renew_frames)

    def connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=5)
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def say(self, rows: int = 1, size: int = 100) -> None:
        """Commit so many rows in one transaction."""
        self.writer.execute("BEGIN IMMEDIATE")
        for _ in range(rows):
            self.writer.execute("INSERT INTO said (body) VALUES (?)", (os.urandom(size),))
        self.writer.execute("COMMIT")

    def begin(self, recipients: tuple[str, ...] = ()) -> None:
        self.shipper.begin(self.backup / sqlite.PART, self.at)
        self.shipper.attach(self.backup, recipients)

    def ship(self) -> int:
        """A pass, as the keeper makes it."""
        self.at += timedelta(seconds=10)
        shipped = self.shipper.ship(self.at)
        return shipped + (self.shipper.renew(self.at) if self.shipper.long else 0)

    def content(self) -> list[tuple[int, bytes]]:
        return self.writer.execute("SELECT * FROM said ORDER BY number").fetchall()

    def restored(
        self, until: datetime | None = None, fetch: Callable[[Path, Path], None] = disk.copy
    ) -> list[tuple[int, bytes]]:
        """What the backup and its pieces hold, checked by SQLite."""
        with TemporaryDirectory(dir=self.path.parent) as folder:
            copy = Path(folder) / sqlite.PART
            disk.copy(self.backup / sqlite.PART, copy)
            pieces.replay(copy, pieces.beside(self.backup, until), fetch)
            sqlite.check_integrity(copy)
            with closing(sqlite3.connect(copy)) as connection:
                return connection.execute("SELECT * FROM said ORDER BY number").fetchall()

    def close(self) -> None:
        self.shipper.close()
        self.writer.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, renew_frames=20)
    yield made
    made.close()


acts = st.sampled_from(["say", "say", "say", "much", "delete", "ship", "checkpoint", "vacuum"])


@settings(max_examples=60, deadline=None)
@given(st.lists(acts, max_size=40), st.sampled_from([1, 5, 30, 100_000]), st.booleans())
def test_all_that_was_committed_before_the_last_shipping_is_put_back(
    steps: list[str], renew_frames: int, reader: bool
) -> None:
    """At whatever moments it is written, checkpointed, made smaller and shipped, with a slow reader or
    without; and SQLite finds nothing wrong with the result."""
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), renew_frames)
        slow = desk.connection()
        try:
            desk.say(5)
            desk.begin()
            shipped = desk.content()
            for step in steps:
                if reader and step == "ship":
                    slow.execute("BEGIN") if not slow.in_transaction else slow.execute("ROLLBACK")
                    slow.execute("SELECT count(*) FROM said").fetchone()
                if step == "say":
                    desk.say()
                elif step == "much":
                    desk.say(50, 2_000)
                elif step == "delete":
                    desk.writer.execute("DELETE FROM said WHERE number % 3 = 0")
                elif step == "checkpoint":
                    desk.writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
                elif step == "vacuum":
                    desk.writer.execute("VACUUM")
                else:
                    desk.ship()
                    shipped = desk.content()
            assert desk.restored() == shipped
        finally:
            slow.close()
            desk.close()


def test_the_log_starts_over_and_stays_small(desk: Desk) -> None:
    """However long it is shipped from."""
    desk.begin()
    for _ in range(30):
        desk.say(20, 2_000)
        desk.ship()
    log = Path(f"{desk.path}-wal")
    assert log.stat().st_size < 400_000
    assert pieces.beside(desk.backup)[-1].generation > 10
    assert desk.restored() == desk.content()


def test_the_log_starts_over_though_somebody_wrote_just_before(desk: Desk) -> None:
    """As on a busy desk, where there is always something that was not shipped before the writers stopped."""
    log = Path(f"{desk.path}-wal")
    desk.begin()
    desk.say(60, 2_000)
    desk.shipper.ship(desk.at)
    assert desk.shipper.long
    before = wal.header(log)
    desk.say()
    assert desk.shipper.renew(desk.at) > 0
    after = wal.header(log)
    assert before is not None
    assert after is not None
    assert after.follows(before)
    desk.say()
    desk.ship()
    assert desk.restored() == desk.content()


def test_nothing_is_left_out_while_somebody_writes_at_full_speed(desk: Desk) -> None:
    """Commits fall between every two steps of the shipping; all before its beginning are put back."""
    going, committed = threading.Event(), 0
    going.set()

    def write() -> None:
        nonlocal committed
        with closing(desk.connection()) as connection:
            while going.is_set():
                row = connection.execute("INSERT INTO said (body) VALUES (randomblob(300)) RETURNING number")
                committed = row.fetchone()[0]
                time.sleep(0.0005)  # a desk's writer lets go of the lock between its commits, too

    desk.begin()
    writer = threading.Thread(target=write)
    writer.start()
    before = 0
    try:
        while pieces.beside(desk.backup)[-1:] == [] or pieces.beside(desk.backup)[-1].generation < 10:
            before = committed
            desk.ship()
    finally:
        going.clear()
        writer.join()
    restored = desk.restored()
    assert [number for number, _ in restored] == list(range(1, len(restored) + 1))
    assert len(restored) >= before
    assert restored == desk.content()[: len(restored)]


def test_nothing_to_ship_costs_nothing(desk: Desk) -> None:
    """No piece, no write, whether the log is empty or shipped already."""
    desk.begin()
    assert desk.ship() == 0
    desk.say()
    assert desk.ship() > 0
    assert desk.ship() == 0
    assert len(pieces.beside(desk.backup)) == 1


def test_a_time_in_between_is_put_back(desk: Desk) -> None:
    """Each shipping is a point to return to."""
    desk.begin()
    states = {START: desk.content()}
    for _ in range(12):
        desk.say(10, 1_000)
        desk.ship()
        states[desk.at] = desk.content()
    for at, state in states.items():
        assert desk.restored(until=at) == state


def test_a_log_that_somebody_else_started_over_is_told(desk: Desk) -> None:
    """As after another program held the mark's place: what went by in between was never seen."""
    desk.begin()
    desk.say()
    desk.ship()
    desk.shipper._mark.close()  # type: ignore[union-attr]
    for _ in range(3):
        desk.say()
        desk.writer.execute("PRAGMA wal_checkpoint(RESTART)")
    desk.say()
    with pytest.raises(BrokenChain):
        desk.ship()


def test_another_file_in_the_database_s_place_is_told(desk: Desk, tmp_path: Path) -> None:
    """As after a restore that nobody stopped the desk for."""
    desk.begin()
    desk.say()
    copy = tmp_path / "copy.db"
    sqlite.copy_file(desk.path, copy)
    os.replace(copy, desk.path)
    with pytest.raises(BrokenChain):
        desk.ship()


def test_a_missing_piece_is_found(desk: Desk) -> None:
    """One in the midst; the last cannot be missed by anyone."""
    desk.begin()
    for _ in range(5):
        desk.say()
        desk.ship()
    pieces.beside(desk.backup)[2].path.unlink()
    with pytest.raises(Damaged, match="hole"):
        desk.restored()


def test_a_changed_piece_is_found(desk: Desk) -> None:
    """By SQLite's own sums, and nothing that follows it is put back."""
    desk.begin()
    for _ in range(3):
        desk.say(3, 500)
        desk.ship()
    path = pieces.beside(desk.backup)[1].path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Damaged, match="frames are good"):
        desk.restored()


def test_pieces_are_sealed_as_their_backup_is(desk: Desk) -> None:
    """Nothing of what was said can be read in them."""
    key = x25519.Identity.generate()
    desk.begin((str(key.to_public()),))
    desk.writer.execute("INSERT INTO said (body) VALUES ('a word of somebody''s')")
    desk.ship()
    [piece] = pieces.beside(desk.backup)
    assert piece.path.name.endswith(".age")
    assert b"a word" not in piece.path.read_bytes()
    assert desk.restored(fetch=lambda a, b: sealing.unseal(a, b, [key])) == desk.content()


def test_a_new_backup_goes_on_where_the_one_before_ends(desk: Desk, tmp_path: Path) -> None:
    """The one before has all that was committed until the new one was copied."""
    desk.begin()
    desk.say(3)
    desk.ship()
    desk.say(4)
    until = desk.content()
    first = desk.backup
    desk.backup = tmp_path / "second"
    desk.backup.mkdir()
    desk.begin()
    desk.say(5)
    desk.ship()
    assert desk.restored() == desk.content()
    desk.backup = first
    assert desk.restored() == until
