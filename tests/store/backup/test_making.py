"""Backups made while the desk is written to, and those that could not be made."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from store.backup import making, restoring, verifying
from store.backup.errors import Away, BackupError
from store.backup.making import Beside
from store.backup.manifest import Census
from store.backup.restoring import Goal
from store.backup.sealing import Secrets
from store.backup.shelf import Shelf
from store.backup.sources import SqliteSource
from store.migrate import migrate
from tests.fixtures.database import created
from tests.store.backup.desks import Place, now, said, sqlite_url, writing
from tests.store.seeds import Seeded

OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
WAITING = f"SELECT count(*) {OTHERS} AND wait_event_type = 'Lock'"
ENDED = f"SELECT pg_terminate_backend(pid) {OTHERS}"


async def test_a_backup_made_under_load_holds_what_was_acknowledged_before(
    desk: Seeded, place: Place, other: Path, request: pytest.FixtureRequest
) -> None:
    """Restored elsewhere, each thread is compared message by message with what clients had been told."""
    async with writing(desk) as writers:
        await writers.reached(2000)
        before = dict(writers.acked)
        backup = (await place.make()).backup
        await writers.reached(100)
        during = dict(writers.acked)
    found = await verifying.verify(place.shelf, backup, Secrets(), place.scratch, now())
    assert found.error == ""
    assert found.restored
    if backup.manifest.kind == "sqlite":
        restored = await _restored(place, backup.name, sqlite_url(other))
    else:
        async for url in created(request.getfixturevalue("postgresql")):
            restored = await _restored(place, backup.name, url)
    assert before.items() <= restored.items()
    # What is beyond came while it was made, as it was said and without a hole; not all of it can be there.
    assert {key: body for key, body in restored.items() if key in during}.items() <= during.items()
    for conversation_id, seq in restored:
        assert seq == 1 or (conversation_id, seq - 1) in restored


async def _restored(place: Place, name: str, url: str) -> dict[tuple[str, int], str]:
    goal = Goal(url=url, beside=Beside())
    await restoring.restore(place.shelf, place.shelf.find(name), goal, Secrets(), place.scratch, now)
    return await said(url)


async def test_the_manifest_tells_what_is_in_it(desk: Seeded, place: Place, tmp_path: Path) -> None:
    """Rows, schema, sizes, attachments and the secret."""
    await desk.conversation()
    files = tmp_path / "files"
    (files / "ab").mkdir(parents=True)
    (files / "ab" / "picture").write_bytes(b"\x00\x01" * 5000)
    secret = tmp_path / "secret"
    secret.write_text("s" * 40)
    place.beside = Beside(files=files, secret=secret)
    manifest = (await place.make()).backup.manifest
    assert manifest.census.tables["conversation"] == 1
    assert manifest.census.tables["staff"] == 2
    assert manifest.files == 1
    names = {part.name for part in manifest.parts}
    assert names >= {"heads.jsonl", "files.tar", "secret"}
    assert all(part.size and len(part.sha256) == 64 for part in manifest.parts)
    assert "s" * 40 not in (place.shelf.backups()[0].folder / "manifest.json").read_text()


async def test_half_a_backup_never_looks_like_one(desk: Seeded, place: Place) -> None:
    """Whatever breaks off leaves nothing on the shelf; a draft that a killed process left is no backup."""

    class Breaking(SqliteSource):
        async def copy(self, folder: Path) -> Census:
            (folder / "database.sqlite").write_bytes(b"half")
            raise BackupError("broken off")

    with pytest.raises(BackupError, match="broken off"):
        await making.make(place.shelf, Breaking("sqlite:///x"), place.beside, Secrets(), place.scratch, now)
    assert list(place.shelf.folder.iterdir()) == []
    (place.shelf.folder / ".draft-20260101T000000Z-0000").mkdir()
    assert place.shelf.names() == []
    place.shelf.clear()
    assert list(place.shelf.folder.iterdir()) == []


async def test_a_database_that_is_away_is_told(place: Place, tmp_path: Path) -> None:
    """With nothing kept."""
    away = "postgresql://desk:hush@127.0.0.1:1/desk"
    gone = Place(
        url=away if place.bin_folder else sqlite_url(tmp_path / "nowhere"),
        bin_folder=place.bin_folder,
        shelf=Shelf(tmp_path / "empty"),
    )
    with pytest.raises(BackupError) as caught:
        await gone.make()
    assert "hush" not in str(caught.value)
    assert gone.shelf.backups() == []


async def test_a_server_that_ends_meanwhile_is_no_fault_of_the_backup(
    postgresql_url: str, postgresql_bin: str, tmp_path: Path
) -> None:
    """Its programs say in many words that they were cut off; it is only to be tried again."""
    await migrate(postgresql_url)
    place = Place(url=postgresql_url, bin_folder=postgresql_bin, shelf=Shelf(tmp_path / "shelf"))
    connection = await asyncpg.connect(postgresql_url)
    try:
        async with connection.transaction():
            # The dump waits here, so that it is surely under way.
            await connection.execute("LOCK TABLE entry")
            making = asyncio.create_task(place.make())
            while not await connection.fetchval(WAITING):
                await connection.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
            await connection.execute(ENDED)
            with pytest.raises(Away):
                await making
    finally:
        await connection.close()
    assert place.shelf.backups() == []


async def test_missing_programs_are_told_with_what_to_do(postgresql_url: str, tmp_path: Path) -> None:
    """A web machine need not have PostgreSQL's programs; who makes backups does."""
    gone = Place(url=postgresql_url, bin_folder=str(tmp_path), shelf=Shelf(tmp_path / "empty"))
    with pytest.raises(BackupError, match="FRONTDESK_POSTGRESQL_BIN"):
        await gone.make()
