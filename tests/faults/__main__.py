"""`python -m tests.faults`: plays the table of faults and prints what came of it."""

import asyncio
import shutil
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec.structs import replace as with_fields
from rich.console import Console
from rich.table import Table

from tests.faults import bench, databases
from tests.faults.bench import Outcome
from tests.faults.databases import KINDS, Kind
from tests.faults.rows import BENCH
from tests.faults.table import chosen

FILE: Final = Path("faults.jsonl")
SHOWN: Final = 5


async def run(only: str, kinds: list[Kind], seed: int, file: Path, pairing: float) -> list[Outcome]:
    """Play the chosen rows on each database; the outcomes are appended to `file` as they come."""
    console = Console()
    outcomes: list[Outcome] = []
    async with AsyncExitStack() as stack:
        server = None
        if "postgresql" in kinds:
            server = await stack.enter_async_context(databases.running())
        for kind in kinds:
            for row in chosen(only):
                if kind not in row.databases:
                    continue
                folder = bench.new_folder(row.name)
                row = replace(row, bounds=with_fields(row.bounds, pairing=pairing))
                outcome = await bench.play(row, kind, seed, folder, server)
                outcomes.append(outcome)
                with file.open("ab") as lines:
                    lines.write(msgspec.json.encode(outcome) + b"\n")
                tell(console, outcome)
                if not outcome.violations:
                    shutil.rmtree(folder, ignore_errors=True)
    return outcomes


def tell(console: Console, outcome: Outcome) -> None:
    """One line as soon as a row is done, and what was wrong."""
    good = "[green]ok[/]" if not outcome.violations else f"[red]{len(outcome.violations)} violations[/]"
    console.print(f"{outcome.row:<18} {outcome.database:<11} {outcome.seconds:>6.1f} s  {good}")
    for violation in outcome.violations[:SHOWN]:
        console.print(f"    {violation.invariant}: {violation.said} {violation.subject}", markup=False)
    if outcome.violations:
        console.print(f"    seed {outcome.seed}, journals and logs in {outcome.folder}", markup=False)


def shown(outcomes: list[Outcome]) -> Table:
    """The table that `make faults` ends with."""
    table = Table(box=None, pad_edge=False)
    for name in ("fault", "database"):
        table.add_column(name, no_wrap=True)
    for name in (
        "seconds",
        "clients",
        "messages",
        "violations",
        "ack again",
        "answer again",
        "apart",
        "stalled",
    ):
        table.add_column(name, justify="right", no_wrap=True)
    for one in outcomes:
        table.add_row(
            one.fault,
            one.database,
            f"{one.seconds:.1f}",
            str(one.clients),
            str(one.messages),
            str(len(one.violations)),
            seconds(one.acked_again),
            seconds(one.answered_again),
            f"{one.apart_ms} ms",
            f"{one.stalled_ms} ms",
        )
    return table


def seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def main(
    only: Annotated[str, typer.Option(help="Words in rows' names, by comma; all rows without.")] = "",
    database: Annotated[str, typer.Option(help="sqlite or postgresql; both without.")] = "",
    seed: Annotated[int, typer.Option(help="0 for any.")] = 0,
    file: Annotated[Path, typer.Option(help="Where a line of JSON is appended for each row.")] = FILE,
    pairing: Annotated[
        float,
        typer.Option(help="Seconds that somebody may wait beside a free agent; more on a busy machine."),
    ] = BENCH.pairing,
) -> None:
    """Play the table of faults and print what came of it; the status is 1 when anything was violated."""
    kinds: list[Kind] = [kind for kind in KINDS if database in ("", kind)]
    if not kinds:
        raise typer.BadParameter(f"--database is one of {', '.join(KINDS)}")
    try:
        chosen(only)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    began = time.monotonic()
    outcomes = asyncio.run(run(only, kinds, seed or int(time.time()), file, pairing))
    console = Console(width=max(Console().width, 150))
    console.print(shown(outcomes))
    violations = sum(len(outcome.violations) for outcome in outcomes)
    console.print(f"{len(outcomes)} rows, {violations} violations, {time.monotonic() - began:.0f} s")
    if violations:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
