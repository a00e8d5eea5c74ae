"""What a run says beside what theory says."""

from msgspec import Struct

from web.simulation import figures
from web.simulation.calibration import Calibration
from web.simulation.cases import Case, Expected
from web.simulation.figures import Interval, Sample
from web.simulation.outcome import Outcome

WIDEST = 0.05
"""The half-width of a simultaneous interval may be so much of the value."""


class Line(Struct, frozen=True):
    """One figure of one case, before it is known how many are judged together."""

    expected: Expected
    plain: Sample
    controlled: Sample
    """With a plain queue that met the same customers as control variate."""

    def good(self, together: int) -> bool:
        """The exact value lies in both simultaneous intervals, and one of them is narrow enough."""
        found = [each.interval(together=together) for each in (self.plain, self.controlled)]
        narrowest = min(each.half_width for each in found)
        allowed = WIDEST * self.expected.exact + self.expected.tolerance
        return narrowest <= allowed and all(self._holds(each) for each in found)

    def _holds(self, found: Interval) -> bool:
        widened = Interval(found.value, found.half_width + self.expected.tolerance)
        return widened.holds(self.expected.exact)


class Done(Struct, frozen=True):
    """One case after its run."""

    case: Case
    lines: list[Line]
    calibrations: list[tuple[str, Calibration | None]]
    """By class, where there are two; None where nobody was told anything."""
    differing: int | None
    """Customers whose fate was not that in the reference queue to the millisecond; None: no such queue."""
    seconds: float

    def good(self, together: int) -> bool:
        """All figures are reproduced, and what customers were told came true as often as it is to."""
        told = [found for _, found in self.calibrations if found]
        return all(line.good(together) for line in self.lines) and all(found.good for found in told)


def lines(case: Case, outcome: Outcome, reference: Outcome, customers: int) -> list[Line]:
    """The figures of a case."""
    made = []
    for each in case.expected():
        plain = figures.sample(outcome, customers, each.value, each.urgent)
        control = figures.sample(reference, customers, each.value, each.urgent)
        made.append(Line(each, plain, plain.against(control, each.control)))
    return made


def differing(outcome: Outcome, reference: Outcome, customers: int) -> int:
    """How many of the first so many customers fared otherwise than in the reference queue."""
    mine, theirs = (
        zip(each.wait_ms[:customers], each.left[:customers], each.waited[:customers], strict=True)
        for each in (outcome, reference)
    )
    return sum(a != b for a, b in zip(mine, theirs, strict=True))
