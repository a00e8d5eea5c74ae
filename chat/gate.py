"""How many commands work at once in a process, and in what order the others get their turn.

Without it a rush (a thousand customers in a second) spreads thin over the database's connections:
everybody's work is begun, times out half done, and is begun again, and nothing is ever finished.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chat.errors import Refused
from chat.protocol.codes import Code

AT_ONCE: Final = 6
ARRIVALS_AT_ONCE: Final = 250
"""Of those who share their queries, so that many at once are few."""
MOST_WAITING: Final = 5_000


class Gate:
    """First come, first served; `turn` raises `Refused` (`busy`) beyond what may wait."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING):
        self._turns = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._waiting >= self._most_waiting:
            raise Refused(Code.BUSY, retry_after_ms=later_ms())
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()


def later_ms() -> int:
    """When to try again, spread, so that those who were refused together do not come back together."""
    return random.randint(500, 2500)
