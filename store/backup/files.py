"""Attachments: a folder of files, in a backup as one archive."""

import os
import tarfile
from pathlib import Path

from store.backup import disk
from store.backup.errors import BackupError, Damaged, explained

PART = "files.tar"


def pack(folder: Path, to: Path) -> int:
    """Put all files below `folder` into the new archive `to`; how many. One that is removed meanwhile is
    left out: the copy of the database, made before, may still name it."""
    count = 0
    with explained("copying the attachments"), disk.create(to) as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_symlink() or not path.is_file():
                    continue
                try:
                    archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
                except FileNotFoundError:
                    continue
                count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def check(archive: Path, count: int) -> None:
    """Read every file of an archive. Raises Damaged where it is broken or holds another number of them."""
    found = 0
    try:
        with tarfile.open(archive, mode="r:") as opened:
            for member in opened:
                content = opened.extractfile(member)
                if content is None:
                    raise Damaged(f"{archive.name} holds {member.name}, which is no file.")
                left = member.size
                while left and (data := content.read(disk.CHUNK)):
                    left -= len(data)
                if left:
                    raise Damaged(f"{archive.name} breaks off in {member.name}.")
                found += 1
    except tarfile.TarError as error:
        raise Damaged(f"{archive.name} cannot be read: {error}.") from error
    if found != count:
        raise Damaged(f"{archive.name} holds {found} files instead of {count}.")


def unpack(archive: Path, to: Path) -> None:
    """Write an archive's files below the new folder `to`. Names that lead out of it are refused."""
    with explained("restoring the attachments"):
        to.mkdir(parents=True, mode=0o700)
        try:
            with tarfile.open(archive, mode="r:") as opened:
                opened.extractall(to, filter="data")
        except tarfile.TarError as error:
            raise BackupError(f"The attachments cannot be restored: {error}.") from error
