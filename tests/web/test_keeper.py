"""Backups that keep themselves."""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import backups as records
from store import jobs, teams
from store.backup import pieces, restoring
from store.backup.errors import Away, BackupError
from store.backup.making import Beside
from store.backup.restoring import Goal
from store.backup.shelf import Shelf, reach
from store.database import Database
from store.migrate import migrate
from web import backup_watch, backups
from web import keeper as module
from web.backup_watch import Watch
from web.backups import Plan
from web.keeper import BACKUP, MUCH_FRAMES, Keeper
from web.metrics import Metrics
from web.settings import Settings


class Desk:
    """A database, its plan, and a clock that is moved by hand."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.plan: Plan = backups.plan(settings)
        self.database = database
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def keeper(self) -> Keeper:
        return Keeper(self.plan, self.database, self.now, Metrics())

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    async def say(self, name: str) -> None:
        """Commit something that a restore can be asked for."""
        async with self.database.begin() as tx:
            await teams.add(tx, name=name)

    async def records(self) -> list[records.Record]:
        async with self.database.read() as tx:
            return await records.recent(tx)

    async def outlook(self) -> backup_watch.Outlook:
        return await backup_watch.look(self.plan, self.database, self.at)

    async def restored(self, folder: Path) -> set[str]:
        """The teams in the latest backup, restored elsewhere."""
        goal = Goal(url=f"sqlite:///{folder / 'restored.db'}", beside=Beside())
        backup = self.plan.shelf.latest()
        await restoring.restore(self.plan.shelf, backup, goal, self.plan.secrets, self.plan.scratch, self.now)
        database = await Database.open(goal.url)
        async with database.read() as tx:
            found = {team.name for team in await teams.list_all(tx)}
        await database.close()
        return found


async def opened(tmp_path: Path, url: str, **settings: object) -> Desk:
    await migrate(url)
    made = Settings(data=tmp_path / "data").changed(database_url=url, **settings)
    return Desk(made, await Database.open(url))


@pytest.fixture
async def desk(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Desk]:
    made = await opened(tmp_path, sqlite_url)
    yield made
    await made.database.close()


async def test_what_is_committed_between_backups_is_restored(desk: Desk, tmp_path: Path) -> None:
    """The first pass makes a backup, each later one brings it what came since."""
    keeper = desk.keeper()
    await desk.say("before")
    assert await keeper.make_due()
    await desk.say("between")
    assert await keeper.ship() > 0
    shipped_at = desk.at
    await desk.say("lost")
    await desk.database.close()
    assert await desk.restored(tmp_path) == {"before", "between"}
    assert abs(reach(desk.plan.shelf.latest()) - shipped_at) < timedelta(seconds=1)
    assert desk.plan.shelf.latest().verified
    await keeper.close()


async def test_little_is_shipped_in_its_time_and_much_at_once(desk: Desk) -> None:
    """Much in one piece would keep the disk from those who write."""
    keeper = desk.keeper()
    await keeper.make_due()
    await keeper.ship_due()
    await desk.say("little")
    assert await keeper.ship_due() == 0
    desk.later(seconds=desk.plan.ship_seconds)
    assert await keeper.ship_due() > 0
    async with desk.database.begin() as tx:
        await tx.execute(text("CREATE TABLE much AS SELECT zeroblob(5000000)"))
    assert await keeper.ship_due() > MUCH_FRAMES
    await keeper.close()


async def test_a_long_chain_is_begun_anew_but_seldom(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """To copy again and again amid a rush would slow it down."""
    monkeypatch.setattr(module, "MUCH_SHIPPED", 1_000_000)
    keeper = desk.keeper()
    await keeper.make_due()
    await _shipped_much(desk, keeper)
    assert not await keeper.make_due()
    desk.later(hours=1)
    assert await keeper.make_due()
    desk.later(hours=1)
    assert not await keeper.make_due()
    await keeper.close()


async def test_a_chain_that_fills_the_disk_is_begun_anew_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was shipped before goes with the second copy after it."""
    monkeypatch.setattr(module, "MUCH_SHIPPED", 1_000_000)
    monkeypatch.setattr(module, "OF_WHAT_IS_FREE", 0.0)
    keeper = desk.keeper()
    await keeper.make_due()
    assert not await keeper.make_due()
    await _shipped_much(desk, keeper)
    assert await keeper.make_due()
    await keeper.close()


