"""The estimated wait, from what this queue was measured to do."""

import math

from msgspec import Struct

_LEAST = 8
"""Fewer measured gaps say too little."""
_Z = 1.2816
"""Four of five: the 10 % and 90 % quantiles of the normal distribution."""


class Flow(Struct, frozen=True):
    """What was measured of one team's queue."""

    team_id: str
    gaps_ms: list[int]
    """Times between hand-overs while somebody waited, newest first, at most 30, of the last two hours."""
    since_ms: int
    """How long nobody was handed over although somebody waits."""
    working: int
    """How many are available and present; 0: nothing can be said."""


def wait_seconds(flow: Flow, position: int) -> tuple[int, int] | None:
    """The range that holds about four waits of five, for the given place (1 is next).

    The wait is the sum of `position` gaps. Its mean and spread come from the sample, the error of the
    sample's own mean included, and the range is that of a gamma distribution with them (quantiles by
    Wilson and Hilferty, 1931; widened for a small sample as Student's t is).
    None while too little was measured, or nobody is there to work.
    """
    gaps = _gaps(flow)
    if not flow.working or len(gaps) < _LEAST:
        return None
    count = len(gaps)
    mean = sum(gaps) / count
    if mean <= 0:
        return None
    spread = sum((gap - mean) ** 2 for gap in gaps) / (count - 1)
    variance = position * spread + position**2 * spread / count
    if variance == 0:
        return _seconds(position * mean), _seconds(position * mean)
    shape = (position * mean) ** 2 / variance
    scale = variance / (position * mean)
    z = _Z * (1 + (_Z**2 + 1) / (4 * (count - 1)))
    return _seconds(_gamma(shape, -z) * scale), _seconds(_gamma(shape, z) * scale)


def _gaps(flow: Flow) -> list[int]:
    # A gap that lasts longer than usual already is evidence too: the queue has slowed down.
    usual = sum(flow.gaps_ms) / len(flow.gaps_ms) if flow.gaps_ms else 0
    return [flow.since_ms, *flow.gaps_ms] if flow.since_ms > usual else flow.gaps_ms


def _gamma(shape: float, z: float) -> float:
    return float(shape * max(0.0, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3)


def _seconds(milliseconds: float) -> int:
    return round(milliseconds / 1000)
