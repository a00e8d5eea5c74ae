"""Rows that harm web processes: killed, frozen, killed at a line, drained, out of descriptors, misled."""

import asyncio
import contextlib
import importlib.util
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.faults import failpoints, records
from tests.faults.databases import Sqlite
from tests.faults.evidence import Evidence
from tests.faults.ground import Build
from tests.faults.rows import Row
from tests.faults.stage import Crowd, Stage
from tests.faults.talking import now
from tests.faults.waiting import until

LEASE_SECONDS: Final = 20.0
BACK_IN_LINE_SECONDS: Final = 30.0
ARMED: Final = "armed"
CLOCK: Final = "clock"
JUMP: Final = "10m"
DESCRIPTORS: Final = 96
STOP_SECONDS: Final = 25.0
WRONG_SECONDS: Final = 60.0
"""No ack is that late; a time that is wrong by the jump is off by ten times as much."""


async def killed(stage: Stage) -> None:
    """SIGKILL amid sends; whoever was there goes on at the other process."""
    victim = stage.ground.webs[0]
    stage.watched.discard(0)
    async with stage.fault("web 0 killed"):
        victim.kill()
    await stage.recovered(20)
    await stage.ground.restart(victim)


def nobody_was_lost(stage: Stage, evidence: Evidence) -> Iterator[str]:
    """Agents who come back within the lease keep their chats."""
    for row in evidence.assignments:
        if row.reason == "lost":
            yield f"{row.staff} lost {row.conversation} though their client came back in time"


async def frozen(stage: Stage) -> None:
    """SIGSTOP for longer than the lease. An agent who can be reached through that process only is lost, and
    what they had sent into it must not be written when it wakes."""
    pinned = await stage.employ([stage.ground.urls[0]])
    pinned.session.stubborn = True
    await pinned.declare("available")
    for _ in range(2):
        stage.talkers.append(await stage.arrive(endless=True, urls=[stage.ground.urls[1]]))
    await until(lambda: len(pinned.held & set(pinned.screens)) > 0, 15, "the pinned agent to have a chat")
    stage.watched.discard(0)
    held = set(pinned.held)
    async with stage.fault("web 0 frozen", settle_seconds=8):
        await _freeze(stage)
        for conversation_id in held:
            pinned.say(conversation_id, "said into a frozen process")
        others = [agent for agent in stage.agents if agent is not pinned]
        await stage.expect_soon(
            lambda: held <= set().union(*(agent.held for agent in others)),
            BACK_IN_LINE_SECONDS,
            "the frozen process' chats to be with others",
        )
        stage.ground.webs[0].thaw()
    pinned.session.stubborn = False
    await stage.expect_soon(lambda: bool(_refusals(stage, pinned.name)), 15, "the late message to be refused")


async def _freeze(stage: Stage) -> None:
    """Stop the process; on SQLite outside of a transaction, since whoever holds its one write lock holds
    up all writers for as long as they stand still. That is told, not survived."""
    web = stage.ground.webs[0]
    database = stage.ground.database
    while True:
        web.freeze()
        if not isinstance(database, Sqlite) or await asyncio.to_thread(_writable, database.path):
            return
        web.thaw()
        await asyncio.sleep(0.05)


