"""Whether each web process answers at once, and what it says of its own health, all the time."""

import asyncio
from collections.abc import Sequence
from typing import Final

from tests.e2e.processes import Web
from tests.faults.evidence import Span
from tests.faults.talking import now

BEAT_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 5.0
TICK_SECONDS: Final = 0.05
STARVED_SECONDS: Final = 0.1
AROUND_SECONDS: Final = 0.5


class Beat:
    """One look at a process: when, how long it took to say that it is alive (None: it did not)."""

    __slots__ = ("at", "process", "seconds")

    def __init__(self, process: int, at: float, seconds: float | None) -> None:
        self.process = process
        self.at = at
        self.seconds = seconds


class Pulse:
    """Asks each web process's `/healthz` four times a second; that answer waits for nothing else, so its
    delay is how long the event loop stood still."""

    def __init__(self, webs: Sequence[Web]) -> None:
        self._webs = webs
        self._tasks: list[asyncio.Task[None]] = []
        self.beats: list[Beat] = []
        self.starved: list[Span] = []
        """When the machine had no time for us, who do next to nothing: it had none for the service either."""

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._feel(number)) for number in range(len(self._webs))]
        self._tasks.append(asyncio.create_task(self._tick()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def longest(self, process: int, since: float = 0.0) -> float:
        """The longest that a process took to answer, in seconds; one without an answer counts as that."""
        found = [beat for beat in self.beats if beat.process == process and beat.at >= since]
        return max(
            (PATIENCE_SECONDS if beat.seconds is None else beat.seconds for beat in found), default=0.0
        )

    async def _tick(self) -> None:
        while True:
            began = now()
            await asyncio.sleep(TICK_SECONDS)
            if now() - began > TICK_SECONDS + STARVED_SECONDS:
                self.starved.append((began - AROUND_SECONDS, now() + AROUND_SECONDS))

    async def _feel(self, number: int) -> None:
        while True:
            began = now()
            status = await asked(self._webs[number].port, "/healthz", PATIENCE_SECONDS)
            self.beats.append(Beat(number, began, now() - began if status == 200 else None))
            await asyncio.sleep(BEAT_SECONDS)


async def asked(port: int, path: str, within_seconds: float) -> int:
    """The status that a process answers on a new connection; 0 where there is none."""
    try:
        async with asyncio.timeout(within_seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
                )
                line = await reader.readline()
                return int(line.split()[1])
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0
