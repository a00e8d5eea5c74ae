"""Did the wait that customers were told come true?"""

import statistics
from collections.abc import Sequence

from msgspec import Struct

from web.simulation import figures
from web.simulation.drive import Stated
from web.simulation.figures import Interval
from web.simulation.outcome import Outcome

STATED_SHARE = 0.8
"""The range is to hold four waits of five (routing.estimates)."""
TOLERANCE = 0.05


class Calibration(Struct, frozen=True):
    """Of customers who had to wait, asked how long, and were answered in the end."""

    asked: int
    told: int
    """To so many a range was stated; to the others nothing, since too little was measured."""
    coverage: Interval
    """Share of ranges, in whole seconds as stated, that held the wait."""
    median_error_seconds: float
    """Between the middle of the range and the wait."""
    median_error_share: float
    """The same, of the wait."""

    @property
    def good(self) -> bool:
        """Within five points of the stated share, or not distinguishable from it."""
        return abs(self.coverage.value - STATED_SHARE) <= TOLERANCE + self.coverage.half_width


def judge(
    stated: Sequence[Stated],
    outcome: Outcome,
    customers: int,
    urgent: bool | None = None,
    later: bool = False,
) -> Calibration | None:
    """Of all, or of those with (without) priority, as told on arrival or `later`, of the rest of the wait.

    None when nobody was told anything.
    """
    first = figures.warm_up(customers)
    counted = range(first, first + customers)
    asked = [
        each
        for each in stated
        if each.number in counted
        and not outcome.left[each.number]
        and urgent in (None, outcome.urgent[each.number])
        and later == (each.waited_ms > 0)
    ]
    told = [
        (each.low_seconds, each.high_seconds, (outcome.wait_ms[each.number] - each.waited_ms) / 1000)
        for each in asked
        if each.low_seconds is not None and each.high_seconds is not None
    ]
    if not told:
        return None
    errors = [abs((low + high) / 2 - wait) for low, high, wait in told]
    return Calibration(
        asked=len(asked),
        told=len(told),
        coverage=figures.share([low <= wait <= high for low, high, wait in told]),
        median_error_seconds=statistics.median(errors),
        median_error_share=statistics.median(
            error / wait for error, (_, _, wait) in zip(errors, told, strict=True) if wait > 0
        ),
    )
