"""`python -m web.bench`: what `make bench` runs."""

import argparse
import asyncio
import gc
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console

from web.bench import cores, ground, machine, parts, tables
from web.bench.book import Book
from web.bench.plan import Plan

WIDE = 150
"""Columns of the tables, on a narrow terminal too: their rows are read across."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write the file. Status 1 when something could not be measured."""
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, WIDE)
    given = _parser().parse_args(arguments)
    plan = Plan(given.rounds, given.seconds, given.chats, given.subject, idle=given.idle, cut=given.idle // 2)
    wanted = given.only.split(",") if given.only else parts.NAMES
    if unknown := [name for name in wanted if name not in parts.NAMES]:
        console.print(f"There is no {', '.join(unknown)}. There are {', '.join(parts.NAMES)}.")
        return 2
    _allow_connections()
    gc.freeze()
    return uvloop.run(_measured(wanted, plan, given.json, console))


async def _measured(wanted: Sequence[str], plan: Plan, path: Path, console: Console) -> int:
    pinned = cores.found()
    book = Book()
    with cores.on(pinned.load):
        async with ground.running(pinned) as standing:
            described = machine.described(pinned, standing.folder)
            started = asyncio.get_running_loop().time()
            await parts.run(wanted, standing, book, plan, lambda line: console.print(line, style="dim"))
            took = asyncio.get_running_loop().time() - started
    for table in tables.every(book, plan):
        console.print(table)
    for name, words in described.items():
        console.print(f"{name}: {words}", style="dim")
    found = {**book.as_builtins(described), "plan": plan, "seconds": round(took)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    console.print(f"{plan.rounds} rounds, {took:.0f} s, all figures in {path}")
    return 1 if book.missing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m web.bench", description="Measure what the service costs."
    )
    parser.add_argument("--only", default="", metavar="PARTS", help=f"of {', '.join(parts.NAMES)}; by comma")
    parser.add_argument("--subject", default="", help="of the services, those with this in their name")
    parser.add_argument("--rounds", type=int, default=Plan().rounds)
    parser.add_argument("--seconds", type=float, default=Plan().seconds, help="of each window of time")
    parser.add_argument("--chats", type=int, default=Plan().chats, help="of two")
    parser.add_argument("--idle", type=int, default=Plan().idle, help="connections that say nothing")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="the file for all figures")
    return parser


def _allow_connections() -> None:
    """As many open files as the system lets us have; the servers inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
