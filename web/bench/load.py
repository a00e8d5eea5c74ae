"""The load: chats of two whose sides send each other messages of 100 bytes and take the time to arrival.

A message's body begins with who sent it and when, so that whoever gets it needs to look up nothing.
"""

import asyncio
import gc
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec import Struct

from web.bench import usage
from web.bench.line import Line
from web.bench.usage import Part

BODY_BYTES = 100
DIGITS = 20
MARKS = (b"|a|", b"|b|")
PADDING = b"." * (BODY_BYTES - DIGITS - len(MARKS[0]))
WARMING = 0.4
"""Of the time measured, spent before it."""
DRAIN_SECONDS = 20.0
STRIDE = 7919
"""A prime, so that paced messages wander over the chats."""

Write = Callable[[int, bytes], bytes]
"""The frame of a message: its number, unique at this end, and its body."""


class Lost(Exception):
    """Messages that were sent were refused, or did not arrive."""


class End:
    """One side of a chat. `write` makes its frames; `arrives` is how frames with messages begin, and
    `refuses` how those do that say that one was not taken; `heed` is given all others."""

    __slots__ = ("arrives", "heed", "line", "mark", "refuses", "sent", "write")

    def __init__(
        self,
        line: Line,
        write: Write,
        arrives: bytes,
        refuses: bytes = b"\0",
        heed: Callable[[bytes], None] = lambda frame: None,
    ) -> None:
        self.line = line
        self.write = write
        self.arrives = arrives
        self.refuses = refuses
        self.heed = heed
        self.mark = b""
        self.sent = 0


class Taken(Struct, frozen=True):
    """What was measured in one window of time."""

    asked: int
    """Messages on the way at once, or offered a second."""
    seconds: float
    messages: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    cpu: dict[str, float]
    """Seconds of each part of the server side."""
    load: float
    """Share of its core that the load used; a paced load spins, and uses all of it."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    def microseconds(self, part: str) -> float:
        """CPU a message of one part."""
        return self.cpu.get(part, 0.0) / self.messages * 1e6

    @property
    def total_microseconds(self) -> float:
        """CPU a message of the whole server side."""
        return sum(self.cpu.values()) / self.messages * 1e6


class Load:
    """Runs over chats that are open; `parts` are the processes behind them."""

    def __init__(self, chats: Sequence[tuple[End, End]], parts: Sequence[Part]) -> None:
        self.chats = chats
        self.parts = parts
        self._ends = [end for side in (0, 1) for end in (chat[side] for chat in chats)]
        self._sent = self._arrived = self._refused = 0
        self._again = False
        self._counting = False
        self._latencies: list[int] = []
        for one, other in chats:
            one.mark, other.mark = MARKS
            one.line.on_frame = self._reader(one, other)
            other.line.on_frame = self._reader(other, one)
            one.line.on_lost = other.line.on_lost = self._cut

    async def saturate(self, in_flight: int, seconds: float) -> Taken:
        """Keep so many messages on the way: each that arrives sends the next. Raises Lost."""
        self._again = True
        for end in itertools.islice(itertools.cycle(self._ends), in_flight):
            self._say(end, time.perf_counter_ns())
        taken = await self._window(in_flight, seconds)
        self._again = False
        await self._drained()
        return taken

    async def pace(self, rate: int, seconds: float) -> Taken:
        """Send so many a second, evenly, whatever comes back. Times count from when a message was due, not
        from when the load came round to it. Raises Lost."""
        pacing = asyncio.create_task(self._pace(rate))
        try:
            return await self._window(rate, seconds)
        finally:
            pacing.cancel()
            await self._drained()

    async def _pace(self, rate: int) -> None:
        step, start = 1e9 / rate, time.perf_counter_ns()
        for number in itertools.count():
            due = start + int(number * step)
            # Spinning, since timers are whole milliseconds: the load has its core to itself.
            await asyncio.sleep(0)
            while time.perf_counter_ns() < due:  # noqa: ASYNC110 - nothing tells us but the clock
                await asyncio.sleep(0)
            self._say(self._ends[number * STRIDE % len(self._ends)], due)

    async def _window(self, asked: int, seconds: float) -> Taken:
        with _calm():
            await asyncio.sleep(seconds * WARMING)
            self._latencies = []
            before, own, start = usage.cpu(self.parts), time.process_time(), time.perf_counter()
            self._counting = True
            await asyncio.sleep(seconds)
            self._counting = False
            took = time.perf_counter() - start
            share = (time.process_time() - own) / took
        return self._taken(asked, took, usage.cpu(self.parts), before, share)

    def _taken(
        self, asked: int, took: float, after: Mapping[str, float], before: Mapping[str, float], share: float
    ) -> Taken:
        latencies = sorted(self._latencies)
        count = len(latencies)
        if not count:
            raise Lost(f"Nothing arrived in {took:.1f} s.")
        return Taken(
            asked=asked,
            seconds=took,
            messages=count,
            p50_ms=latencies[count // 2] / 1e6,
            p99_ms=latencies[min(count - 1, count * 99 // 100)] / 1e6,
            worst_ms=latencies[-1] / 1e6,
            cpu={name: after[name] - before[name] for name in after},
            load=share,
        )

    async def _drained(self) -> None:
        """Wait for what is on its way. The next window begins with nothing under way, and nothing owed."""
        until = time.monotonic() + DRAIN_SECONDS
        while self._arrived + self._refused < self._sent and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        sent, refused, late = self._sent, self._refused, self._sent - self._arrived - self._refused
        self._sent = self._arrived = self._refused = 0
        if refused or late:
            raise Lost(f"Of {sent} messages {refused} were refused and {late} did not arrive.")

    def _say(self, end: End, stamp: int) -> None:
        self._sent += 1
        end.sent += 1
        try:
            end.line.send(end.write(end.sent, end.mark + b"%020d" % stamp + PADDING))
        except ConnectionError as error:
            raise Lost(str(error)) from error

    def _reader(self, me: End, other: End) -> Callable[[bytes], None]:
        """What takes the frames of one end."""
        begins, refuses, mark, heed = me.arrives, me.refuses, other.mark, me.heed

        def read(frame: bytes) -> None:
            at = frame.find(mark) if frame.startswith(begins) else -1
            if at < 0:
                if frame.startswith(refuses):
                    self._refused += 1
                else:
                    heed(frame)
                return
            self._arrived += 1
            now = time.perf_counter_ns()
            if self._counting:
                self._latencies.append(now - int(frame[at + 3 : at + 3 + DIGITS]))
            if self._again:
                self._say(other, now)

        return read

    def _cut(self) -> None:
        """A server that closes a chat has lost what was on its way; `_drained` tells."""
        self._again = False


@contextmanager
def _calm() -> Iterator[None]:
    """Without the collector, whose pauses would count as the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
