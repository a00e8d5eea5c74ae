"""Playing one row: ground and crowd made for it, the fault, the goodbyes, and the verdict."""

import json
import tempfile
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tests.faults import checker, databases, queueing
from tests.faults.databases import Kind, Part, Server
from tests.faults.desk import BenchDesk
from tests.faults.evidence import Evidence, Violation
from tests.faults.ground import Ground
from tests.faults.records import Acked
from tests.faults.rows import Row
from tests.faults.stage import Stage
from tests.faults.waiting import TooLate

SHARED_FILE_SECONDS: Final = 5.0
"""Two processes on one SQLite file poll for its lock, and one may wait while the other writes on; that works,
and nobody promises how fast. The same routing is held to its δ on PostgreSQL."""
FAILURES: Final = frozenset({"error", "critical"})


class Outcome(Struct, kw_only=True):
    """What a run of a row came to. Times in seconds."""

    row: str
    fault: str
    database: str
    seed: int
    seconds: float
    clients: int
    messages: int
    acked_again: float | None
    """From the end of the fault until the slowest talker had an ack."""
    answered_again: float | None
    """And an answer of an agent's."""
    apart_ms: int
    """The longest that somebody waited beside a free agent, outside of the fault."""
    stalled_ms: int
    """The longest that a web process, not counting a killed or frozen one, took to say that it is alive."""
    violations: list[Violation]
    folder: str = ""


async def play(row: Row, kind: Kind, seed: int, folder: Path, server: Server | None = None) -> Outcome:
    """Play a row on a new ground in `folder`, where its journals and logs stay. `server`: for PostgreSQL."""
    proxied = row.proxied_database and kind == "postgresql"
    began = time.monotonic()
    try:
        async with databases.made(kind, folder, server, disk=row.disk, proxied=proxied) as database:
            return await _play(row, database, seed, folder)
    except Exception as error:
        # One row that cannot be played must not keep the others from it.
        (folder / "broken.txt").write_text(traceback.format_exc())
        return broken(row, kind, seed, time.monotonic() - began, folder, error)


def broken(row: Row, kind: Kind, seed: int, seconds: float, folder: Path, error: Exception) -> Outcome:
    """The outcome of a run that did not come to its end."""
    return Outcome(
        row=row.name,
        fault=row.fault,
        database=kind,
        seed=seed,
        seconds=round(seconds, 1),
        clients=0,
        messages=0,
        acked_again=None,
        answered_again=None,
        apart_ms=0,
        stalled_ms=0,
        violations=[Violation(0, f"the run broke off: {error!r}"[:500])],
        folder=str(folder),
    )


async def _play(row: Row, database: Part, seed: int, folder: Path) -> Outcome:
    began = time.monotonic()
    async with Ground(folder, database, row.build) as ground, BenchDesk(ground.urls) as desk:
        await desk.sign_in(ground.admin)
        bounds = row.bounds
        if database.kind == "sqlite":
            bounds = replace(bounds, pairing=max(bounds.pairing, SHARED_FILE_SECONDS))
        stage = Stage(ground, desk, row.crowd, bounds, seed)
        try:
            await course(row, stage)
            differences = await stage.agreement()
            await stage.go_home()
            evidence = await stage.evidence(differences)
        finally:
            await stage.close()
    promised = row.promise(stage, evidence) if row.promise else ()
    broken = [Violation(0, said) for said in promised]
    violations = [*stage.found, *broken, *checker.judge(evidence), *failures(ground.logs(), row.may_log)]
    return outcome(row, database, seed, time.monotonic() - began, stage, evidence, violations)


async def course(row: Row, stage: Stage) -> None:
    """Warm, the fault, well again, over; what takes too long is a violation, and the run goes on."""
    await stage.open()
    try:
        await stage.warm()
        await row.play(stage)
        await stage.recovered(row.within_seconds)
    except TooLate as late:
        stage.found.append(Violation(0, str(late)))
    await stage.finish(row.finish_seconds)


def failures(logs: Iterable[Path], allowed: frozenset[str] = frozenset()) -> list[Violation]:
    """Errors that the service logged: it promises to take faults as warnings."""
    found = []
    for log in logs:
        for line in log.read_text(errors="replace").splitlines() if log.exists() else []:
            said = parsed(line)
            if said.get("level") in FAILURES and said.get("event") not in allowed:
                found.append(Violation(0, f"{log.stem} logged {described(said)}"))
    return found


def parsed(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def described(said: dict[str, Any]) -> str:
    raised = said.get("exception")
    last = raised[0] if isinstance(raised, list) and raised else {}
    why = f": {last.get('exc_type')}: {last.get('exc_value')}" if isinstance(last, dict) and last else ""
    rest = {
        key: value
        for key, value in said.items()
        if key not in ("exception", "event", "level", "logger", "timestamp")
    }
    return f"{said.get('event')} {rest or ''}{why}"[:300]


def outcome(
    row: Row,
    database: Part,
    seed: int,
    seconds: float,
    stage: Stage,
    evidence: Evidence,
    violations: list[Violation],
) -> Outcome:
    recovery = stage.recovery()
    apart = max((seconds for _, _, seconds in queueing.longest_apart(evidence)), default=0.0)
    return Outcome(
        row=row.name,
        fault=row.fault,
        database=database.kind,
        seed=seed,
        seconds=round(seconds, 1),
        clients=len(stage.customers) + len(stage.agents),
        messages=sum(isinstance(record, Acked) for record in evidence.records),
        acked_again=rounded(recovery.acked),
        answered_again=rounded(recovery.answered),
        apart_ms=round(apart * 1000),
        stalled_ms=round(1000 * max((stage.pulse.longest(number) for number in stage.watched), default=0.0)),
        violations=violations,
        folder=str(stage.ground.folder),
    )


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def new_folder(name: str) -> Path:
    """Short, since sockets stand in it."""
    return Path(tempfile.mkdtemp(prefix=f"faults-{name}-"))
