"""Looking whether a backup holds what it says: by restoring it into a scratch place and comparing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from store.backup import census, disk, files, manifest, pieces, postgresql, sealing, sqlite
from store.backup.errors import BackupError, Damaged
from store.backup.manifest import Census, Kind, Verification
from store.backup.sealing import Secrets
from store.backup.shelf import Backup, Shelf


class Scratch(Struct, frozen=True):
    """Where a PostgreSQL dump is tried: `url`, a server on which databases may be made (any of its
    databases), empty where there is none; `bin_folder` as for programs."""

    url: str = ""
    bin_folder: str = ""


async def verify(on: Shelf, backup: Backup, secrets: Secrets, scratch: Scratch, at: datetime) -> Verification:
    """Look at a backup and note beside it what was found. Raises BackupError where nobody could look;
    a damaged backup is an answer, not an error."""
    try:
        await asyncio.to_thread(check_hashes, backup)
        can_open = sealing.can_open(secrets, backup.manifest.seal)
        if can_open:
            async with opened(on, backup, secrets) as folder:
                m = backup.manifest
                await check(folder, m.kind, m.census, m.files, scratch)
                await _check_pieces(folder, backup, secrets)
        found = Verification(at=at, restored=can_open or backup.manifest.checked_at is not None)
    except Damaged as error:
        found = Verification(at=at, restored=True, error=str(error))
    await asyncio.to_thread(disk.write, backup.folder / manifest.VERIFIED, manifest.encoded(found))
    return found


def check_hashes(backup: Backup) -> None:
    """Raises Damaged where a part is missing or differs from the manifest."""
    for part in backup.manifest.parts:
        path = backup.folder / part.name
        if not path.is_file():
            raise Damaged(f"{part.name} is missing.")
        if path.stat().st_size != part.size:
            raise Damaged(f"{part.name} has {path.stat().st_size} bytes instead of {part.size}.")
        if disk.sha256(path) != part.sha256:
            raise Damaged(f"{part.name} has changed since it was made: its hash differs.")


@asynccontextmanager
async def opened(on: Shelf, backup: Backup, secrets: Secrets) -> AsyncIterator[Path]:
    """A scratch folder with the parts of a backup, unsealed; gone at the end of the block."""
    async with on.scratch() as folder:
        fetch = await asyncio.to_thread(fetcher, backup, secrets)
        for part in backup.manifest.parts:
            if part.name != sealing.KEY:
                plain = folder / part.name.removesuffix(sealing.SUFFIX)
                await asyncio.to_thread(fetch, backup.folder / part.name, plain)
        yield folder


def fetcher(backup: Backup, secrets: Secrets) -> Callable[[Path, Path], None]:
    """What copies or unseals a file of a backup into a new one. Raises BackupError without the key."""
    if backup.manifest.seal == "none":
        return disk.copy
    return partial(sealing.unseal, keys=sealing.identities(secrets, backup.folder))


async def check(folder: Path, kind: Kind, promised: Census, packed: int, scratch: Scratch) -> None:
    """Restore the plain parts in `folder` and compare. Raises Damaged, or BackupError where that is not
    possible here. Reads the parts only."""
    if packed:
        await asyncio.to_thread(files.check, folder / files.PART, packed)

    def compare(connection: Connection) -> None:
        census.compare(promised, census.take(connection))
        census.check_heads(connection, folder / census.HEADS)
        census.check_threads(connection)

    if kind == "sqlite":
        await asyncio.to_thread(sqlite.check_integrity, folder / sqlite.PART)
        await asyncio.to_thread(sqlite.look, folder / sqlite.PART, compare)
        return
    if not scratch.url:
        raise BackupError(
            "A PostgreSQL dump is verified on a PostgreSQL server: set FRONTDESK_BACKUP_SCRATCH_URL."
        )
    async with postgresql.scratch(scratch.url) as url:
        await postgresql.restore(url, folder / postgresql.PART, scratch.bin_folder)
        await postgresql.look(url, compare)


async def _check_pieces(folder: Path, backup: Backup, secrets: Secrets) -> None:
    """What was shipped since can be put back, and the threads are whole after it. Changes the copy."""
    shipped = pieces.beside(backup.folder)
    if not shipped:
        return
    copy = folder / sqlite.PART
    fetch = await asyncio.to_thread(fetcher, backup, secrets)
    await asyncio.to_thread(pieces.replay, copy, shipped, fetch)
    await asyncio.to_thread(sqlite.check_integrity, copy)

    def compare(connection: Connection) -> None:
        census.check_heads(connection, folder / census.HEADS, later=True)
        census.check_threads(connection)

    await asyncio.to_thread(sqlite.look, copy, compare)
