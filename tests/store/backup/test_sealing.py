"""Backups that only who holds the key can read."""

from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from store.backup import restoring, verifying
from store.backup.errors import BackupError
from store.backup.making import Beside
from store.backup.restoring import Goal
from store.backup.sealing import Secrets
from tests.store.backup.desks import Place, now, said, sqlite_url, writing
from tests.store.seeds import Seeded


@pytest.fixture
def key() -> x25519.Identity:
    return x25519.Identity.generate()


async def test_a_sealed_backup_shows_nothing_and_is_restored_with_the_key(
    sqlite_place: tuple[Seeded, Place], key: x25519.Identity, tmp_path: Path
) -> None:
    """The machine that makes it has the public key only."""
    desk, place = sqlite_place
    async with writing(desk, 1) as writers:
        await writers.reached(50)
    backup = (await place.make(Secrets(recipients=(str(key.to_public()),)))).backup
    assert all(part.name.endswith(".age") for part in backup.manifest.parts)
    for path in backup.folder.iterdir():
        assert path.name == "manifest.json" or b"message 1" not in path.read_bytes()
    with pytest.raises(BackupError, match="FRONTDESK_BACKUP_IDENTITY_FILE"):
        await _restored(place, backup.name, tmp_path, Secrets())
    other = Secrets(identities=str(x25519.Identity.generate()))
    with pytest.raises(BackupError, match="this key"):
        await _restored(place, backup.name, tmp_path, other)
    restored = await _restored(place, backup.name, tmp_path, Secrets(identities=f"# a comment\n{key}\n"))
    assert restored == writers.acked


async def test_what_only_a_distant_key_opens_was_restored_before_it_was_sealed(
    desk: Seeded, place: Place, key: x25519.Identity
) -> None:
    """Later only its hashes can be looked at here; where the key is, it is restored again."""
    backup = (await place.make(Secrets(recipients=(str(key.to_public()),)))).backup
    assert backup.manifest.checked_at is not None
    found = await verifying.verify(place.shelf, backup, Secrets(), place.scratch, now())
    assert (found.restored, found.error) == (True, "")
    with_key = Secrets(identities=str(key))
    found = await verifying.verify(place.shelf, backup, with_key, place.scratch, now())
    assert (found.restored, found.error) == (True, "")


async def test_a_passphrase_seals_and_opens(sqlite_place: tuple[Seeded, Place], tmp_path: Path) -> None:
    """Each backup gets a key of its own, sealed with the passphrase; the tool age opens both."""
    desk, place = sqlite_place
    await desk.conversation()
    backup = (await place.make(Secrets(passphrase="correct horse"))).backup
    found = await verifying.verify(
        place.shelf, backup, Secrets(passphrase="correct horse"), place.scratch, now()
    )
    assert (found.restored, found.error) == (True, "")
    with pytest.raises(BackupError, match="passphrase does not open"):
        await _restored(place, backup.name, tmp_path, Secrets(passphrase="wrong"))
    text = pyrage.passphrase.decrypt((backup.folder / "key.age").read_bytes(), "correct horse").decode()
    heads = pyrage.decrypt((backup.folder / "heads.jsonl.age").read_bytes(), [x25519.Identity.from_str(text)])
    assert heads.count(b"\n") == 1


async def test_a_key_that_is_none_is_refused_before_anything_is_made(
    sqlite_place: tuple[Seeded, Place],
) -> None:
    """And nothing stays on the shelf unsealed."""
    _, place = sqlite_place
    with pytest.raises(BackupError, match="age1"):
        await place.make(Secrets(recipients=("age1nonsense",)))
    assert list(place.shelf.folder.iterdir()) == []


def test_secrets_are_not_shown() -> None:
    """Not in a log, not in a traceback."""
    shown = repr(Secrets(recipients=("age1x",), identities="AGE-SECRET-KEY-1", passphrase="hush"))
    assert "hush" not in shown
    assert "AGE-SECRET" not in shown


async def _restored(place: Place, name: str, folder: Path, secrets: Secrets) -> dict[tuple[str, int], str]:
    url = sqlite_url(folder / "restored")
    goal = Goal(url=url, beside=Beside())
    await restoring.restore(place.shelf, place.shelf.find(name), goal, secrets, place.scratch, now)
    return await said(url)
