"""Runs: one case from an empty desk to its figures."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from web.simulation import calibration, desk, figures, verdict
from web.simulation.cases import Case
from web.simulation.drive import Drive
from web.simulation.figures import Interval
from web.simulation.model import Model
from web.simulation.outcome import Outcome
from web.simulation.reference import Queue
from web.simulation.verdict import Done

ASK_EVERY = 20
"""Each so-many-th customer who must wait asks how long."""

_ALL: list[tuple[str, bool | None]] = [("", None)]
_CLASSES: list[tuple[str, bool | None]] = [("urgent, ", True), ("ordinary, ", False)]
_WHEN = [("on arrival", False), ("later", True)]
Progress = Callable[[int], None]


async def known(
    binary: str, chosen: Sequence[Case], customers: int, seed: int, progress: Progress
) -> list[Done]:
    """Run cases, as many beside each other as there are processors, each in a process and a Redis of its own.

    That is for speed alone: what comes out of a case does not depend on it. `progress` hears how many are
    done.
    """
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        runs = [loop.run_in_executor(pool, _alone, binary, each, customers, seed) for each in chosen]
        for count, run in enumerate(asyncio.as_completed(runs), start=1):
            await run
            progress(count)
        return [run.result() for run in runs]


def _alone(binary: str, chosen: Case, customers: int, seed: int) -> Done:
    async def run() -> Done:
        async with desk.server(binary) as socket:
            return await case(socket, chosen, customers, seed)

    return asyncio.run(run())


async def case(socket: Path, case: Case, customers: int, seed: int) -> Done:
    """Run one of the known cases; `seed` is added to its own."""
    total, began = figures.total(customers), time.monotonic()
    chance = case.seed + seed
    async with desk.opened(socket, case.model) as opened:
        drive = Drive(opened, case.model, chance, ASK_EVERY)
        outcome = await drive.run(total)
    seconds = time.monotonic() - began
    reference = Queue(case.model.control, chance).run(total)
    return Done(
        case=case,
        lines=verdict.lines(case, outcome, reference, customers),
        calibrations=[
            (name + when, calibration.judge(drive.stated, outcome, customers, urgent, later))
            for name, urgent in (_CLASSES if case.model.urgent else _ALL)
            for when, later in _WHEN
        ],
        differing=verdict.differing(outcome, reference, total) if case.model.pools else None,
        seconds=seconds,
    )


async def single(socket: Path, model: Model, customers: int, seed: int, progress: Progress) -> Outcome:
    """Run a model of one's own."""
    async with desk.opened(socket, model) as opened:
        return await Drive(opened, model, seed).run(figures.total(customers), progress)


def four(outcome: Outcome, customers: int) -> Sequence[tuple[str, Interval]]:
    """The four figures that a supervisor asks for, with their 95 % intervals."""
    wanted = {
        "waited_share": figures.waited,
        "mean_wait_seconds": figures.wait_seconds,
        "abandoned_share": figures.abandoned,
        f"within_{figures.WITHIN_SECONDS}_seconds_share": figures.within,
    }
    return [(name, figures.sample(outcome, customers, value).interval()) for name, value in wanted.items()]


def exact(model: Model) -> list[float]:
    """The same four by theory."""
    found = model.exact(figures.WITHIN_SECONDS)
    return [found.waited_share, found.mean_wait_seconds, found.abandoned_share, found.within_share]
