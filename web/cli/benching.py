"""`frontdesk bench`: what things cost, measured on servers of its own."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli import environment

if TYPE_CHECKING:
    from web.bench.desks import Size
    from web.bench.routing import Measured


def application() -> typer.Typer:
    """The commands."""
    app = typer.Typer(no_args_is_help=True, help="Measure what things cost.")
    app.command()(routing)
    # With one command only, typer would make it the group itself.
    app.callback()(_group)
    return app


def _group() -> None:
    pass


def routing(
    waiting: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="With --agents: this size only.")
    ] = None,
    agents: Annotated[int | None, typer.Option(min=2, max=100_000)] = None,
    samples: Annotated[int, typer.Option(min=10, max=100_000, help="Decisions of a kind, a size.")] = 500,
    pairs: Annotated[int, typer.Option(min=100, max=1_000_000, help="For the rate, a size.")] = 5_000,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Measure what a decision costs inside Redis, and how that grows with who waits and who works.

    Status 1 when the p99 of a decision passes the limit, 2 when it cannot be measured.
    """
    from rich.console import Console

    from web.bench import report
    from web.bench.desks import SIZES, Size

    if (waiting is None) != (agents is None):
        environment.fail("Give --waiting and --agents together.", status=2)
    sizes = SIZES if waiting is None or agents is None else [Size(waiting, agents)]
    binary = environment.settings(log_level="error").redis_binary
    measured = environment.run(_measured(binary, sizes, samples, pairs))
    if as_json:
        sys.stdout.write(report.as_json(measured) + "\n")
    else:
        Console().print(report.costs(measured), report.rates(measured))
    raise typer.Exit(0 if all(each.good for each in measured) else 1)


async def _measured(binary: str, sizes: "list[Size]", samples: int, pairs: int) -> "list[Measured]":
    from rich.console import Console

    from web.bench import routing
    from web.bench.decisions import NotSeen
    from web.simulation import desk

    console = Console(stderr=True, highlight=False)

    def tell(measured: "Measured") -> None:
        console.print(f"{measured.size.waiting:,} waiting, {measured.size.agents:,} agents: measured")

    async with desk.server(binary) as socket:
        try:
            return await routing.run(f"unix://{socket}", sizes, samples, pairs, tell)
        except NotSeen as error:
            environment.fail(str(error), status=2)
