"""Sealing parts with age, and opening them again. Files of any size pass through in pieces.

pyrage's functions for files hold the interpreter's lock for the whole of a file; those for streams let
other threads run between their pieces, so these are used.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from pyrage import x25519

from store.backup import disk
from store.backup.errors import BackupError, Damaged
from store.backup.manifest import Seal

SUFFIX = ".age"
KEY = "key.age"
PASSPHRASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an operator gave: public keys to seal to (`age1…`), the text of an identity file that opens, or
    a passphrase that does both. With all of them empty nothing is sealed."""

    recipients: tuple[str, ...] = ()
    identities: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)

    @property
    def seal(self) -> Seal:
        if self.recipients:
            return "key"
        return "passphrase" if self.passphrase else "none"


def recipients_of(names: Sequence[str]) -> list[x25519.Recipient]:
    """Read public keys. Raises BackupError for one that is none."""
    try:
        return [x25519.Recipient.from_str(name) for name in names]
    except pyrage.RecipientError as error:
        raise BackupError(f"A public key of age begins with age1, and this is none: {error}.") from error


def begin(secrets: Secrets, folder: Path) -> tuple[str, ...]:
    """Whom to seal a backup in `folder` to. With a passphrase that is a key made for this backup, which is
    left there sealed with it."""
    if secrets.seal != "passphrase":
        recipients_of(secrets.recipients)
        return secrets.recipients
    key = x25519.Identity.generate()
    disk.write(folder / KEY, _with_passphrase("encrypt", str(key).encode(), secrets.passphrase))
    return (str(key.to_public()),)


def seal(plain: Path, recipients: Sequence[str]) -> Path:
    """Seal a file, leave the result beside it, on the disk, and remove the plain one."""
    sealed = plain.with_name(plain.name + SUFFIX)
    with plain.open("rb") as reading, disk.create(sealed) as writing:
        pyrage.encrypt_io(reading, writing, recipients_of(recipients))
        writing.flush()
        os.fsync(writing.fileno())
    plain.unlink()
    return sealed


def identities(secrets: Secrets, folder: Path) -> list[x25519.Identity]:
    """What opens the backup in `folder`. Raises BackupError where it is not at hand."""
    if (folder / KEY).exists():
        if not secrets.passphrase:
            raise BackupError("This backup is sealed with a passphrase: set FRONTDESK_BACKUP_PASSPHRASE.")
        text = _with_passphrase("decrypt", (folder / KEY).read_bytes(), secrets.passphrase).decode()
    else:
        text = secrets.identities
    lines = [line.strip() for line in text.splitlines()]
    found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    if not found:
        raise BackupError("This backup is sealed to a public key: set FRONTDESK_BACKUP_IDENTITY_FILE.")
    return found


def can_open(secrets: Secrets, sealed: Seal) -> bool:
    """Whether what opens a backup is at hand; that it is the right key shows only when it is tried."""
    needed = {"none": True, "key": bool(secrets.identities), "passphrase": bool(secrets.passphrase)}
    return needed[sealed]


def unseal(sealed: Path, plain: Path, keys: Sequence[x25519.Identity]) -> None:
    """Open a part into a new file. Raises Damaged where it was changed, or sealed to another key."""
    try:
        with sealed.open("rb") as reading, disk.create(plain) as writing:
            pyrage.decrypt_io(reading, writing, list(keys))
    except pyrage.DecryptError as error:
        raise Damaged(f"{sealed} cannot be opened with this key: {error}.") from error


def _with_passphrase(act: str, data: bytes, passphrase: str) -> bytes:
    """In a process of its own: age hardens a passphrase for a second or more, and holds the interpreter's
    lock meanwhile, which would stop a desk that serves."""
    command = [sys.executable, "-m", "store.backup.passphrase", act]
    given = len(passphrase.encode()).to_bytes(4) + passphrase.encode() + data
    done = subprocess.run(command, input=given, capture_output=True, timeout=PASSPHRASE_SECONDS, check=False)
    if done.returncode != 0:
        raise BackupError(
            "The passphrase does not open this backup."
            if act == "decrypt"
            else f"The key could not be sealed: {done.stderr.decode(errors='replace').strip()}"
        )
    return done.stdout
