"""Rows that take the database away: stopped, silent, locked, without a disk to write to."""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from tests.faults.databases import Postgresql, Sqlite
from tests.faults.pulse import asked
from tests.faults.records import Acked, Refused
from tests.faults.rows import Row
from tests.faults.stage import Crowd, Stage
from tests.faults.talking import now

DOWN_SECONDS: Final = 5.0
LOCKED_SECONDS: Final = 8.0
NOT_READY: Final = 503
BACKUP: Final = frozenset({"backup_failed"})
"""One that is due while the disk is full fails, and an operator has to know."""
CHUNK: Final = 65_536


async def stopped(stage: Stage) -> None:
    """The server ends as in a crash, and is started again."""
    database = stage.ground.database
    assert isinstance(database, Postgresql)
    async with stage.fault("database stopped", settle_seconds=8):
        await database.server.stop(signal.SIGQUIT)
        await nothing_is_promised(stage, DOWN_SECONDS)
        await database.server.start()
    await ready_again(stage)


async def silent(stage: Stage) -> None:
    """Connections stand, and nothing comes through them: a firewall, a lost route."""
    proxy = stage.ground.database.proxy
    assert proxy is not None
    async with stage.fault("database silent", settle_seconds=10):
        proxy.swallowing = True
        await nothing_is_promised(stage, LOCKED_SECONDS)
        # What was swallowed in the middle of an exchange is never answered: as a firewall would, end it.
        proxy.cut()
        proxy.swallowing = False
    await ready_again(stage)


async def locked(stage: Stage) -> None:
    """Somebody else holds what every write needs."""
    async with stage.fault("database locked", settle_seconds=8), _lock(stage):
        await nothing_is_promised(stage, LOCKED_SECONDS, ready=True)
    await ready_again(stage)


@asynccontextmanager
async def _lock(stage: Stage) -> AsyncIterator[None]:
    database = stage.ground.database
    if isinstance(database, Sqlite):
        connection = sqlite3.connect(database.path, timeout=20, isolation_level=None, check_same_thread=False)
        with contextlib.closing(connection):
            await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        return
    holder = await asyncpg.connect(database.direct)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE conversation, entry IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await holder.close()


async def full(stage: Stage) -> None:
    """Not a byte is left on the database's disk, until somebody makes room."""
    disk = stage.ground.database.disk
    assert disk is not None
    ballast = disk / "ballast"
    async with stage.fault("disk full", settle_seconds=8):
        refused = await nothing_is_promised(stage, LOCKED_SECONDS, ready=True, ballast=ballast)
        stage.expect(refused, "somebody was told that the message cannot be taken now")
        ballast.unlink()
    await ready_again(stage)


def _fill(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(CHUNK))


async def nothing_is_promised(
    stage: Stage, seconds: float, *, ready: bool = False, ballast: Path | None = None
) -> bool:
    """For so long the database cannot write: no new ack, and `/readyz` says so, unless reading still goes.
    Returns whether anybody was told "not now"."""
    strict = ballast is None  # on a full disk a page that is there already may still take a message
    if ballast is not None:
        _fill(ballast)
    # What was committed just before may still be on its way.
    await asyncio.sleep(0.5)
    began = now()
    if not ready:
        status = await asked(stage.ground.webs[0].port, "/readyz", 5)
        stage.expect(status == NOT_READY, f"/readyz says {NOT_READY} without a database, not {status}")
    until = began + seconds
    while now() < until:
        if ballast is not None:
            # Whatever room a checkpoint has made is taken again.
            _fill(ballast)
        await asyncio.sleep(0.25)
    acked = [r for r in stage.journal.records if isinstance(r, Acked) and began < r.at < until]
    stage.expect(not (strict and acked), f"{len(acked)} messages acknowledged by nobody knows what")
    told = [r for r in stage.journal.records if isinstance(r, Refused) and r.at > began]
    if strict:
        stage.expect(any(r.code == "unavailable" for r in told), "whoever sends is told: not now, kept")
    return any(r.code == "unavailable" for r in told)


async def ready_again(stage: Stage) -> None:
    """`/readyz` says so within ten seconds."""
    until = now() + 10
    while await asked(stage.ground.webs[0].port, "/readyz", 5) != 200:
        if now() > until:
            stage.expect(False, "/readyz says 200 within 10 s of the database's return")
            return
        await asyncio.sleep(0.1)


ROWS: Final = (
    Row(
        "database-down",
        "database down, restarted",
        stopped,
        databases=("postgresql",),
        tested_on="postgresql",
    ),
    Row(
        "database-silent",
        "database silent (the proxy swallows)",
        silent,
        databases=("postgresql",),
        proxied_database=True,
        long_because="it outlasts every timeout",
    ),
    Row(
        "database-locked",
        "database locked",
        locked,
        long_because="it outlasts every timeout; tests/store holds the lock for less",
    ),
    Row(
        "disk-full",
        "disk full (a small tmpfs)",
        full,
        Crowd(padding=6000),
        disk=96,
        long_because="it mounts a disk",
        may_log=BACKUP,
    ),
)
