"""Work that is due whoever is connected: mail, timers, the index of search, SQLite's log, sessions that are
over, the next part of PostgreSQL's.

Jobs are rows that any process may claim, so this runs in every process and needs no leader; each loop calls a
single pass, which is what tests call.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import timers
from chat.context import Context
from chat.letters import MAIL, Letter
from chat.tasks import ended
from routing.errors import RoutingError
from store import jobs, mendings, partitions, search, staff_sessions
from store.errors import Unavailable
from store.jobs import Job
from web.mail import Mailbox, MailError, compose
from web.metrics import Metrics

MAIL_LEASE_SECONDS: Final = 120
MAIL_BATCH: Final = 20
MAIL_ATTEMPTS: Final = 12
"""With the backoff of jobs, about three hours of trying."""
TIMER_SECONDS: Final = 1.0
MAIL_SECONDS: Final = 2.0
SEARCH_SECONDS: Final = 15.0
CHECKPOINT_SECONDS: Final = 1.0
"""What a second commits is moved in some milliseconds, and the log stays short."""
PURGE_SECONDS: Final = 3600.0
PARTITIONS_SECONDS: Final = 3600.0
KEPT: Final = timedelta(days=30)
NOT_NOW: Final = (Unavailable, RoutingError, RedisError, OSError)

log = structlog.get_logger(__name__)


class Chores:
    """Arguments: `sender`, the From of our mail, such as `Frontdesk <desk@example.com>`."""

    def __init__(self, context: Context, mailbox: Mailbox, sender: str, metrics: Metrics) -> None:
        self._context = context
        self._mailbox = mailbox
        self._sender = sender
        self._metrics = metrics
        self._stopping = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run every loop for the length of the block; a pass under way at its end is let finish."""
        passes: list[tuple[str, float, Callable[[], Awaitable[int]]]] = [
            ("timers", TIMER_SECONDS, lambda: timers.run_due(self._context)),
            ("mail", MAIL_SECONDS, self.send_mail),
            ("search", SEARCH_SECONDS, self.index_search),
            ("checkpoint", CHECKPOINT_SECONDS, self.checkpoint),
            ("purge", PURGE_SECONDS, self.purge),
            ("partitions", PARTITIONS_SECONDS, self.make_partitions),
        ]
        loops = [
            asyncio.create_task(self._every(name, seconds, work), name=f"chores-{name}")
            for name, seconds, work in passes
        ]
        try:
            yield
        finally:
            self._stopping.set()
            await ended(loops)

    async def send_mail(self) -> int:
        """One pass: send what is due; return how many letters that were."""
        at = self._context.clock.now()

        async def claim(tx: AsyncConnection) -> list[Job]:
            return await jobs.claim(tx, [MAIL], at, MAIL_LEASE_SECONDS, MAIL_BATCH)

        due = await self._context.database.transact(claim)
        for job in due:
            await self._send(job)
        return len(due)

    async def index_search(self) -> int:
        """One pass: index what was said in conversations that are quiet now; return how many those were."""
        at = self._context.clock.now()

        async def index(tx: AsyncConnection) -> int:
            return await search.index(tx, at)

        return await self._context.database.transact(index)

    async def checkpoint(self) -> int:
        """One pass: have SQLite's log moved into its file; 0, for there is nothing more then."""
        await self._context.database.checkpoint()
        return 0

    async def purge(self) -> int:
        """One pass: forget sign-ins that ended, and what was mended, a month ago; return how many."""
        before = self._context.clock.now() - KEPT

        async def purge(tx: AsyncConnection) -> int:
            return await staff_sessions.purge(tx, before) + await mendings.purge(tx, before)

        return await self._context.database.transact(purge)

    async def make_partitions(self) -> int:
        """One pass: make the parts of the log that are due; return how many. Lines of one that is not there
        have a place all the same: whatever stands against it now, an hour later is early enough."""
        async with self._context.database.read() as tx:
            years = await partitions.missing(tx, self._context.clock.now())
        return sum([await self._make_partition(year) for year in years])

    async def _make_partition(self, year: int) -> bool:
        try:
            made = await self._context.database.transact(lambda tx: partitions.make(tx, year))
        except partitions.NotMade as error:
            log.error("partition_not_made", year=year, reason=str(error))
            return False
        if made is not None:
            log.info("partition_made", name=made.name, moved=made.moved)
        return made is not None

    async def _send(self, job: Job) -> None:
        try:
            letter = msgspec.convert(job.payload, Letter)
            message = compose(
                self._sender,
                letter.to,
                letter.subject,
                letter.text,
                at=self._context.clock.now(),
                name=letter.name,
                in_reply_to=letter.in_reply_to,
            )
            await self._mailbox.send(message)
        except MailError as error:
            await self._failed(job, str(error), give_up=error.permanent or job.attempts >= MAIL_ATTEMPTS)
        except ValueError as error:  # an address that is none; msgspec's errors are such too
            await self._failed(job, str(error), give_up=True)
        else:
            await self._ended(job, "sent")

    async def _failed(self, job: Job, error: str, *, give_up: bool) -> None:
        if give_up:
            log.error("mail_given_up", job_id=job.id, attempts=job.attempts, error=error)
            await self._ended(job, "given_up")
            return
        log.warning("mail_waits", job_id=job.id, attempts=job.attempts, error=error)
        at = self._context.clock.now()

        async def put_off(tx: AsyncConnection) -> None:
            await jobs.fail(tx, job, error, at)

        await self._context.database.transact(put_off)
        self._metrics.jobs.labels(MAIL, "put_off").inc()

    async def _ended(self, job: Job, outcome: str) -> None:
        async def finish(tx: AsyncConnection) -> None:
            await jobs.finish(tx, job)

        await self._context.database.transact(finish)
        self._metrics.jobs.labels(MAIL, outcome).inc()

    async def _every(self, name: str, seconds: float, work: Callable[[], Awaitable[int]]) -> None:
        """A pass that did something is followed by the next at once: there may be more."""
        while not self._stopping.is_set():
            try:
                done = await work()
            except NOT_NOW as error:
                log.warning("chore_not_now", chore=name, error=str(error))
                done = 0
            except Exception:
                log.exception("chore_failed", chore=name)
                done = 0
            if not done:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), seconds)
