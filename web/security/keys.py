"""The desk's own secret, which signs visitor tokens and status links."""

import os
import secrets
from pathlib import Path
from typing import Final

MIN_LENGTH: Final = 32
FILE_NAME: Final = "secret"


class WeakSecret(ValueError):
    """The configured secret is too short to sign anything with."""


def load(configured: str, directory: Path) -> bytes:
    """Return the secret: the configured one, else the one kept in `directory`, made on first use.

    Arguments: `configured`, from the environment, or empty; `directory`, the data folder.
    Raises `WeakSecret` for one of less than 32 characters, `OSError` where the folder cannot be written.
    """
    if configured:
        return _checked(configured.encode(), "FRONTDESK_SECRET")
    path = directory / FILE_NAME
    if not path.exists():
        _make(path)
    return _checked(path.read_bytes().strip(), str(path))


def _checked(secret: bytes, source: str) -> bytes:
    if len(secret) < MIN_LENGTH:
        raise WeakSecret(
            f"{source} holds less than {MIN_LENGTH} characters: make a longer one and start again."
        )
    return secret


def _make(path: Path) -> None:
    """Write a new secret whole or not at all: a process that starts beside us never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first; its secret holds
    finally:
        draft.unlink()
