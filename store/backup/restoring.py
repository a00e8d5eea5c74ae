"""Putting a backup in the place of a desk, or where none was."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, select

from store import engines, migrate, tables
from store.backup import census, crossing, disk, files, pieces, postgresql, settling, sqlite, verifying
from store.backup.errors import BackupError, explained
from store.backup.making import SECRET, Beside
from store.backup.sealing import Secrets
from store.backup.shelf import Backup, Shelf
from store.backup.verifying import Scratch
from store.database import Database
from store.errors import Unavailable


class Occupied(BackupError):
    """There is a desk where the backup would go, and nobody said that it may be replaced."""


class Restored(Struct, frozen=True, kw_only=True):
    """`until`: everything committed by then is back. `kept`: where the desk that was replaced lies now.
    `sessions`: sign-ins that were ended."""

    until: datetime
    kept: list[Path]
    sessions: int


class Goal(Struct, frozen=True, kw_only=True):
    """Where a backup goes: the address of a database, what lies beside it, and whether a desk there may be
    replaced."""

    url: str
    beside: Beside
    replace: bool = False


async def restore(
    on: Shelf,
    backup: Backup,
    goal: Goal,
    secrets: Secrets,
    scratch: Scratch,
    now: Callable[[], datetime],
    until: datetime | None = None,
) -> Restored:
    """Restore a backup, with what was shipped after it up to `until` (aware; None: all of it).

    The new database is built and compared before the old one is touched; an old SQLite file, folder of
    attachments and secret are kept under another name. Raises BackupError, Occupied, Damaged, with the
    goal left as it was.
    """
    if until is not None and until < backup.manifest.began_at:
        raise BackupError(f"{backup.name} was made at {backup.manifest.made_at}, after that time.")
    generation = await _admitted(goal, backup)
    await asyncio.to_thread(verifying.check_hashes, backup)
    async with verifying.opened(on, backup, secrets) as folder:
        shipped = pieces.beside(backup.folder, until)
        if backup.manifest.kind == "sqlite":
            await _completed(folder, backup, secrets, shipped)
        suffix = f"before-{now():%Y%m%dT%H%M%SZ}"
        kept, sessions = await _place(folder, backup, goal, scratch, now(), generation, suffix)
        kept += await asyncio.to_thread(_place_beside, folder, goal.beside, suffix)
    reached = shipped[-1].at if shipped else backup.manifest.began_at
    return Restored(until=reached, kept=kept, sessions=sessions)


async def settle(url: str, at: datetime, least_generation: int = 0) -> int:
    """Migrate and settle a database that holds an older state than the desk had (see settling.py), however
    it came there; how many sign-ins were ended."""
    await migrate.migrate(url)
    database = await Database.open(url)
    try:
        return await database.transact(lambda tx: settling.settle(tx, at, least_generation))
    finally:
        await database.close()


async def _admitted(goal: Goal, backup: Backup) -> int:
    """The generation of the desk that will be replaced, 0 where there is none. Raises Occupied, and
    BackupError where it runs or where kinds do not fit."""
    if backup.manifest.census.schema > migrate.HEAD:
        raise BackupError(
            f"{backup.name} is of schema {backup.manifest.census.schema}, and this program knows"
            f" {migrate.HEAD}: restore it with the version that made it, or a later one."
        )
    kind = "sqlite" if engines.is_sqlite(goal.url) else "postgresql"
    if kind == "sqlite" and not sqlite.path_of(goal.url).exists():
        return 0
    await _not_running(goal.url)
    generation, empty = await _stands(goal.url)
    if empty:
        return generation
    if kind != backup.manifest.kind:
        raise Occupied("A backup of the other kind of database goes only into an empty one.")
    if not goal.replace:
        raise Occupied("There is a desk in that database already. To replace it, say --yes.")
    return generation


async def _not_running(url: str) -> None:
    if engines.is_sqlite(url):
        used = await asyncio.to_thread(sqlite.in_use, sqlite.path_of(url))
    else:
        used = await postgresql.users(url) > 0
    if used:
        raise BackupError("The desk is running, or another program has its database open. Stop it first.")


async def _stands(url: str) -> tuple[int, bool]:
    """The generation of the desk in a database, and whether that is empty."""

    def work(connection: Connection) -> tuple[int, bool]:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return 0, True
        generation = connection.scalar(select(tables.desk.c.generation))
        return int(generation or 0), crossing.is_empty(connection)

    if engines.is_sqlite(url):
        database = await Database.open(url)
        try:
            async with database.read() as tx:
                return await tx.run_sync(work)
        except Unavailable as error:
            raise BackupError(f"The database that stands there cannot be read: {error}.") from error
        finally:
            await database.close()
    return await postgresql.look(url, work)


async def _completed(folder: Path, backup: Backup, secrets: Secrets, shipped: list[pieces.Piece]) -> None:
    """Put back what was shipped after the copy, and check the whole."""
    copy = folder / sqlite.PART
    if shipped:
        fetch = await asyncio.to_thread(verifying.fetcher, backup, secrets)
        await asyncio.to_thread(pieces.replay, copy, shipped, fetch)
    await asyncio.to_thread(sqlite.check_integrity, copy)
    await asyncio.to_thread(sqlite.look, copy, census.check_threads)


async def _place(
    folder: Path, backup: Backup, goal: Goal, scratch: Scratch, at: datetime, generation: int, suffix: str
) -> tuple[list[Path], int]:
    """Put the database in place; what was kept of the old one, and how many sign-ins were ended."""
    to_sqlite = engines.is_sqlite(goal.url)
    if backup.manifest.kind == "postgresql" and not to_sqlite:
        await postgresql.restore(goal.url, folder / postgresql.PART, scratch.bin_folder)
        return [], await settle(goal.url, at, generation)
    if backup.manifest.kind == "sqlite" and to_sqlite:
        return await _place_file(folder / sqlite.PART, goal.url, at, generation, suffix)
    if backup.manifest.kind == "sqlite":
        source = f"sqlite:///{folder / sqlite.PART}"
        await migrate.migrate(source)
        await _carried(source, goal.url)
        return [], await settle(goal.url, at, generation)
    if not scratch.url:
        raise BackupError(
            "A PostgreSQL dump is read by a PostgreSQL server: set FRONTDESK_BACKUP_SCRATCH_URL."
        )
    async with postgresql.scratch(scratch.url) as source:
        await postgresql.restore(source, folder / postgresql.PART, scratch.bin_folder)
        await migrate.migrate(source)
        await _carried(source, goal.url)
    return [], await settle(goal.url, at, generation)


async def _place_file(
    part: Path, url: str, at: datetime, generation: int, suffix: str
) -> tuple[list[Path], int]:
    """Prepare the file beside its place, so that it takes that by a rename, whatever disk the shelf is on."""
    path = sqlite.path_of(url)
    draft = path.with_name(f".{path.name}.restoring")
    with explained("restoring the database"):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.unlink(missing_ok=True)
        try:
            disk.copy(part, draft)
            sessions = await settle(f"sqlite:///{draft}", at, generation)
            if Path(f"{draft}-wal").exists():
                raise BackupError("The restored database was not written out whole. Try again.")
            disk.sync(draft)
            kept = sqlite.replace(path, draft, suffix)
        finally:
            for ending in ("", "-wal", "-shm"):
                Path(f"{draft}{ending}").unlink(missing_ok=True)
    return ([] if kept is None else [kept]), sessions


async def _carried(source_url: str, target_url: str) -> None:
    """Carry all rows over, compare, and only then commit."""
    await migrate.migrate(target_url)
    source, target = await Database.open(source_url), await Database.open(target_url)
    try:
        async with source.read() as reading, target.begin() as writing:
            await crossing.carry(reading, writing)
            census.compare(await reading.run_sync(census.take), await writing.run_sync(census.take))
            await writing.run_sync(census.check_threads)
    finally:
        await source.close()
        await target.close()


def _place_beside(folder: Path, beside: Beside, suffix: str) -> list[Path]:
    kept = []
    with explained("restoring what lies beside the database"):
        if beside.files is not None and (folder / files.PART).exists():
            kept += _aside(beside.files, suffix)
            files.unpack(folder / files.PART, beside.files)
        if beside.secret is not None and (folder / SECRET).exists():
            old = beside.secret.read_bytes() if beside.secret.exists() else None
            new = (folder / SECRET).read_bytes()
            if old != new:
                kept += _aside(beside.secret, suffix)
                beside.secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                disk.write(beside.secret, new)
    return kept


def _aside(path: Path, suffix: str) -> list[Path]:
    if not path.exists():
        return []
    kept = path.with_name(f"{path.name}.{suffix}")
    shutil.move(path, kept)
    return [kept]
