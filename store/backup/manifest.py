"""What a backup says of itself."""

from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from store.backup.errors import Damaged

FILE = "manifest.json"
VERIFIED = "verified.json"
FORMAT = 1
LARGEST = 16 * 1024 * 1024

Kind = Literal["sqlite", "postgresql"]
Seal = Literal["none", "key", "passphrase"]


class Part(Struct, frozen=True, kw_only=True):
    """A file of the backup as it lies on the shelf. `size` in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class Census(Struct, frozen=True, kw_only=True):
    """What a database holds. `schema`: its newest migration; `tables`: rows a table."""

    schema: str
    tables: dict[str, int]


class Manifest(Struct, frozen=True, kw_only=True):
    """`files`: how many attachments files.tar holds. `checked_at`: when the copy was restored and compared
    before it was sealed, None where it was not sealed."""

    format: int
    kind: Kind
    began_at: datetime
    made_at: datetime
    host: str
    census: Census
    parts: list[Part]
    files: int = 0
    seal: Seal = "none"
    recipients: list[str] = []
    checked_at: datetime | None = None

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)


class Verification(Struct, frozen=True, kw_only=True):
    """When somebody looked, and what was found. `restored`: into a scratch place and compared; otherwise
    only the hashes, since the key was not at hand. `error`: empty when all was well."""

    at: datetime
    restored: bool
    error: str = ""


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Damaged where it cannot be read or is of a later format."""
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST:
            raise Damaged(f"{path} is larger than any manifest.")
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise Damaged(f"{path} cannot be read: {error}.") from error
    if found.format != FORMAT:
        raise Damaged(f"{path} is of format {found.format}; this program reads {FORMAT}. Use a later one.")
    for part in found.parts:
        if Path(part.name).name != part.name or part.name.startswith("."):
            raise Damaged(f"{path} names a part {part.name!r} outside of its folder.")
    return found


def read_verification(folder: Path) -> Verification | None:
    """The last verification, or None where there was none."""
    try:
        return msgspec.json.decode((folder / VERIFIED).read_bytes(), type=Verification)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise Damaged(f"{folder / VERIFIED} cannot be read: {error}.") from error


def encoded(value: Struct) -> bytes:
    """As it is written to its file: JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