async def _shipped_much(desk: Desk, keeper: Keeper) -> None:
    """More than twice what the database takes."""
    for _ in range(3):
        async with desk.database.begin() as tx:
            await tx.execute(text("CREATE TABLE much AS SELECT zeroblob(5000000)"))
        assert await keeper.ship()
        async with desk.database.begin() as tx:
            await tx.execute(text("DROP TABLE much"))


async def test_a_chain_that_broke_is_mended_by_a_new_backup(desk: Desk, tmp_path: Path) -> None:
    """At the next pass, with all that was committed meanwhile."""
    keeper = desk.keeper()
    await keeper.make_due()
    await desk.say("before")
    await desk.database.close()
    path = tmp_path / "desk.db"
    shutil.copy(path, tmp_path / "copy.db")
    os.replace(tmp_path / "copy.db", path)
    assert await keeper.ship() == 0
    assert await keeper.make_due()
    await desk.say("after")
    assert await keeper.ship() > 0
    await keeper.close()
    await desk.database.close()
    assert await desk.restored(tmp_path) == {"before", "after"}


async def test_the_backup_that_is_shipped_to_is_not_pruned(desk: Desk) -> None:
    """Though the rule would rather keep the later one, which somebody made by hand."""
    desk.plan = backups.plan(desk.settings.changed(backup_keep="1d"))
    keeper = desk.keeper()
    await keeper.make_due()
    chain = desk.plan.shelf.names()
    for hours in (2, 4):

        def later(hours: int = hours) -> datetime:
            return desk.now() + timedelta(hours=hours)

        made = await backups.make(desk.plan, desk.database, later)
        await backups.verify(desk.plan, desk.database, made.backup, later)
    await backups.prune(desk.plan, desk.database, desk.now)
    assert set(desk.plan.shelf.names()) == {*chain, made.backup.name}
    await keeper.close()


async def test_the_end_of_the_desk_ships_once_more(desk: Desk, tmp_path: Path) -> None:
    """A restart for an update loses nothing."""
    keeper = desk.keeper()
    await keeper.make_due()
    await desk.say("last words")
    await keeper.close()
    await desk.database.close()
    assert await desk.restored(tmp_path) == {"last words"}


async def test_a_backup_is_made_verified_and_noted_when_it_is_due(
    tmp_path: Path, database_url: str, request: pytest.FixtureRequest
) -> None:
    """On both databases: at once, then once an interval, and admins can see it."""
    folder = "" if database_url.startswith("sqlite") else str(request.getfixturevalue("postgresql_bin"))
    desk = await opened(tmp_path, database_url, postgresql_bin=folder)
    keeper = desk.keeper()
    assert (await desk.outlook()).state == "due"
    assert await keeper.make_due()
    assert not await keeper.make_due()
    assert (await desk.outlook()).state == "good"
    desk.later(hours=25)
    assert await keeper.make_due()
    made = await desk.records()
    assert len(made) == 2
    assert all(one.verified_at and not one.finding and one.size for one in made)
    await keeper.close()
    await desk.database.close()


async def test_of_several_workers_one_makes_it(
    tmp_path: Path, postgresql_url: str, postgresql_bin: str
) -> None:
    """Whoever claims the job; the others find nothing to do."""
    desk = await opened(tmp_path, postgresql_url, postgresql_bin=postgresql_bin)

    async def claim(tx: AsyncConnection) -> None:
        await jobs.ensure(tx, BACKUP, "desk", desk.at)
        await jobs.claim(tx, [BACKUP], desk.at, 300)

    await desk.database.transact(claim)
    keeper = desk.keeper()
    assert not await keeper.make_due()
    desk.later(seconds=301)
    assert await keeper.make_due()
    await keeper.close()
    await desk.database.close()


async def test_of_several_processes_on_sqlite_one_keeps_the_shelf(desk: Desk) -> None:
    """And when it ends, another takes it over."""
    first, second = desk.keeper(), desk.keeper()
    assert await first.make_due()
    assert not await second.make_due()
    await first.close()
    assert await second.make_due()
    await second.close()


