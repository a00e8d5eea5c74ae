"""Pieces of the write-ahead log beside the backup that they continue, and how they are put back.

A piece is a stretch of frames of one generation of the log; its name says which, and when everything that
was committed by then was in it: `00000002-00000351-00000423-20261103T030010.250Z.wal`.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from store.backup import disk, sqlite
from store.backup.errors import Damaged, explained

FOLDER = "wal"
NAME = re.compile(r"^(\d{8})-(\d{8})-(\d{8})-(\d{8}T\d{6}\.\d{3}Z)\.wal(\.age)?$")
TIME = "%Y%m%dT%H%M%S"


class Piece(Struct, frozen=True, kw_only=True):
    """Frames `first` to `last`, from 1, of the `generation`-th log since the backup."""

    path: Path
    generation: int
    first: int
    last: int
    at: datetime


def name(generation: int, first: int, last: int, at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{generation:08}-{first:08}-{last:08}-{utc:{TIME}}.{utc.microsecond // 1000:03}Z.wal"


def beside(backup: Path, until: datetime | None = None) -> list[Piece]:
    """The pieces that continue a backup, in their order: all, or those of `until` and before.

    Raises Damaged where one is missing between others.
    """
    folder = backup / FOLDER
    if not folder.is_dir():
        return []
    found = sorted(
        (piece for piece in map(_piece, folder.iterdir()) if piece is not None),
        key=lambda piece: (piece.generation, piece.first),
    )
    _check_order(found)
    return [piece for piece in found if until is None or piece.at <= until]


def replay(database: Path, pieces: Sequence[Piece], fetch: Callable[[Path, Path], None]) -> None:
    """Bring the copy `database` to where the pieces end. `fetch(piece, to)` copies or opens one.

    SQLite's own recovery does it: each generation is laid beside the copy as its log, checked by SQLite,
    and taken in. Raises Damaged where SQLite accepts less than there is.
    """
    log = Path(f"{database}-wal")
    with explained("putting back what was shipped"):
        for _, of_one in groupby(pieces, key=lambda piece: piece.generation):
            generation = list(of_one)
            with disk.create(log) as whole:
                for piece in generation:
                    part = database.with_name("piece.wal")
                    fetch(piece.path, part)
                    with part.open("rb") as reading:
                        while data := reading.read(disk.CHUNK):
                            whole.write(data)
                    part.unlink()
            _take_in(database, generation[-1])


def _take_in(database: Path, last: Piece) -> None:
    connection = sqlite.connect(database)
    try:
        # Reading recovers the log; this counts the frames that were good, and moves them into the database.
        connection.execute("SELECT count(*) FROM sqlite_schema")
        taken = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
    except sqlite3.DatabaseError as error:
        raise Damaged(f"The log up to {last.path.name} cannot be put back: {error}.") from error
    finally:
        connection.close()
    if taken != last.last:
        raise Damaged(f"Of the log up to {last.path.name} only {taken} of {last.last} frames are good.")
    Path(f"{database}-wal").unlink(missing_ok=True)


def _piece(path: Path) -> Piece | None:
    match = NAME.match(path.name)
    if match is None:
        return None
    at = datetime.strptime(match[4][:-1], f"{TIME}.%f").replace(tzinfo=UTC)
    return Piece(path=path, generation=int(match[1]), first=int(match[2]), last=int(match[3]), at=at)


def _check_order(pieces: Sequence[Piece]) -> None:
    generation, last = 0, 0
    for piece in pieces:
        if piece.generation == generation + 1 and piece.first == 1:
            generation, last = piece.generation, 0
        if (piece.generation, piece.first) != (generation, last + 1):
            raise Damaged(f"What was shipped has a hole before {piece.path.name}.")
        last = piece.last
