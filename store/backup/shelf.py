"""The folder where backups stand, and what may be done with them there."""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from store.backup import disk, manifest, pieces
from store.backup.errors import BackupError, Damaged, explained
from store.backup.manifest import Manifest, Verification

NAME = re.compile(r"^\d{8}T\d{6}Z-[0-9a-f]{4}$")
DRAFT = ".draft-"
SHIPPING = "shipping.json"
KEEPER = ".keeper"


class Backup(Struct, frozen=True, kw_only=True):
    """One that was made: its folder, what it says of itself, and how the last look at it ended."""

    name: str
    folder: Path
    manifest: Manifest
    verification: Verification | None

    @property
    def verified(self) -> bool:
        """The last look found it whole."""
        return self.verification is not None and not self.verification.error


class Shipping(Struct, frozen=True, kw_only=True):
    """Which backup the write-ahead log is copied to, and when everything committed was last there."""

    backup: str
    at: datetime


class Shelf:
    """The backups in one folder, made when the first is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def backups(self) -> list[Backup]:
        """All that can be read, the oldest first."""
        return [found for found in map(self._readable, self.names()) if found is not None]

    def names(self) -> list[str]:
        """Of all backups, readable or not, the oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if NAME.match(path.name))

    def find(self, name: str) -> Backup:
        """A backup by its name or a path to its folder; `latest`: see there. Raises BackupError, Damaged."""
        if name == "latest":
            return self.latest()
        folder = self.folder / name if NAME.match(name) else Path(name)
        if not (folder / manifest.FILE).is_file():
            raise BackupError(f"There is no backup {name} in {self.folder}. See: frontdesk backup list.")
        return read(folder)

    def latest(self, until: datetime | None = None) -> Backup:
        """The backup that holds most of what was committed (until a time), with what was shipped to it.
        One that was found damaged only where there is no other. Raises BackupError where there is none."""
        found = [one for one in self.backups() if until is None or one.manifest.began_at <= until]
        if not found:
            raise BackupError(f"There is no backup in {self.folder} from then. See: frontdesk backup list.")
        sound = [one for one in found if one.verification is None or not one.verification.error]
        return max(sound or found, key=lambda one: (reach(one, until), one.manifest.began_at))

    @asynccontextmanager
    async def draft(self, at: datetime) -> AsyncIterator[Path]:
        """A folder to make a backup in, that takes its place when the block ends well, and is gone
        otherwise. What it holds has been synced by who wrote it."""
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        with explained("making a backup"):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f"{DRAFT}{name}"
            async with _worked_in(draft):
                yield draft
                await asyncio.to_thread(self._put, draft, name)

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        """A folder to try things in, gone at the end of the block."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.folder / f".scratch-{secrets.token_hex(4)}"
        async with _worked_in(folder):
            yield folder

    def remove(self, name: str) -> None:
        """Throw a backup away. It loses its name first, so that half of it never looks like one."""
        with explained(f"removing {name}"):
            gone = self.folder / f".gone-{name}-{secrets.token_hex(2)}"
            (self.folder / name).rename(gone)
            disk.sync(self.folder)
            shutil.rmtree(gone)

    def drop_pieces(self, name: str) -> None:
        """Throw away what was shipped to a backup; the backup itself stays."""
        with explained(f"removing what was shipped to {name}"):
            gone = self.folder / f".gone-{name}-{secrets.token_hex(2)}"
            (self.folder / name / pieces.FOLDER).rename(gone)
            disk.sync(self.folder)
            shutil.rmtree(gone)

    def clear(self) -> None:
        """Remove what processes that were killed left behind; what somebody works in stays."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name.startswith((DRAFT, ".scratch-", ".gone-")):
                    with suppress(OSError), disk.locked(path):
                        shutil.rmtree(path)

    @contextmanager
    def kept(self) -> Iterator[bool]:
        """Whether this process alone keeps the shelf, for the length of the block, however it ends."""
        with explained("opening the shelf"):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self.folder / KEEPER
            lock.touch(mode=0o600)
        with ExitStack() as stack:
            try:
                stack.enter_context(disk.locked(lock))
            except BlockingIOError:
                yield False
                return
            yield True

    def shipping(self) -> Shipping | None:
        """Where shipping stands; None where nothing was ever shipped."""
        try:
            return msgspec.json.decode((self.folder / SHIPPING).read_bytes(), type=Shipping)
        except (OSError, msgspec.DecodeError):
            return None

    def note_shipping(self, shipping: Shipping) -> None:
        """Note where it stands: for people and their screens, so it need not outlast a power cut."""
        draft = self.folder / f".{SHIPPING}"
        draft.write_bytes(msgspec.json.encode(shipping))
        os.replace(draft, self.folder / SHIPPING)

    def _put(self, draft: Path, name: str) -> None:
        disk.sync(draft)
        draft.rename(self.folder / name)
        disk.sync(self.folder)

    def _readable(self, name: str) -> Backup | None:
        try:
            return read(self.folder / name)
        except Damaged:
            return None


@asynccontextmanager
async def _worked_in(folder: Path) -> AsyncIterator[None]:
    """Make a folder that is gone at the end of the block, and until then is not cleared by others. Large
    files take their time to go: in a thread."""
    folder.mkdir(mode=0o700)
    try:
        with disk.locked(folder):
            yield
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def reach(backup: Backup, until: datetime | None = None) -> datetime:
    """Up to when everything committed is in a backup and what was shipped to it, looking no further than
    `until`."""
    try:
        shipped = pieces.beside(backup.folder, until)
    except Damaged:
        shipped = []
    return max([backup.manifest.began_at, *(piece.at for piece in shipped[-1:])])


def read(folder: Path) -> Backup:
    """The backup in a folder. Raises Damaged."""
    return Backup(
        name=folder.name,
        folder=folder,
        manifest=manifest.read(folder),
        verification=manifest.read_verification(folder),
    )
