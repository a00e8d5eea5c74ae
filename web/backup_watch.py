"""How backups stand, for everybody who should know: staff, log, metrics, doctor."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog
from msgspec import Struct

from chat.tasks import ended
from store import backups as records
from store.backups import Standing
from store.database import Database
from store.errors import Unavailable
from web.backups import Now, Plan
from web.metrics import Metrics

WATCH_SECONDS: Final = 60.0
SAY_AGAIN: Final = timedelta(hours=1)
STALLED: Final = timedelta(minutes=2)
"""Shipping is promised once a minute; a copy being made may take another."""

log = structlog.get_logger(__name__)


class Outlook(Struct, frozen=True, kw_only=True):
    """`off`: none are made by themselves. `due`: the first is not there yet, and it is too early to worry.
    `verified_at`: what was committed by then is in a backup that was restored and compared. `shipped_at`:
    what was committed by then is in the last backup with what was shipped to it. `text`: for people."""

    state: Literal["good", "due", "late", "off"]
    verified_at: datetime | None
    shipped_at: datetime | None
    text: str


async def look(plan: Plan, database: Database, at: datetime) -> Outlook:
    """How things stand at `at`. Raises Unavailable."""
    async with database.read() as tx:
        standing = await records.standing(tx, at, plan.allowed)
    shipping = plan.shelf.shipping() if plan.ships else None
    return judge(plan, standing, None if shipping is None else shipping.at, at)


def judge(plan: Plan, standing: Standing, shipped_at: datetime | None, at: datetime) -> Outlook:
    """Pure: put into words what is known."""
    hours = plan.allowed / timedelta(hours=1)
    state: Literal["good", "due", "late", "off"] = standing.state
    if not plan.every:
        state, text = "off", "No backups are made by themselves."
    elif standing.state == "late" and standing.verified_at is None:
        text = "No backup has ever been verified. Ask whoever runs this desk to look at it now."
    elif standing.state == "late":
        text = (
            f"The last verified backup is more than {hours:g} hours old. Ask whoever runs this desk to look."
        )
    elif plan.ships and shipped_at is not None and at - shipped_at > STALLED:
        state = "late"
        text = (
            "What was said lately is in no backup: copying has stopped. Ask whoever runs this desk to look."
        )
    elif standing.state == "due":
        text = "The first verified backup is still to come."
    else:
        text = "The last backup was restored and compared, and is whole."
    return Outlook(state=state, verified_at=standing.verified_at, shipped_at=shipped_at, text=text)


class Watch:
    """Looks once a minute, in every process: the log is warned, and metrics show it."""

    def __init__(self, plan: Plan, database: Database, now: Now, metrics: Metrics) -> None:
        self._plan = plan
        self._database = database
        self._now = now
        self._stopping = asyncio.Event()
        self._outlook: Outlook | None = None
        self._said_at: datetime | None = None
        metrics.watch(
            "frontdesk_backup_late", "1 when the last verified backup is older than it should be.", self._late
        )
        metrics.watch(
            "frontdesk_backup_verified_at_seconds",
            "Unix time up to which everything is in a verified backup; 0: none.",
            lambda: _unix(self._outlook.verified_at if self._outlook else None),
        )
        metrics.watch(
            "frontdesk_backup_shipped_at_seconds",
            "Unix time up to which everything was shipped to the last backup; 0: never.",
            lambda: _unix(self._outlook.shipped_at if self._outlook else None),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for the length of the block."""
        if not self._plan.every:
            yield
            return
        loop = asyncio.create_task(self._loop(), name="backup watch")
        try:
            yield
        finally:
            self._stopping.set()
            await ended([loop])

    async def watch(self) -> Outlook:
        """One pass. Raises Unavailable."""
        at = self._now()
        self._outlook = await look(self._plan, self._database, at)
        if self._outlook.state != "late":
            self._said_at = None
        elif self._said_at is None or at - self._said_at >= SAY_AGAIN:
            self._said_at = at
            log.error("backup_late", text=self._outlook.text, verified_at=str(self._outlook.verified_at))
        return self._outlook

    def _late(self) -> float:
        return float(self._outlook is not None and self._outlook.state == "late")

    async def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.watch()
            except Unavailable as error:
                log.warning("backup_watch_not_now", error=str(error))
            except Exception:
                log.exception("backup_watch_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), WATCH_SECONDS)


def _unix(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()
