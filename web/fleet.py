"""Several web processes on one port, and the parent that only looks after them.

The parent makes each one's socket before it starts: who connects meanwhile waits for it, and is not refused.
A process that keeps failing gets no connections while it pauses: its socket is closed, and the kernel gives
them to the others. Rejected: uvicorn's own supervisor, which knows only its own server, and so neither our
drain nor our sockets; one socket for all processes, from which whoever wakes first takes a whole rush, and
WebSockets stay where they landed.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from web.port import Port
from web.processes import dies_with_parent

STEADY_SECONDS: Final = 60.0
"""Who lived so long is started again at once; who did not, after a pause that doubles."""
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
STOP_SECONDS: Final = 25.0
"""Beyond the server's own bounds for its drain and its last requests."""

log = structlog.get_logger(__name__)


class FleetError(Exception):
    """A process ended before it was ever ready; it has said itself why."""


def pause_seconds(failures: int) -> float:
    """How long to wait before the next start, after so many short lives in a row."""
    return min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), LONGEST_PAUSE_SECONDS) if failures else 0.0


class Member:
    """One process of a fleet, started again whenever it ends by itself.

    `command` is run with three more arguments: its number, and the descriptors of its listening socket and of
    a pipe, to which it writes once it is ready.
    """

    def __init__(self, number: int, command: Sequence[str], environment: Mapping[str, str], port: Port):
        self.number = number
        self.ready = asyncio.Event()
        """Set when it is ready for the first time."""
        self._command = command
        self._environment = environment
        self._port = port
        self._process: asyncio.subprocess.Process | None = None

    async def keep(self, stopping: asyncio.Event) -> None:
        """Run it until `stopping` is set, then have it drain. Raises FleetError."""
        failures = 0
        while not stopping.is_set():
            began = time.monotonic()
            try:
                status: int | str = await self._live(stopping)
            except OSError as error:
                # No memory, no descriptors: the others go on, and this one is tried again.
                status = str(error)
            if stopping.is_set():
                return
            if not self.ready.is_set():
                raise FleetError(f"Web process {self.number} ended with status {status} before it was ready.")
            failures = 0 if time.monotonic() - began >= STEADY_SECONDS else failures + 1
            pause = pause_seconds(failures)
            log.error("web_process_ended", number=self.number, status=status, again_in_seconds=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)

    def terminate(self) -> None:
        """Ask it to end; asked twice, it makes haste."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def _live(self, stopping: asyncio.Event) -> int:
        """One life, from start to end; its status."""
        listener = self._port.listen()
        try:
            process = self._process = await self._started(listener.fileno())
            ending = asyncio.create_task(process.wait())
            stop = asyncio.create_task(stopping.wait())
            await asyncio.wait({ending, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
        finally:
            # Closed before it drains: from then on nobody would answer here.
            listener.close()
        return await self._ended(process, ending)

    async def _started(self, listener: int) -> asyncio.subprocess.Process:
        told, tell = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(*self._command, str(self.number), str(listener), str(tell)),
                env=self._environment,
                pass_fds=(listener, tell),
                # Ctrl-C in the terminal is for the parent, which then asks all of them.
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )
        except BaseException:
            os.close(told)
            raise
        finally:
            os.close(tell)
        asyncio.get_running_loop().add_reader(told, self._told, told)
        return process

    def _told(self, pipe: int) -> None:
        asyncio.get_running_loop().remove_reader(pipe)
        if os.read(pipe, 1):
            self.ready.set()
            log.info("web_process_ready", number=self.number)
        os.close(pipe)

    async def _ended(self, process: asyncio.subprocess.Process, ending: asyncio.Task[int]) -> int:
        if process.returncode is None and not ending.done():
            process.terminate()
            try:
                await asyncio.wait_for(asyncio.shield(ending), STOP_SECONDS)
            except TimeoutError:
                log.error("web_process_killed", number=self.number, after_seconds=STOP_SECONDS)
                process.kill()
        return await ending


class Fleet:
    """`count` processes that answer `port`; `command` and `environment` as `Member` takes them."""

    def __init__(
        self, count: int, command: Sequence[str], environment: Mapping[str, str], port: Port
    ) -> None:
        self._members = [Member(number, command, environment, port) for number in range(1, count + 1)]
        self._stopping = asyncio.Event()

    async def run(self, ready: Callable[[], None]) -> None:
        """Run all until `stop`; `ready` is called once all are. Raises FleetError when one never is, and has
        ended all by then."""
        keeping = [asyncio.create_task(member.keep(self._stopping)) for member in self._members]
        greeting = asyncio.create_task(self._greet(ready))
        try:
            await asyncio.wait(keeping, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeting.cancel()
            self._stopping.set()
            await asyncio.wait(keeping)
        for task in keeping:
            task.result()

    def stop(self) -> None:
        """Have all drain and end; asked twice, they make haste."""
        if self._stopping.is_set():
            for member in self._members:
                member.terminate()
        self._stopping.set()

    async def _greet(self, ready: Callable[[], None]) -> None:
        for member in self._members:
            await member.ready.wait()
        ready()
