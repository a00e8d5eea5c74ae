"""Making a backup, whole or not at all."""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from store.backup import disk, files, manifest, sealing, shelf, verifying
from store.backup.errors import explained
from store.backup.manifest import Manifest, Part
from store.backup.sealing import Secrets
from store.backup.shelf import Backup, Shelf
from store.backup.sources import Source
from store.backup.verifying import Scratch

SECRET = "secret"


class Beside(Struct, frozen=True):
    """What lies beside the database and goes with it, where it is there: the folder of attachments, and the
    file with the desk's own secret (None where it comes from the environment, and is not ours to keep)."""

    files: Path | None = None
    secret: Path | None = None


class Made(Struct, frozen=True):
    """A new backup, and whom it is sealed to."""

    backup: Backup
    recipients: tuple[str, ...]


async def make(
    on: Shelf,
    source: Source,
    beside: Beside,
    secrets: Secrets,
    scratch: Scratch,
    now: Callable[[], datetime],
) -> Made:
    """Make a backup on a shelf. Raises BackupError, with nothing kept.

    The database is copied first, so that every attachment that it names was there to be copied. What will
    be sealed beyond our own reach is restored and compared before that, in `scratch`.
    """
    began_at = now()
    async with on.draft(began_at) as draft:
        recipients = await asyncio.to_thread(sealing.begin, secrets, draft)
        found = await source.copy(draft)
        packed = await asyncio.to_thread(_pack, beside, draft)
        checked_at = None
        if recipients and not sealing.can_open(secrets, secrets.seal):
            await verifying.check(draft, source.kind, found, packed, scratch)
            checked_at = now()
        parts = await asyncio.to_thread(_parts, draft, recipients)
        made = Manifest(
            format=manifest.FORMAT,
            kind=source.kind,
            began_at=began_at,
            made_at=now(),
            host=socket.gethostname(),
            census=found,
            parts=parts,
            files=packed,
            seal=secrets.seal,
            recipients=list(recipients),
            checked_at=checked_at,
        )
        with explained("writing the manifest"):
            await asyncio.to_thread(disk.write, draft / manifest.FILE, manifest.encoded(made))
        name = draft.name.removeprefix(shelf.DRAFT)
    return Made(shelf.read(on.folder / name), recipients)


def _pack(beside: Beside, draft: Path) -> int:
    packed = 0
    if beside.files is not None and beside.files.is_dir():
        packed = files.pack(beside.files, draft / files.PART)
    if beside.secret is not None and beside.secret.is_file():
        with explained("copying the secret"):
            disk.copy(beside.secret, draft / SECRET)
    return packed


def _parts(draft: Path, recipients: tuple[str, ...]) -> list[Part]:
    """Seal what is there, if it is to be, and list it."""
    found = []
    with explained("sealing the backup"):
        for path in sorted(draft.iterdir()):
            if recipients and path.name != sealing.KEY:
                path = sealing.seal(path, recipients)
            found.append(Part(name=path.name, size=path.stat().st_size, sha256=disk.sha256(path)))
    return found
