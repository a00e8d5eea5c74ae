"""How much one connection may ask for: a token bucket, and the bounds of what is in flight."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What a connection may do. Rates are commands a second; benchmarks raise them by a setting."""

    rate: float = 20.0
    burst: int = 40
    sends_in_flight: int = 64
    commands_in_flight: int = 32
    refusal_rate: float = 10.0
    refusal_burst: int = 200
    """Refused frames a second, and at once; beyond that the connection is closed."""


class Bucket:
    """A token bucket. `take` costs two float operations, for it stands on the message path."""

    __slots__ = ("_at", "_level", "burst", "rate")

    def __init__(self, rate: float, burst: int, now: float):
        self.rate = rate
        self.burst = burst
        self._level = float(burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one token at the monotonic time `now`; seconds to wait where there is none, else 0."""
        level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if level < 1.0:
            self._level = level
            return (1.0 - level) / self.rate
        self._level = level - 1.0
        return 0.0