async def test_a_failure_is_noted_and_the_next_try_waits(desk: Desk) -> None:
    """A key that is none: nothing can be made, and not every 20 seconds."""
    desk.plan = backups.plan(desk.settings.changed(backup_recipients="age1nonsense"))
    keeper = desk.keeper()
    with pytest.raises(BackupError):
        await keeper.make_due()
    assert not await keeper.make_due()
    desk.later(minutes=2)
    with pytest.raises(BackupError):
        await keeper.make_due()
    noted = await desk.records()
    assert [one.name for one in noted] == ["", ""]
    assert all("age1" in one.error for one in noted)
    desk.later(hours=37)
    assert (await desk.outlook()).state == "late"
    await keeper.close()


async def test_a_database_in_use_is_no_failure_and_the_next_pass_makes_it(desk: Desk) -> None:
    """Somebody held the write lock for longer than we wait: nothing is wrong, and what is shipped goes on."""
    keeper = desk.keeper()
    await keeper.make_due()
    desk.later(hours=25)
    async with desk.database.begin() as tx:
        await teams.add(tx, name="held")
        with pytest.raises(Away):
            await keeper.make_due()
    await desk.say("after")
    assert await keeper.ship()
    assert await keeper.make_due()
    assert [one.error for one in await desk.records()] == ["", ""]
    await keeper.close()


async def test_staff_are_warned_when_the_last_verified_backup_is_old(desk: Desk) -> None:
    """In words, and in a number for whoever watches the service."""
    keeper, metrics = desk.keeper(), Metrics()
    watch = Watch(desk.plan, desk.database, desk.now, metrics)
    await keeper.make_due()
    await keeper.ship()
    assert (await watch.watch()).state == "good"
    assert b"frontdesk_backup_late 0.0" in metrics.page()
    desk.later(minutes=5)
    assert "copying has stopped" in (await watch.watch()).text
    await keeper.ship()
    assert (await watch.watch()).state == "good"
    desk.later(hours=37)
    found = await watch.watch()
    assert (found.state, "36 hours" in found.text) == ("late", True)
    assert b"frontdesk_backup_late 1.0" in metrics.page()
    await keeper.close()


async def test_damage_takes_a_backup_out_of_the_count(desk: Desk) -> None:
    """The one before counts again."""
    keeper = desk.keeper()
    await keeper.make_due()
    good = (await desk.outlook()).verified_at
    desk.later(hours=25)
    await keeper.make_due()
    await keeper.close()
    last = desk.plan.shelf.latest()
    (last.folder / "heads.jsonl").write_bytes(b"changed")
    await backups.verify(desk.plan, desk.database, last, desk.now)
    assert (await desk.outlook()).verified_at == good


async def test_what_was_shipped_is_kept_for_the_last_two_backups(desk: Desk) -> None:
    """The backups themselves stay as long as the rule says."""
    keeper = desk.keeper()
    for _ in range(4):
        assert await keeper.make_due()
        await desk.say(f"at {desk.at}")
        await keeper.ship()
        desk.later(hours=25)
    await keeper.close()
    shelf = Shelf(desk.plan.shelf.folder).backups()
    assert len(shelf) == 4
    assert [bool(pieces.beside(one.folder)) for one in shelf] == [False, False, True, True]


async def test_pieces_are_sealed_to_the_key_of_their_backup(desk: Desk, tmp_path: Path) -> None:
    """The process that ships has the public key only."""
    key = x25519.Identity.generate()
    desk.plan = backups.plan(desk.settings.changed(backup_recipients=str(key.to_public())))
    keeper = desk.keeper()
    await keeper.make_due()
    await desk.say("sealed words")
    await keeper.ship()
    await keeper.close()
    await desk.database.close()
    for path in desk.plan.shelf.latest().folder.rglob("*"):
        assert path.is_dir() or path.name in ("manifest.json", "verified.json") or path.suffix == ".age"
    file = tmp_path / "key.txt"
    file.write_text(str(key))
    desk.plan = backups.plan(desk.settings.changed(backup_identity_file=str(file)))
    assert await desk.restored(tmp_path) == {"sealed words"}


async def test_a_desk_without_backups_says_so(desk: Desk) -> None:
    """Off is off, and no warning."""
    desk.plan = backups.plan(desk.settings.changed(backup_hours=0))
    async with desk.keeper().running():
        pass
    assert (await desk.outlook()).state == "off"
    assert desk.plan.shelf.names() == []
