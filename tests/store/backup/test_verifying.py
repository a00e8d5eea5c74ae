"""A verification finds what is wrong with a backup, wherever it is."""

import sqlite3
from pathlib import Path

import pytest

from store.backup import disk, manifest, verifying
from store.backup.errors import BackupError
from store.backup.manifest import Part, Verification
from store.backup.sealing import Secrets
from store.backup.shelf import Backup, read
from store.backup.verifying import Scratch
from tests.store.backup.desks import Place, now, writing
from tests.store.seeds import Seeded


async def looked_at(place: Place, backup: Backup, secrets: Secrets | None = None) -> Verification:
    return await verifying.verify(
        place.shelf, read(backup.folder), secrets or Secrets(), place.scratch, now()
    )


async def made(desk: Seeded, place: Place) -> Backup:
    async with writing(desk, conversations=2) as writers:
        await writers.reached(50)
    return (await place.make()).backup


def signed(backup: Backup, name: str) -> None:
    """Bring the manifest in line with a part that was changed, so that only its content can tell."""
    path = backup.folder / name
    parts = [
        Part(name=name, size=path.stat().st_size, sha256=disk.sha256(path)) if part.name == name else part
        for part in backup.manifest.parts
    ]
    changed = manifest.Manifest(
        **{**{n: getattr(backup.manifest, n) for n in backup.manifest.__struct_fields__}, "parts": parts}
    )
    disk.write(backup.folder / manifest.FILE, manifest.encoded(changed))


async def test_a_whole_backup_is_noted_as_verified(desk: Seeded, place: Place) -> None:
    """Beside it, for whoever looks at the shelf."""
    backup = await made(desk, place)
    assert not backup.verified
    assert (await looked_at(place, backup)).error == ""
    assert place.shelf.backups()[0].verified


async def test_a_changed_byte_in_any_part_is_found(desk: Seeded, place: Place) -> None:
    """By its hash, and put right again all is well."""
    backup = await made(desk, place)
    for part in backup.manifest.parts:
        path = backup.folder / part.name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert part.name in (await looked_at(place, backup)).error
        path.unlink()
        assert "missing" in (await looked_at(place, backup)).error
        path.write_bytes(whole)
    assert (await looked_at(place, backup)).error == ""


async def test_a_dump_or_file_that_breaks_off_is_found(desk: Seeded, place: Place) -> None:
    """Even where the manifest agrees with it: the restore itself tells."""
    backup = await made(desk, place)
    name = next(part.name for part in backup.manifest.parts if part.name.startswith("database"))
    path = backup.folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    signed(backup, name)
    assert (await looked_at(place, backup)).error != ""


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM entry WHERE seq = 3", "Rows differ"),
        ("UPDATE conversation SET public_head = public_head - 1", "does not stand"),
        ("UPDATE entry SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM entry)", "gaps"),
        ("UPDATE alembic_version SET version_num = '0001'", "schema"),
    ],
)
async def test_content_that_differs_is_found(
    statement: str, words: str, sqlite_place: tuple[Seeded, Place]
) -> None:
    """Rows, heads, gaps and schema, each in a copy that SQLite and the hashes find in order."""
    desk, place = sqlite_place
    backup = await made(desk, place)
    connection = sqlite3.connect(backup.folder / "database.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()
    signed(backup, "database.sqlite")
    assert words in (await looked_at(place, backup)).error


@pytest.mark.parametrize("database_engine", ["postgresql"])
async def test_a_dump_without_a_scratch_server_is_not_called_verified(desk: Seeded, place: Place) -> None:
    """Nobody could look: that is neither good nor damaged."""
    backup = await made(desk, place)
    with pytest.raises(BackupError, match="FRONTDESK_BACKUP_SCRATCH_URL"):
        await verifying.verify(place.shelf, backup, Secrets(), Scratch(), now())
    assert not place.shelf.backups()[0].verified


async def test_a_manifest_cannot_lead_out_of_its_folder(desk: Seeded, place: Place, tmp_path: Path) -> None:
    """A part is a name, never a path."""
    backup = await made(desk, place)
    path = backup.folder / manifest.FILE
    path.write_text(path.read_text().replace('"heads.jsonl"', '"../heads.jsonl"'))
    assert place.shelf.backups() == []
    with pytest.raises(BackupError, match="outside"):
        place.shelf.find(backup.name)
