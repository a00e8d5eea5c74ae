"""Keeping backups by themselves: made on time, verified, pruned, and shipped to in between.

One process does it at a time. With SQLite that is whoever holds the shelf's lock, for all are on one
machine; with PostgreSQL whoever claims the job, wherever it runs.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.tasks import ended
from store import engines, jobs
from store.backup import sqlite
from store.backup.errors import Away, BackupError, BrokenChain, Damaged
from store.backup.making import Made
from store.backup.shelf import Backup, Shipping
from store.backup.shipping import Shipper
from store.backup.sources import Source, SqliteSource
from store.database import Database
from store.errors import Unavailable
from store.jobs import Job
from web import backups
from web.backups import Now, Plan
from web.metrics import Metrics

BACKUP: Final = "backup"
DESK: Final = "desk"
PASS_SECONDS: Final = 20.0
LEASE_SECONDS: Final = 300.0
LOOK_SECONDS: Final = 1.0
MUCH_FRAMES: Final = 1_000
"""Four mebibytes: much at once keeps the disk from the next commit."""
MUCH_SHIPPED: Final = 256 * 1024 * 1024
SELDOM: Final = timedelta(hours=1)
"""To copy and compare takes the processor and the disk from messages: not again and again amid a rush."""
OF_WHAT_IS_FREE: Final = 0.25
"""What may have been shipped for all that: so much of the room on the shelf's disk."""
RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=1)
Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class Keeper:
    """Keeps the backups of one plan. Each loop calls a single pass, which is what tests call."""

    def __init__(self, plan: Plan, database: Database, now: Now, metrics: Metrics) -> None:
        self._plan = plan
        self._database = database
        self._now = now
        self._metrics = metrics
        self._stopping = asyncio.Event()
        self._stack = ExitStack()
        # SQLite's connections stay in the thread that made them.
        self._thread = ThreadPoolExecutor(1, "shipping")
        self._mine = False
        self._shipper: Shipper | None = None
        self._chain = ""
        """The name of the backup that is shipped to; empty where none is."""
        self._copying = asyncio.Lock()
        self._copied_at = self._ship_at = now()
        self._retry_at: datetime | None = None
        self._failures = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep backups for the length of the block. A copy under way at its end is given up; what was
        committed is shipped once more."""
        if not self._plan.every:
            yield
            return
        loops = [asyncio.create_task(self._every(PASS_SECONDS, self.make_due), name="backups")]
        if self._plan.ships:
            seconds = min(self._plan.ship_seconds, LOOK_SECONDS)
            loops.append(asyncio.create_task(self._every(seconds, self.ship_due), name="shipping"))
        try:
            yield
        finally:
            self._stopping.set()
            loops[0].cancel()
            await ended(loops)
            await self.close()

    async def close(self) -> None:
        """Ship once more and let go of the database and the shelf."""
        if self._chain:
            with suppress(BackupError, sqlite3.Error, Unavailable):
                await self.ship()
        if self._shipper is not None:
            await self._in_thread(self._shipper.close)
        self._thread.shutdown()
        self._stack.close()

    async def make_due(self) -> bool:
        """One pass: make, verify and prune if it is time; whether it was."""
        if self._retry_at is not None and self._now() < self._retry_at:
            return False
        if not engines.is_sqlite(self._plan.url):
            return await self._make_claimed()
        async with self._told():
            due = self._keeps() and await asyncio.to_thread(self._is_due)
        if not due:
            return False
        await backups.note_shelf(self._plan, self._database)
        await self._make(self._source())
        return True

    async def ship_due(self) -> int:
        """One pass: ship if it is time, or sooner what is much; how many frames."""
        at = self._now()
        due = at >= self._ship_at
        shipped = await self.ship(1 if due else MUCH_FRAMES)
        if due or shipped:
            self._ship_at = at + timedelta(seconds=self._plan.ship_seconds)
        return shipped

    async def ship(self, least: int = 1) -> int:
        """One pass: bring the last backup what was committed since, unless it is less than `least` frames;
        how many. A chain that broke is said, and the next pass of `make_due` begins another."""
        if not self._chain or self._copying.locked() or self._shipper is None:
            return 0
        at, shipper, chain = self._now(), self._shipper, self._chain
        try:
            shipped = await self._in_thread(lambda: shipper.ship(at, least))
            if shipper.long:
                # In line with our own writers, who would else ask for SQLite's lock again and again.
                async with self._database.turn():
                    if self._chain == chain:  # no other copy has begun meanwhile
                        shipped += await self._in_thread(lambda: shipper.renew(at))
        except BrokenChain as error:
            log.warning("backup_chain_broken", backup=chain, error=str(error))
            # Its connections may hold a file that is no longer the database.
            self._chain, self._shipper = "", None
            await self._in_thread(shipper.close)
            return 0
        except (BackupError, sqlite3.Error) as error:
            log.warning("shipping_not_now", backup=chain, error=str(error))
            return 0
        if shipped or least == 1:
            self._plan.shelf.note_shipping(Shipping(backup=chain, at=at))
        return shipped

    def _keeps(self) -> bool:
        """Whether this process keeps the shelf; from then on until it ends."""
        if not self._mine:
            self._mine = self._stack.enter_context(self._plan.shelf.kept())
            if self._mine:
                self._plan.shelf.clear()
        return self._mine

    def _is_due(self) -> bool:
        if self._plan.ships and (not self._chain or self._has_grown()):
            return True
        last = max((one.manifest.began_at for one in self._plan.shelf.backups()), default=None)
        return last is None or last + self._plan.every <= self._now()

    def _has_grown(self) -> bool:
        """So much was shipped that a new copy is smaller, and quicker to restore."""
        if self._shipper is None:
            return False
        shipped, size = self._shipper.bytes, sqlite.path_of(self._plan.url).stat().st_size
        if shipped <= max(MUCH_SHIPPED, 2 * size):
            return False
        room = shutil.disk_usage(self._plan.shelf.folder).free * OF_WHAT_IS_FREE
        return shipped > room or self._now() >= self._copied_at + SELDOM

    def _source(self) -> Source:
        return SqliteSource(self._plan.url, self._begin) if self._plan.ships else self._plan.source()

    async def _begin(self, to: Path) -> None:
        at = self._copied_at = self._now()

        def work() -> None:
            try:
                if self._shipper is None:
                    self._shipper = Shipper(sqlite.path_of(self._plan.url))
                self._shipper.begin(to, at)
            except sqlite3.Error as error:
                if isinstance(error, sqlite3.OperationalError) and sqlite.is_busy(error):
                    raise Away(f"The database is in use: {error}.") from error
                raise BackupError(f"The database cannot be copied now: {error}.") from error

        await self._in_thread(work)

    async def _make(self, source: Source) -> None:
        """Make, verify, prune. A backup that was not made, or is damaged, is tried again, later each time;
        one that nobody can look at here stays as it is, and makes the desk late."""
        try:
            made = await self._copied(source)
            await self.ship()
            error = await self._verified(made.backup)
        except Away as failure:
            log.warning("backup_not_now", error=str(failure))
            raise
        except BackupError as failure:
            self._failed(str(failure))
            raise
        gone = await backups.prune(self._plan, self._database, self._now)
        self._failures, self._retry_at = 0, None
        self._metrics.jobs.labels(BACKUP, "unverified" if error else "made").inc()
        log.info("backup_made", backup=made.backup.name, bytes=made.backup.manifest.size, pruned=len(gone))

    async def _copied(self, source: Source) -> Made:
        """While one is copied nothing is shipped; the new one's chain begins with the copy."""
        former, self._chain = self._chain, ""
        async with self._copying:
            try:
                made = await backups.make(self._plan, self._database, self._now, source)
                if self._plan.ships and self._shipper is not None:
                    shipper = self._shipper
                    await self._in_thread(lambda: shipper.attach(made.backup.folder, made.recipients))
                    self._chain = made.backup.name
            except BackupError:
                if self._shipper is not None and self._shipper.attached:
                    self._chain = former
                raise
        return made

    async def _verified(self, backup: Backup) -> str:
        """Why it could not be looked at; empty when it was. Raises BackupError where it is damaged."""
        try:
            found = await backups.verify(self._plan, self._database, backup, self._now)
        except BackupError as error:
            log.error("backup_not_verified", backup=backup.name, error=str(error))
            return str(error)
        if found.error:
            raise Damaged(f"{backup.name} was made and is damaged: {found.error}")
        return ""

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """A shelf that cannot be opened is said and noted as a backup that could not be made is."""
        began_at = self._now()
        try:
            yield
        except BackupError as error:
            self._failed(str(error))
            await backups.note_failure(self._plan, self._database, began_at, str(error))
            raise

    def _failed(self, error: str) -> None:
        self._failures += 1
        self._retry_at = self._now() + min(RETRY * 2 ** min(self._failures - 1, 10), LONGEST_RETRY)
        self._metrics.jobs.labels(BACKUP, "failed").inc()
        log.error("backup_failed", error=error, again_at=self._retry_at.isoformat())

    async def _make_claimed(self) -> bool:
        at = self._now()

        async def claim(tx: AsyncConnection) -> list[Job]:
            await jobs.ensure(tx, BACKUP, DESK, at)
            return await jobs.claim(tx, [BACKUP], at, LEASE_SECONDS, 1)

        claimed = await self._database.transact(claim)
        if not claimed:
            return False
        held = asyncio.create_task(self._hold(claimed[0]))
        try:
            async with self._told():
                self._plan.shelf.clear()
            await self._make(self._plan.source())
        except BackupError as error:
            await self._put_off(claimed[0], str(error))
            raise
        finally:
            held.cancel()
            await ended([held])
        await self._done(claimed[0], at + self._plan.every)
        return True

    async def _hold(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            with suppress(Unavailable):
                await self._database.transact(lambda tx: jobs.renew(tx, job, self._now(), LEASE_SECONDS))

    async def _put_off(self, job: Job, error: str) -> None:
        at = self._now()
        await self._database.transact(lambda tx: jobs.fail(tx, job, error, at))

    async def _done(self, job: Job, next_at: datetime) -> None:
        async def work(tx: AsyncConnection) -> None:
            if await jobs.finish(tx, job):
                await jobs.put(tx, BACKUP, DESK, next_at)

        await self._database.transact(work)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while not self._stopping.is_set():
            try:
                await work()
            except BackupError:
                pass  # said where it happened
            except (Unavailable, OSError) as error:
                log.warning("backups_not_now", error=str(error))
            except Exception:
                log.exception("backups_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
