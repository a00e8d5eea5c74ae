"""Backups as the settings want them: making, verifying and pruning, each noted in the database for people."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from store import backups as records
from store import engines
from store.backup import making, pieces, retention, verifying
from store.backup.errors import Away, BackupError
from store.backup.making import Beside, Made
from store.backup.manifest import Verification
from store.backup.retention import Keep, Kept
from store.backup.sealing import Secrets
from store.backup.shelf import Backup, Shelf
from store.backup.sources import Source, source_of
from store.backup.verifying import Scratch
from store.database import Database
from store.errors import Unavailable
from web.security import keys
from web.settings import Settings

GRACE = 1.5
"""A backup may take its time, and fail once: late is who is half an interval behind."""
CHAINS = 2

Now = Callable[[], datetime]
log = structlog.get_logger(__name__)


class Plan(Struct, frozen=True, kw_only=True):
    """What the settings say of backups. `every`: zero where none are made by themselves; `ship_seconds`:
    zero where nothing is shipped; `host`: of this machine, to tell shelves apart."""

    url: str
    shelf: Shelf
    beside: Beside
    secrets: Secrets
    scratch: Scratch
    keep: Keep
    every: timedelta
    ship_seconds: float
    bin_folder: str

    @property
    def allowed(self) -> timedelta:
        """How old the last verified backup may be."""
        return self.every * GRACE

    @property
    def ships(self) -> bool:
        return engines.is_sqlite(self.url) and self.ship_seconds > 0 and bool(self.every)

    def source(self) -> Source:
        return source_of(self.url, self.bin_folder)


def plan(settings: Settings) -> Plan:
    """Raises BackupError where the file with the key cannot be read."""
    recipients = [name.strip() for name in settings.backup_recipients.split(",") if name.strip()]
    secret = None if settings.secret.get_secret_value() else settings.data / keys.FILE_NAME
    scratch_url = settings.backup_scratch_url
    if not scratch_url and not engines.is_sqlite(settings.database):
        scratch_url = settings.database
    return Plan(
        url=settings.database,
        shelf=Shelf(settings.shelf_folder),
        beside=Beside(files=settings.files_folder, secret=secret),
        secrets=Secrets(
            recipients=tuple(recipients),
            identities=_identities(settings.backup_identity_file),
            passphrase=settings.backup_passphrase.get_secret_value(),
        ),
        scratch=Scratch(url=scratch_url, bin_folder=settings.postgresql_bin),
        keep=retention.parse(settings.backup_keep),
        every=timedelta(hours=settings.backup_hours),
        ship_seconds=settings.backup_ship_seconds,
        bin_folder=settings.postgresql_bin,
    )


async def make(plan: Plan, database: Database, now: Now, source: Source | None = None) -> Made:
    """Make a backup and note it; note why when there is none, unless it has only to be tried again. Raises
    BackupError, Away."""
    began_at = now()
    try:
        made = await making.make(
            plan.shelf, source or plan.source(), plan.beside, plan.secrets, plan.scratch, now
        )
    except Away:
        raise
    except BackupError as error:
        await note_failure(plan, database, began_at, str(error))
        raise
    await _note(database, lambda tx: _made(plan, tx, made.backup))
    return made


async def note_failure(plan: Plan, database: Database, began_at: datetime, error: str) -> None:
    """Note why there is no backup."""
    place = str(plan.shelf.folder.resolve())
    await _note(database, lambda tx: records.failed(tx, place, began_at, error))


async def verify(plan: Plan, database: Database, backup: Backup, now: Now) -> Verification:
    """Look at a backup and note what was found. Raises BackupError where nobody could look."""
    at = now()
    try:
        found = await verifying.verify(plan.shelf, backup, plan.secrets, plan.scratch, at)
    except BackupError as error:
        text = f"Nobody could look: {error}"
        await _note(database, lambda tx: records.looked(tx, backup.name, at, text))
        raise
    await _note(database, lambda tx: records.looked(tx, backup.name, found.at, finding(found)))
    return found


async def prune(plan: Plan, database: Database, now: Now, *, really: bool = True) -> list[str]:
    """Throw away what the rule does not keep; the names. What is shipped to stays, and what nobody can
    read: somebody should look at it. Of what was shipped the last two chains stay."""
    gone = await asyncio.to_thread(_thrown_away, plan, really=really)
    if really and gone:
        at = now()
        await _note(database, lambda tx: records.pruned(tx, gone, at))
    return gone


async def note_shelf(plan: Plan, database: Database) -> None:
    """Note what stands on the shelf and the database does not know: after a restore it knows nothing of
    the backup that it came from."""
    shelf = await asyncio.to_thread(plan.shelf.backups)

    async def work(tx: AsyncConnection) -> None:
        known = await records.names(tx)
        for one in shelf:
            if one.name not in known:
                await _made(plan, tx, one)
                if one.verification is not None:
                    await records.looked(tx, one.name, one.verification.at, finding(one.verification))

    await _note(database, work)


def finding(found: Verification) -> str:
    """What a verification found wrong, in words; empty where all was well."""
    return found.error or ("" if found.restored else "Only the hashes could be looked at.")


async def _made(plan: Plan, tx: AsyncConnection, backup: Backup) -> None:
    m = backup.manifest
    place = f"{m.host}:{plan.shelf.folder.resolve()}"
    sealed = m.seal != "none"
    await records.made(tx, backup.name, place, m.began_at, m.made_at, m.size, sealed=sealed)


async def _note(database: Database, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """A note that cannot be written takes nothing from the backup: it counts by what is on its shelf."""
    try:
        await database.transact(work)
    except (Unavailable, SQLAlchemyError) as error:
        log.warning("backup_not_noted", error=str(error))


def _thrown_away(plan: Plan, *, really: bool) -> list[str]:
    shelf = plan.shelf.backups()
    stays = retention.kept([Kept(one.name, one.manifest.began_at, one.verified) for one in shelf], plan.keep)
    shipping = plan.shelf.shipping()
    if shipping is not None:
        stays.add(shipping.backup)
    gone = [one.name for one in shelf if one.name not in stays]
    if really:
        _drop_pieces(plan, [one for one in shelf if one.name in stays])
        for name in gone:
            plan.shelf.remove(name)
    return gone


def _drop_pieces(plan: Plan, shelf: list[Backup]) -> None:
    """What was shipped can be many times as large as the backup; the last two chains suffice to go back to
    a moment before a mistake that somebody notices within a day."""
    chains = [one for one in shelf if (one.folder / pieces.FOLDER).is_dir()]
    for one in chains[:-CHAINS]:
        plan.shelf.drop_pieces(one.name)


def _identities(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text()
    except OSError as error:
        raise BackupError(f"The file of FRONTDESK_BACKUP_IDENTITY_FILE cannot be read: {error}.") from error
