"""`frontdesk simulate`: the routing scripts on a virtual clock, beside queueing theory."""

import math
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli import environment

if TYPE_CHECKING:
    from rich.console import Console

    from web.simulation.model import Model

MOST_WAITING = 2_000
"""On the average: no desk is like that, and what theory says of it takes minutes to find."""


def simulate(
    arrivals: Annotated[
        float | None,
        typer.Option(min=0.0, max=10_000, help="Customers a minute. Without it: all known numbers."),
    ] = None,
    service: Annotated[
        float,
        typer.Option(min=0.0, max=1000, help="Chats that one slot ends a minute: 0.25 is 4 minutes a chat."),
    ] = 0.25,
    agents: Annotated[int, typer.Option(min=1, max=10_000)] = 1,
    slots: Annotated[int, typer.Option(min=1, max=100, help="Chats at once, an agent.")] = 1,
    patience: Annotated[
        float,
        typer.Option(min=0.0, max=1000, help="Rate a minute at which who waits leaves; 0: nobody does."),
    ] = 0.0,
    customers: Annotated[int, typer.Option(min=1000, max=100_000_000, help="Counted, a run.")] = 150_000,
    seed: Annotated[int, typer.Option(help="Of all chance; for known numbers added to the fixed ones.")] = 0,
    only: Annotated[str, typer.Option(help="Of the known numbers, those whose name holds this.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Let the router serve drawn customers on a virtual clock, and compare with queueing theory.

    With --arrivals: one model, to find out how many agents it takes. Without: every known number, and
    status 1 when one is not reproduced, or when customers were told what did not come true. Status 2 when
    a simulation cannot be made.
    """
    from rich.console import Console

    settings = environment.settings(log_level="error")
    console = Console(stderr=True, highlight=False)
    binary = settings.redis_binary
    if arrivals is None:
        good = environment.run(_known(binary, customers, seed, only, as_json, console))
        raise typer.Exit(0 if good else 1)
    from web.simulation.figures import WARM_UP
    from web.simulation.model import Model

    if arrivals == 0 or service == 0:
        environment.fail("--arrivals and --service must be more than 0.", status=2)
    model = Model(arrivals=arrivals, service=service, agents=agents, slots=slots, patience=patience)
    if model.waiting > MOST_WAITING:
        environment.fail(f"{model.waiting:,.0f} customers would wait. Give more agents or slots.", status=2)
    try:
        model.exact()
    except ValueError as error:
        environment.fail(f"{error} Give more agents or slots, or --patience.", status=2)
    if customers * WARM_UP < model.memory:
        console.print(
            "This run hardly forgets that the desk began empty, so its intervals are too narrow: give "
            f"--customers {math.ceil(model.memory / WARM_UP):,} or more."
        )
    environment.run(_single(binary, model, customers, seed, as_json, console))


async def _single(
    binary: str, model: "Model", customers: int, seed: int, as_json: bool, console: "Console"
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from web.simulation import desk, figures, report, running

    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("", total=figures.total(customers))
        async with desk.server(binary) as socket:
            outcome = await running.single(
                socket, model, customers, seed, lambda done: progress.update(bar, completed=done)
            )
    found, exact = running.four(outcome, customers), running.exact(model)
    if as_json:
        sys.stdout.write(report.single_json(model, customers, seed, found, exact) + "\n")
    else:
        Console().print(report.single(found, exact, customers))


async def _known(
    binary: str, customers: int, seed: int, only: str, as_json: bool, console: "Console"
) -> bool:
    from rich.console import Console
    from rich.progress import Progress

    from web.simulation import cases, report, running

    chosen = [each for each in cases.known() if only in each.name]
    if not chosen:
        environment.fail(f"None of the known numbers is named {only}.", status=2)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("known numbers", total=len(chosen))
        done = await running.known(
            binary, chosen, customers, seed, lambda count: progress.update(bar, completed=count)
        )
    if as_json:
        sys.stdout.write(report.known_json(done, customers) + "\n")
    else:
        out = Console(width=None if sys.stdout.isatty() else 150)
        out.print(report.known(done, customers))
        out.print(report.runs(done))
    together = report.count(done)
    return all(each.good(together) for each in done)
