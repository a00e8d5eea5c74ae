"""How fast messages come, and so whether it pays to wait a moment for more of them."""

from typing import Final

LOOK_SECONDS: Final = 0.1
GATHER_SECONDS: Final = 0.002
"""The moment, where many come. At 1,000 a second, with four milliseconds a message took a tenth less CPU, and
p99 was at 5 to 10 ms instead of 4."""
MORE: Final = 2
"""So many more are worth a longer moment where fewer come: each of several processes that share a desk has
only part of the messages, and a transaction costs as much."""
LONGEST_SECONDS: Final = 0.004
LEAST_A_SECOND: Final = 300
"""Where fewer come, most would wait for nobody."""
ENOUGH: Final = 4
"""So many share a transaction well enough without any waiting."""


class Pace:
    """Counts over the last tenth of a second. `now`: seconds of any steady clock."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._counted = 0
        self._rate = 0.0

    def patience(self, submitted: int, waiting: int, now: float) -> float:
        """How long to wait before the next transaction, in seconds: until enough are there, as fast as they
        come now. `submitted`: how many messages ever came; `waiting`: how many wait for it now."""
        passed = now - self._since
        if passed >= LOOK_SECONDS:
            self._rate = (submitted - self._counted) / passed
            self._since, self._counted = now, submitted
        if waiting >= ENOUGH or self._rate < LEAST_A_SECOND:
            return 0.0
        longest = min(max(GATHER_SECONDS, MORE / self._rate), LONGEST_SECONDS)
        return min(longest, (ENOUGH - waiting) / self._rate)
