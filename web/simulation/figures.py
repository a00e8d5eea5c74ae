"""Estimates of a run with their intervals, by batch means.

A run is cut into batches much longer than the queue's memory; the batches' means are nearly independent, and
Student's t gives the interval (Law, Simulation Modeling and Analysis, 9.5.3). Several intervals that are to
hold at once share the error (Bonferroni).
"""

import math
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct

from web.simulation.outcome import Outcome

BATCHES = 30
WARM_UP = 0.1
"""Of the counted customers; so many come before them and are not counted."""
WITHIN_SECONDS = 20

Value = Callable[[Outcome, int], float]


class Interval(Struct, frozen=True):
    """An estimate, and how far the true value may be away at the level that it was made for."""

    value: float
    half_width: float

    def holds(self, exact: float) -> bool:
        """Is this value inside? Beyond it by rounding only counts as inside."""
        return abs(self.value - exact) <= self.half_width + 1e-9


class Sample(Struct, frozen=True):
    """The batches' means of one figure."""

    means: list[float]

    def interval(self, level: float = 0.95, together: int = 1) -> Interval:
        """`together`: of how many intervals all are to hold at once with probability `level`."""
        batches = len(self.means)
        quantile = student((1 + 1 - (1 - level) / together) / 2, batches - 1)
        error = statistics.stdev(self.means) / math.sqrt(batches)
        return Interval(statistics.fmean(self.means), quantile * error)

    def against(self, control: "Sample", exact: float) -> "Sample":
        """With a control variate that met the same chance and whose mean is `exact`, its coefficient by least
        squares over the batches (Lavenberg and Welch 1981)."""
        mine, other = statistics.fmean(self.means), statistics.fmean(control.means)
        pairs = list(zip(self.means, control.means, strict=True))
        spread = math.fsum((b - other) ** 2 for _, b in pairs)
        slope = math.fsum((a - mine) * (b - other) for a, b in pairs) / spread if spread else 0.0
        return Sample([a + slope * (exact - b) for a, b in pairs])


def waited(outcome: Outcome, number: int) -> float:
    """1: nobody was free at once."""
    return outcome.waited[number]


def wait_seconds(outcome: Outcome, number: int) -> float:
    """Until answered or left."""
    return outcome.wait_ms[number] / 1000


def abandoned(outcome: Outcome, number: int) -> float:
    """1: left before an answer."""
    return outcome.left[number]


def within(outcome: Outcome, number: int) -> float:
    """1: answered in WITHIN_SECONDS."""
    return not outcome.left[number] and outcome.wait_ms[number] <= WITHIN_SECONDS * 1000


def total(customers: int) -> int:
    """How many must come for so many to be counted."""
    return customers + warm_up(customers)


def warm_up(customers: int) -> int:
    """How many come before the counted ones, since the desk begins empty."""
    return math.ceil(customers * WARM_UP)


def sample(outcome: Outcome, customers: int, value: Value, urgent: bool | None = None) -> Sample:
    """Of the counted customers, or of those with (without) priority."""
    first = warm_up(customers)
    means = []
    for batch in range(BATCHES):
        begin = first + customers * batch // BATCHES
        end = first + customers * (batch + 1) // BATCHES
        numbers = [number for number in range(begin, end) if urgent in (None, outcome.urgent[number])]
        if not numbers:
            raise ValueError("Too few customers for an estimate.")
        means.append(math.fsum(value(outcome, number) for number in numbers) / len(numbers))
    return Sample(means)


def share(hits: Sequence[bool]) -> Interval:
    """A share with its 95 % interval by batch means, of what followed each other in time."""
    batches = min(BATCHES, len(hits) // 2)
    if batches < 2:
        return Interval(statistics.fmean(hits) if hits else 0.0, 1.0)
    cuts = [len(hits) * batch // batches for batch in range(batches + 1)]
    return Sample([statistics.fmean(hits[a:b]) for a, b in pairwise(cuts)]).interval()


def student(probability: float, freedom: int) -> float:
    """The quantile of Student's t, for 15 degrees of freedom or more to about 0.001 (Abramowitz and Stegun
    26.7.5)."""
    z = statistics.NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return math.fsum([z, *(term / float(freedom) ** order for order, term in enumerate(terms, start=1))])