def _writable(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def _refusals(stage: Stage, name: str) -> list[str]:
    return [
        record.code
        for record in stage.journal.records
        if isinstance(record, records.Refused) and record.who == name
    ]


def _failing(point: str) -> Build:
    def command(folder: Path) -> list[str]:
        return failpoints.command(point, folder / ARMED, "web")

    return Build(commands={0: command})


async def dies_at_a_line(stage: Stage) -> None:
    """Arm the failpoint of web 0, and wait until somebody has come by it."""
    victim, armed = stage.ground.webs[0], stage.ground.folder / ARMED
    stage.watched.discard(0)
    async with stage.fault("web 0 dies at a line", settle_seconds=8):
        armed.touch()
        await until(lambda: not victim.running, 15, "web 0 to die at its line")
    stage.expect(victim.wait(1) == failpoints.DIED, "web 0 died at the line that was armed")
    await stage.recovered(20)
    armed.unlink()
    await stage.ground.restart(victim)


async def deployed(stage: Stage) -> None:
    """SIGTERM to one process after the other, each started again before the next goes."""
    stage.watched.clear()
    async with stage.fault("deploy"):
        for web in stage.ground.webs:
            web.terminate()
            status = await asyncio.to_thread(web.wait, STOP_SECONDS)
            stage.expect(status == 0, f"{web.log.stem} ends with 0 at SIGTERM, not {status}")
            await stage.ground.restart(web)
        stage.ground.worker.terminate()
        status = await asyncio.to_thread(stage.ground.worker.wait, STOP_SECONDS)
        stage.expect(status == 0, f"the worker ends with 0 at SIGTERM, not {status}")
        stage.ground.worker.start()


def libfaketime() -> Path | None:
    """The library that misleads a process about the time, where it is installed."""
    spec = importlib.util.find_spec("libfaketime")
    found = Path(spec.origin).parent if spec is not None and spec.origin else Path("/usr/lib")
    return next(iter(sorted(found.rglob("libfaketime.so.1"))), None)


async def clock_jumps(stage: Stage) -> None:
    """Ten minutes ahead, ten behind, and right again, on one node."""
    clock = stage.ground.folder / CLOCK
    stage.begin()
    stage.mark("fault", "clock of web 0")
    for offset in (f"+{JUMP}", f"-{JUMP}", "+0"):
        clock.write_text(offset)
        await asyncio.sleep(2.5)
    stage.over_at = now()
    stage.mark("over", "clock of web 0")
    # Nothing is excused: whatever comes early, late or in another order is the clock's doing.


def times_are_right(stage: Stage, evidence: Evidence) -> Iterator[str]:
    """No entry stands at another time than that at which its sender had the answer; nothing expired."""
    acked = {record.client: record.at for record in evidence.records if isinstance(record, records.Acked)}
    for entry in evidence.entries:
        if entry.client in acked and not -WRONG_SECONDS < acked[entry.client] - entry.at < WRONG_SECONDS:
            yield f"an entry stands {acked[entry.client] - entry.at:.0f} s from when it was said"
    yield from nobody_was_lost(stage, evidence)
    for visit in evidence.visits:
        if visit.outcome in ("missed", "abandoned"):
            yield f"{visit.conversation} left the queue as {visit.outcome}"


def _misled() -> Build:
    library = libfaketime()
    if library is None:
        return Build()

    def environment(folder: Path) -> dict[str, str]:
        (folder / CLOCK).write_text("+0")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(folder / CLOCK),
            # Looked at once a second: each time would make the process slow, which is another fault.
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    return Build(environments={0: environment})


async def out_of_descriptors(stage: Stage) -> None:
    """Connections to web 0 until it has no descriptor left. Who is in goes on; who comes is served when
    there is room again."""
    web = stage.ground.webs[0]
    stage.watched.discard(0)
    idle: list[asyncio.StreamWriter] = []
    async with stage.fault("web 0 out of descriptors"):
        for _ in range(2 * DESCRIPTORS):
            _, writer = await asyncio.open_connection("127.0.0.1", web.port)
            idle.append(writer)
        await asyncio.sleep(4)
        stage.expect(web.running, "web 0 lives on without descriptors")
        for writer in idle:
            writer.transport.abort()
    await stage.expect_soon(_serves(stage), 10, "web 0 to serve a newcomer again")


def _serves(stage: Stage) -> Callable[[], bool]:
    """Whether web 0 has answered a beat since the fault."""
    return lambda: any(
        beat.process == 0 and beat.seconds is not None and beat.at > stage.over_at
        for beat in stage.pulse.beats
    )


ROWS: Final = (
    Row("web-killed", "web process killed", killed, promise=nobody_was_lost, tested_on="postgresql"),
    Row(
        "web-frozen",
        "web process frozen, woken",
        frozen,
        Crowd(agents=3, talkers=3, passing=1),
        finish_seconds=60,
        long_because="it has to last longer than the lease of 20 s",
    ),
    Row(
        "ack-killed",
        "killed between commit and ack",
        dies_at_a_line,
        build=_failing("ack"),
        tested_on="sqlite",
    ),
    Row(
        "claim-killed",
        "killed between claim and write",
        dies_at_a_line,
        build=_failing("claim"),
        tested_on="postgresql",
    ),
    Row(
        "confirm-killed",
        "killed between write and word",
        dies_at_a_line,
        build=_failing("confirm"),
        long_because="its like is played: claim-killed",
    ),
    Row("deploy", "deploy: SIGTERM, rolling", deployed, promise=nobody_was_lost, tested_on="sqlite"),
    Row(
        "clock",
        "clock jumps ±10 min on one node",
        clock_jumps,
        build=_misled(),
        promise=times_are_right,
        long_because="the clock has to jump thrice",
    ),
    Row(
        "descriptors",
        "descriptors used up",
        out_of_descriptors,
        Crowd(agents=2, talkers=4, passing=1),
        Build(descriptors=DESCRIPTORS),
        long_because="a process without descriptors has to be watched for a while",
    ),
)
