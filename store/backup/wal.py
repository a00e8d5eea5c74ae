"""The write-ahead log of SQLite, as far as copying it needs: sizes and salts. See sqlite.org/fileformat2.

Only the log's own file is ever opened here. To open and close the database or its -shm file by other means
than SQLite would drop every lock that this process holds on it.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
FRAMES_AT_ONCE = 64
MAGIC = frozenset({0x377F0682, 0x377F0683})
_HEADER = struct.Struct(">8I")


class Header(Struct, frozen=True):
    """`first_salt` rises by one each time the log starts over; `second_salt` is then drawn anew."""

    page_size: int
    first_salt: int
    second_salt: int

    @property
    def frame_bytes(self) -> int:
        return FRAME_HEADER_BYTES + self.page_size

    @property
    def salts(self) -> tuple[int, int]:
        return self.first_salt, self.second_salt

    def follows(self, former: "Header") -> bool:
        """The log has started over exactly once since `former`."""
        return self.first_salt == (former.first_salt + 1) & 0xFFFFFFFF


def header(path: Path) -> Header | None:
    """The header of a log, None where there is no log or it was never written to."""
    try:
        with path.open("rb") as file:
            data = file.read(HEADER_BYTES)
    except FileNotFoundError:
        return None
    return parsed(data)


def parsed(data: bytes) -> Header | None:
    """The header in the first bytes of a log, None where these are none."""
    if len(data) < HEADER_BYTES:
        return None
    magic, _, page_size, _, first, second, _, _ = _HEADER.unpack(data)
    return Header(page_size, first, second) if magic in MAGIC else None


def copy_frames(path: Path, header: Header, first: int, last: int, to: BinaryIO) -> bool:
    """Write the frames `first` to `last` (from 1, both included), with the log's header before the first of
    all. False where the file does not hold them, or they are of another generation of it."""
    salts = struct.pack(">2I", *header.salts)
    with path.open("rb") as file:
        if first == 1:
            to.write(file.read(HEADER_BYTES))
        file.seek(HEADER_BYTES + (first - 1) * header.frame_bytes)
        for begin in range(first, last + 1, FRAMES_AT_ONCE):
            wanted = min(FRAMES_AT_ONCE, last + 1 - begin) * header.frame_bytes
            data = file.read(wanted)
            if len(data) != wanted:
                return False
            for offset in range(0, wanted, header.frame_bytes):
                if data[offset + 8 : offset + 16] != salts:
                    return False
            to.write(data)
    return True
