"""How fast a client may go on, as it learns from being refused."""

from typing import Final

SLOWEST_SECONDS: Final = 1.0
"""A longer time between two commands is no limit's doing, but a pause of ours."""


class Pace:
    """Unbounded until the first refusal for being too fast, then spaced by what the refusals said.

    Whoever limits a rate lets one command pass every so many seconds. A refused command came `gap`
    after the one before and could have come when it was told to: both together are at most that
    time, and the largest sum seen is nearest to it.
    """

    def __init__(self) -> None:
        self.interval_seconds = 0.0
        self._left_at: float | None = None
        self._next_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next command may leave; 0 for now."""
        return max(0.0, self._next_at - now)

    def left(self, now: float) -> float:
        """A command leaves now. The seconds since the one before it: its gap."""
        gap = 0.0 if self._left_at is None else now - self._left_at
        self._left_at = now
        self._next_at = max(now, self._next_at) + self.interval_seconds
        return gap

    def slow_down(self, now: float, gap: float, retry_after_ms: int) -> None:
        """A command that left with that gap, in seconds, was refused as too fast."""
        seconds = retry_after_ms / 1000
        self.interval_seconds = max(self.interval_seconds, min(gap + seconds, SLOWEST_SECONDS))
        self._next_at = max(self._next_at, now + seconds)
