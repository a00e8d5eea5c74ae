"""Files that are on the disk when a function returns, and hashes of them."""

import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

CHUNK = 1024 * 1024
PAUSE_SECONDS = 0.002


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_gently(path: Path) -> None:
    """Have a large file that nobody writes on the disk, a mebibyte at a time: all at once it would keep the
    disk from the next commit for as long as it takes. Blocks the thread, and no other: to flush a mapping
    would keep Python's lock meanwhile, so each stretch is written over with itself."""
    descriptor = os.open(path, os.O_RDWR | os.O_DSYNC)
    try:
        offset = 0
        while data := os.pread(descriptor, CHUNK, offset):
            offset += os.pwrite(descriptor, data, offset)
            time.sleep(PAUSE_SECONDS)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all, for its owner only."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def create(path: Path, flags: int = 0) -> BinaryIO:
    """A new file to write, for its owner only. `flags`: as os.open takes them; with O_DSYNC each write is on
    the disk when it returns, so that others have their turn in between. Raises FileExistsError."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | flags, 0o600), "wb")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file or folder, which ends with the process at the latest. Raises BlockingIOError
    where somebody else holds it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def copy(source: Path, to: Path) -> None:
    """Copy the content of a file into a new one, and sync it."""
    with source.open("rb") as reading, create(to) as writing:
        shutil.copyfileobj(reading, writing, CHUNK)
    sync_gently(to)


def sha256(path: Path) -> str:
    """The hash of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
