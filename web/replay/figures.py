"""Figures of a run, from what was measured."""

from collections.abc import Sequence
from math import ceil

from web.replay.play import Play


def percentile(values: Sequence[float], part: float) -> float | None:
    """The nearest-rank percentile: the smallest value that at least `part` (0–1] of all do not exceed.

    None where there are no values, since "nothing was measured" is not 0.
    """
    if not values:
        return None
    if not 0 < part <= 1:
        raise ValueError(f"a percentile is above 0 and at most 1, not {part}")
    return sorted(values)[ceil(part * len(values)) - 1]


def milliseconds(values: Sequence[float], part: float) -> float | None:
    """A percentile of durations in seconds, in milliseconds to the tenth."""
    found = percentile(values, part)
    return None if found is None else round(found * 1000, 1)


def waits(plays: Sequence[Play]) -> list[float]:
    """Seconds from the first question to being told of an agent, for those who were."""
    return [
        play.assigned_at - play.started_at
        for play in plays
        if play.started_at is not None and play.assigned_at is not None
    ]


def deliveries(plays: Sequence[Play]) -> list[float]:
    """Seconds from a message's first sending to the other side's screen.

    The first message of a conversation is left out: it waits in line for an agent, and that is `waits`.
    """
    return [
        reached - play.sent_at[index]
        for play in plays
        for index, reached in play.reached_at.items()
        if index > 0 and index in play.sent_at
    ]
