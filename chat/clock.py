"""The time that is written down: this node's monotonic clock plus an offset to Redis TIME.

A wall clock that jumps on one node does nothing; all nodes agree to within a round trip.
"""

import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

CALIBRATION_ASKS: Final = 5
SOON_SECONDS: Final = 0.005
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Starts on the wall clock, until `calibrate` first succeeds."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def seconds(self) -> float:
        """Seconds since 1970, UTC."""
        return time.monotonic() + self._offset

    def now(self) -> datetime:
        """The time as an aware UTC datetime, to the millisecond as the wire and SQL keep it."""
        return _EPOCH + timedelta(milliseconds=int(self.seconds() * 1000))

    def ms(self) -> int:
        """Milliseconds since 1970, UTC, as routing counts."""
        return int(self.seconds() * 1000)

    async def calibrate(self, redis_time: Callable[[], Awaitable[tuple[int, int]]]) -> None:
        """Set the offset by Redis TIME (seconds, microseconds), taking half of the round trip off.

        Of a few answers the one that came soonest counts: half of its way is all that it can be wrong by.
        """
        least = math.inf
        for _ in range(CALIBRATION_ASKS):
            began = time.monotonic()
            seconds, micros = await redis_time()
            ended = time.monotonic()
            if ended - began < least:
                least = ended - began
                self._offset = seconds + micros / 1_000_000 - (began + ended) / 2
            if least < SOON_SECONDS:
                break


def from_ms(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def to_ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
