"""Dialogues with random faults from the table, for a time and a seed.

`python -m tests.faults.soak --seconds 600 --seed 1`: one service, one crowd; every few seconds another fault.
At the end everything is judged as after a row. The order of faults follows from the seed; when exactly a
process gets what, no seed can say.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from tests.faults import bench, checker, client_faults, databases, shrinking
from tests.faults.databases import Kind
from tests.faults.desk import BenchDesk
from tests.faults.evidence import Bounds, Evidence, Violation
from tests.faults.ground import Ground
from tests.faults.proxy import Proxy
from tests.faults.rows import BENCH, Row
from tests.faults.stage import Crowd, Stage
from tests.faults.table import ROWS
from tests.faults.waiting import TooLate
from web.replay import dialogues
from web.replay.cli import OWN
from web.replay.dialogues import Dialogue

PLAYED: Final = (
    *("web-killed", "deploy", "redis-flushed", "redis-emptied", "redis-restarted", "redis-paused"),
    *("redis-frozen", "pubsub-cut", "database-down", "database-locked"),
)
"""Rows that harm what every ground has, and leave it whole."""
CUT: Final = "all clients cut"
PAUSE_SECONDS: Final = (1.0, 5.0)
CROWD: Final = Crowd(agents=3, capacity=3, talkers=4, passing=6, gap_seconds=0.4)
SHOWN: Final = 3


async def soak(
    kind: Kind, seconds: float, seed: int, said: list[Dialogue], folder: Path, bounds: Bounds
) -> list[Violation]:
    """Play for so long; the violations, of which the first few are shown with their shortest logs."""
    chance = random.Random(seed)
    rows = [row for row in ROWS if row.name in PLAYED and kind in row.databases]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(databases.running()) if kind == "postgresql" else None
        database = await stack.enter_async_context(databases.made(kind, folder, server))
        ground = await stack.enter_async_context(Ground(folder, database))
        desk = await stack.enter_async_context(BenchDesk(ground.urls))
        await desk.sign_in(ground.admin)
        stage = Stage(ground, desk, CROWD, bounds, seed, said)
        try:
            async with client_faults.proxied(stage) as proxies:
                await stage.open()
                await stage.warm()
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
                    await one_fault(stage, chance.choice([*rows, None]), proxies)
            differences = await stage.agreement()
            await stage.go_home()
            evidence = await stage.evidence(differences)
        finally:
            await stage.close()
    found = [*stage.found, *checker.judge(evidence), *bench.failures(ground.logs())]
    (folder / "violations.json").write_bytes(msgspec.json.encode(found))
    report(stage, evidence, found)
    return found


async def one_fault(stage: Stage, row: Row | None, proxies: list[Proxy]) -> None:
    """Play a row, or cut everybody; and wait until all are chatting again."""
    name = row.name if row is not None else CUT
    print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
    before = len(stage.found)
    try:
        if row is not None:
            await row.play(stage)
        else:
            async with stage.fault(CUT):
                for proxy in proxies:
                    proxy.cut()
        await stage.recovered(30)
    except TooLate as late:
        stage.found.append(Violation(0, str(late), name))
    for violation in stage.found[before:]:
        print(f"    {violation.said}", flush=True)


def report(stage: Stage, evidence: Evidence, found: list[Violation]) -> None:
    """How much was played, and for the first violations the shortest log."""
    print(f"{len(stage.customers)} conversations, {len(evidence.entries)} entries, {len(found)} violations")
    for invariant, count in sorted(Counter(violation.invariant for violation in found).items()):
        print(f"invariant {invariant}: {count}")
    for violation in found[:SHOWN]:
        print(f"invariant {violation.invariant}: {violation.said} {violation.subject}")
        for record in shrinking.shortest(evidence, violation) if violation.invariant else ():
            print(f"    {record}")


def main(
    seconds: Annotated[float, typer.Option(help="How long to go on with new faults.")] = 60,
    seed: Annotated[int, typer.Option(help="Which faults come; 0 for any.")] = 0,
    database: Annotated[str, typer.Option(help="sqlite or postgresql.")] = "postgresql",
    file: Annotated[Path, typer.Option(help="Dialogues, one JSON object a line.")] = OWN,
    pairing: Annotated[
        float,
        typer.Option(help="Seconds that somebody may wait beside a free agent; more on a busy machine."),
    ] = BENCH.pairing,
) -> None:
    """Play dialogues amid random faults."""
    if database not in databases.KINDS:
        raise typer.BadParameter(f"--database is one of {', '.join(databases.KINDS)}")
    chosen = seed or int(time.time())
    folder = bench.new_folder("soak")
    print(f"seed {chosen}, {database}, {seconds:g} s, journals and logs in {folder}", flush=True)
    least = bench.SHARED_FILE_SECONDS if database == "sqlite" else 0.0
    bounds = Bounds(pairing=max(pairing, least))
    kind: Kind = "sqlite" if database == "sqlite" else "postgresql"
    found = asyncio.run(soak(kind, seconds, chosen, dialogues.load(file), folder, bounds))
    if found:
        print(f"again: make soak SECONDS={seconds:g} SEED={chosen} DATABASE={database}")
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
