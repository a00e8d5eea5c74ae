"""A restore puts back all of it, and harms nothing that is there."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from store import desk as desks
from store import migrate, staff_sessions
from store.backup import restoring
from store.backup.errors import BackupError
from store.backup.making import Beside
from store.backup.restoring import Goal, Occupied, Restored
from store.backup.sealing import Secrets
from store.backup.shelf import Backup
from store.database import Database
from tests.fixtures.database import created
from tests.store.backup.desks import Place, now, rows, sqlite_url, writing
from tests.store.seeds import START, Seeded, later

SETTLED = {"desk", "staff_session", "job"}


async def filled(desk: Seeded) -> None:
    """Something in most tables: threads, a sign-in, a ticket that was rolled back."""
    async with writing(desk, 3) as writers:
        await writers.reached(30)
    async with desk.database.begin() as tx:
        await staff_sessions.create(tx, desk.ada.id, "hash", later(10**9), "browser", START)


async def restored(
    place: Place, backup: Backup, url: str, *, replace: bool = False, beside: Beside | None = None
) -> Restored:
    goal = Goal(url=url, beside=beside or Beside(), replace=replace)
    return await restoring.restore(place.shelf, backup, goal, Secrets(), place.scratch, now)


async def test_every_row_is_back_and_the_desk_is_settled(desk: Seeded, place: Place) -> None:
    """Over the desk itself, which lost everything meanwhile; routing will be rebuilt, staff sign in again."""
    await filled(desk)
    backup = (await place.make()).backup
    before = await rows(place.url)
    async with desk.database.begin() as tx:
        await tx.execute(text("UPDATE entry SET body = 'gone'"))
        for _ in range(50):
            await desks.raise_generation(tx)
    await desk.database.close()
    done = await restored(place, backup, place.url, replace=True)
    after = await rows(place.url)
    for name in before.keys() - SETTLED:
        assert after[name] == before[name], name
    assert done.sessions == 1
    assert after["staff_session"][0]["revoked_at"] is not None
    # Beyond the desk that was replaced, too: its Redis is still there.
    assert after["desk"][0]["generation"] >= 1050
    assert await migrate.differences(place.url) == []


async def test_a_desk_is_not_replaced_unless_told(desk: Seeded, place: Place) -> None:
    """And it stays as it is."""
    await filled(desk)
    backup = (await place.make()).backup
    await desk.database.close()
    before = await rows(place.url)
    with pytest.raises(Occupied, match="--yes"):
        await restored(place, backup, place.url)
    assert await rows(place.url) == before


async def test_a_running_desk_is_not_replaced_at_all(desk: Seeded, place: Place) -> None:
    """Its processes would write into what is no longer there."""
    await filled(desk)
    backup = (await place.make()).backup
    async with desk.database.read() as tx:
        await desks.get(tx)
        with pytest.raises(BackupError, match="Stop it first"):
            await restored(place, backup, place.url, replace=True)


async def test_a_damaged_backup_replaces_nothing(desk: Seeded, place: Place) -> None:
    """Whatever is wrong is found before the old desk is touched."""
    await filled(desk)
    backup = (await place.make()).backup
    await desk.database.close()
    before = await rows(place.url)
    path = next(backup.folder.glob("database.*"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BackupError):
        await restored(place, backup, place.url, replace=True)
    assert await rows(place.url) == before


@pytest.mark.parametrize("database_engine", ["postgresql"])
async def test_a_dump_that_breaks_off_leaves_the_database_as_it_was(
    desk: Seeded, place: Place, tmp_path: Path
) -> None:
    """psql commits nothing that it was not told to, even after the old tables were dropped."""
    from store.backup import postgresql

    await filled(desk)
    backup = (await place.make()).backup
    await desk.database.close()
    before = await rows(place.url)
    broken = tmp_path / "broken.dump"
    whole = (backup.folder / postgresql.PART).read_bytes()
    for part in range(1, 16):
        broken.write_bytes(whole[: len(whole) * part // 16])
        with pytest.raises(BackupError):
            await postgresql.restore(place.url, broken, place.bin_folder)
        assert await rows(place.url) == before


async def test_the_old_file_is_kept(sqlite_place: tuple[Seeded, Place]) -> None:
    """With what its log held."""
    desk, place = sqlite_place
    await filled(desk)
    backup = (await place.make()).backup
    await desk.conversation()
    await desk.database.close()
    before = await rows(place.url)
    [kept] = (await restored(place, backup, place.url, replace=True)).kept
    assert await rows(f"sqlite:///{kept}") == before


async def test_attachments_and_secret_are_back(sqlite_place: tuple[Seeded, Place], tmp_path: Path) -> None:
    """The old ones are put aside; tokens and status links that customers hold stay good."""
    _, place = sqlite_place
    files, secret = tmp_path / "files", tmp_path / "secret"
    (files / "ab").mkdir(parents=True)
    (files / "ab" / "picture").write_bytes(b"picture")
    secret.write_text("s" * 40)
    place.beside = Beside(files=files, secret=secret)
    backup = (await place.make()).backup
    goal = Beside(files=tmp_path / "new" / "files", secret=tmp_path / "new" / "secret")
    (tmp_path / "new" / "files").mkdir(parents=True)
    (tmp_path / "new" / "files" / "mine").write_bytes(b"mine")
    (tmp_path / "new" / "secret").write_text("t" * 40)
    done = await restored(place, backup, sqlite_url(tmp_path / "new"), beside=goal)
    assert goal.files is not None
    assert goal.secret is not None
    assert (goal.files / "ab" / "picture").read_bytes() == b"picture"
    assert goal.secret.read_text() == "s" * 40
    assert goal.secret.stat().st_mode & 0o077 == 0
    assert {path.name.split(".")[0] for path in done.kept} == {"files", "secret"}
    assert (next(path for path in done.kept if path.is_dir()) / "mine").read_bytes() == b"mine"


async def test_a_desk_goes_from_one_kind_of_database_to_the_other(
    desk: Seeded, place: Place, other: Path, request: pytest.FixtureRequest
) -> None:
    """Row by row, times and JSON included; numbers go on where they were; search finds what was said."""
    await filled(desk)
    backup = (await place.make()).backup
    before = await rows(place.url)
    if backup.manifest.kind == "postgresql":
        await _crossed(desk, place, backup, before, sqlite_url(other))
        return
    place.bin_folder = str(request.getfixturevalue("postgresql_bin"))
    async for url in created(request.getfixturevalue("postgresql")):
        await _crossed(desk, place, backup, before, url)


async def _crossed(desk: Seeded, place: Place, backup: Backup, before: dict[str, Any], url: str) -> None:
    await restored(place, backup, url)
    after = await rows(url)
    for name in before.keys() - SETTLED:
        assert after[name] == before[name], name
    there = Seeded(
        **{**{n: getattr(desk, n) for n in desk.__struct_fields__}, "database": await Database.open(url)}
    )
    made = await there.conversation()
    assert made.number == max(row["number"] for row in before["ticket"]) + 1
    await there.database.close()
    with pytest.raises(Occupied, match="empty"):
        await restored(place, backup, url, replace=True)


async def test_a_backup_of_a_later_version_is_refused(
    sqlite_place: tuple[Seeded, Place], tmp_path: Path
) -> None:
    """Before anything is touched: this program cannot know what its tables mean."""
    desk, place = sqlite_place
    async with desk.database.begin() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup = (await place.make()).backup
    with pytest.raises(BackupError, match="9999"):
        await restored(place, backup, sqlite_url(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


async def test_a_backup_of_an_older_version_is_migrated(tmp_path: Path) -> None:
    """A restore ends with a desk that this program can serve."""
    from store import migrating
    from store.backup.shelf import Shelf

    url = sqlite_url(tmp_path)
    await migrate._run(url, lambda connection: migrating.upgrade(connection, "0001"))
    place = Place(url=url, bin_folder="", shelf=Shelf(tmp_path / "shelf"))
    backup = (await place.make()).backup
    assert backup.manifest.census.schema == "0001"
    (tmp_path / "new").mkdir()
    await restored(place, backup, sqlite_url(tmp_path / "new"))
    assert await migrate.pending(sqlite_url(tmp_path / "new")) == []


async def test_a_database_restored_by_other_means_is_settled(desk: Seeded, place: Place) -> None:
    """After a point-in-time recovery of PostgreSQL, or a file copied by hand."""
    await filled(desk)
    assert await restoring.settle(place.url, now()) == 1
    async with desk.database.read() as tx:
        assert (await desks.get(tx)).generation >= 1000
        assert await staff_sessions.active_of(tx, desk.ada.id, now()) == []
