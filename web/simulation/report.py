"""What `frontdesk simulate` prints."""

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.table import Table

from web.simulation import calibration, figures
from web.simulation.calibration import Calibration
from web.simulation.figures import Interval
from web.simulation.model import Model
from web.simulation.verdict import Done, Line

_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]"}


def known(done: Sequence[Done], customers: int) -> Table:
    """Exact beside simulated."""
    together = count(done)
    table = Table(
        title=f"The router beside queueing theory: {customers:,} customers a row after "
        f"{figures.warm_up(customers):,} not counted",
        caption=f"± 95 %: batch means, {figures.BATCHES} batches. ± all: {together} intervals that hold "
        "together at 95 % (Bonferroni). Controlled: a plain queue of the same customers is control variate.",
    )
    table.add_column("model λ, μ, n, θ")
    table.add_column("figure")
    for name in ("exact", "simulated", "± 95 %", "± all", "controlled", "± all"):
        table.add_column(name, justify="right")
    table.add_column("")
    for each in done:
        for at, line in enumerate(each.lines):
            table.add_row(each.case.name if at == 0 else each.case.note, *_cells(line, together))
        table.add_section()
    return table


def count(done: Sequence[Done]) -> int:
    """How many figures are judged together."""
    return sum(len(each.lines) for each in done)


def _cells(line: Line, together: int) -> list[str]:
    digits = line.expected.digits
    plain, all_ = line.plain.interval(), line.plain.interval(together=together)
    exact = f"{line.expected.exact:.{digits}f}"
    if line.expected.tolerance:
        exact = f"{line.expected.exact:.0f} ± {line.expected.tolerance:.0f}"
    controlled = line.controlled.interval(together=together)
    return [
        line.expected.name,
        exact,
        f"{plain.value:.{digits}f}",
        f"{plain.half_width:.{digits}f}",
        f"{all_.half_width:.{digits}f} ({all_.half_width / line.expected.exact:.1%})",
        f"{controlled.value:.{digits}f}",
        f"{controlled.half_width:.{digits}f} ({controlled.half_width / line.expected.exact:.1%})",
        _MARKS[line.good(together)],
    ]


def runs(done: Sequence[Done]) -> Table:
    """How each run went: against the reference customer by customer, what customers were told, speed."""
    table = Table(
        title="Customer by customer, and what they were told",
        caption="Differing: not answered, or gone, in the same millisecond as in the plain queue. Asked: "
        "customers who had to wait, on arrival and again when the next one came. Told: not silent. Held: how "
        "often the rest of the wait fell in the stated range, which is to hold "
        f"{calibration.STATED_SHARE:.0%}.",
    )
    table.add_column("model")
    for name in ("differing", "who, when", "asked", "told", "held", "median error", "of the wait", "run, s"):
        table.add_column(name, justify="right")
    for each in done:
        differing = "–" if each.differing is None else str(each.differing)
        for at, (name, found) in enumerate(each.calibrations):
            ends = (differing, f"{each.seconds:.0f}") if at == 0 else ("", "")
            label = each.case.name if at == 0 else ""
            table.add_row(label, ends[0], name, *_told(found), ends[1])
    return table


def _told(found: Calibration | None) -> list[str]:
    if found is None:
        return ["–"] * 5
    return [
        str(found.asked),
        f"{found.told / found.asked:.1%}",
        f"{_share(found.coverage)} {_MARKS[found.good]}",
        f"{found.median_error_seconds:.0f} s",
        f"{found.median_error_share:.0%}",
    ]


def _share(found: Interval) -> str:
    return f"{found.value:.1%} ± {found.half_width:.1%}"


def single(found: Sequence[tuple[str, Interval]], exact: Sequence[float], customers: int) -> Table:
    """One model."""
    table = Table(title=f"{customers:,} customers", caption="± 95 %, by batch means.")
    table.add_column("figure")
    for name in ("simulated", "± 95 %", "exact"):
        table.add_column(name, justify="right")
    for (name, interval), value in zip(found, exact, strict=True):
        digits = 2 if name.endswith("seconds") else 4
        cells = (f"{each:.{digits}f}" for each in (interval.value, interval.half_width, value))
        table.add_row(name.replace("_", " "), *cells)
    return table


def single_json(
    model: Model,
    customers: int,
    seed: int,
    found: Sequence[tuple[str, Interval]],
    exact: Sequence[float],
) -> str:
    """One model: each figure under its name, `…_half_width` (95 %) and `exact_…` beside it.

    `enough_customers`: false where the run hardly forgets that the desk began empty.
    """
    told: dict[str, Any] = {
        "arrivals": model.arrivals,
        "service": model.service,
        "agents": model.agents,
        "slots": model.slots,
        "patience": model.patience,
        "customers": customers,
        "seed": seed,
        "enough_customers": customers * figures.WARM_UP >= model.memory,
    }
    for (name, interval), value in zip(found, exact, strict=True):
        told |= {name: interval.value, f"{name}_half_width": interval.half_width, f"exact_{name}": value}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def known_json(done: Sequence[Done], customers: int) -> str:
    """All cases."""
    together = count(done)
    told = {"customers": customers, "together": together, "cases": [_case(each, together) for each in done]}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _case(done: Done, together: int) -> dict[str, Any]:
    return {
        "name": done.case.name,
        "seed": done.case.seed,
        "seconds": round(done.seconds, 1),
        "differing": done.differing,
        "calibration": [{"class": name, "found": found} for name, found in done.calibrations],
        "figures": [
            {
                "name": line.expected.name,
                "exact": line.expected.exact,
                "simulated": line.plain.interval(),
                "simultaneous": line.plain.interval(together=together),
                "controlled": line.controlled.interval(together=together),
                "good": line.good(together),
            }
            for line in done.lines
        ],
    }
