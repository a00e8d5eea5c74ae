"""The loops of a process. Each calls a single pass; a pass that fails is logged, and comes again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from redis.exceptions import RedisError

from chat import boards, rebuilding, reopening, sweeping
from chat.context import Context
from chat.presence import RENEW_SECONDS
from chat.roster import Roster
from chat.tasks import ended
from chat.versions import Versions
from routing.errors import NotReady
from routing.errors import Unavailable as RoutingUnavailable
from store.errors import Unavailable

SECOND: Final = 1.0
STATES_SECONDS: Final = 5.0
REBUILD_SECONDS: Final = 0.5
START_SECONDS: Final = 30.0
SESSIONS_SECONDS: Final = 10.0
CLOCK_SECONDS: Final = 30.0
NOT_NOW: Final = (NotReady, RoutingUnavailable, Unavailable, RedisError, OSError)
"""What passes by itself: Redis or the database is away for a while."""

log = structlog.get_logger(__name__)


class Loops:
    def __init__(self, context: Context, roster: Roster, close_ended_sessions: Callable[[], Awaitable[None]]):
        self._context = context
        self._roster = roster
        self._close_ended_sessions = close_ended_sessions
        self.compare = Versions(context).check
        """Find what was lost unseen; for whoever has reason to."""
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Set the clock, fill or adopt routing, then run. Raises what Redis or the database raise when they
        are away for half a minute."""
        await self._insist("clock", self.calibrate)
        await self._insist("rebuild", lambda: rebuilding.rebuild(self._context))
        await self._insist("roster", self._roster.refresh)
        passes: list[tuple[str, float, Callable[[], Awaitable[object]]]] = [
            ("roster", SECOND, self._roster.refresh),
            ("places", SECOND, self._context.places.push),
            ("signs", SECOND, self._context.signs.flush),
            ("previews", SECOND, self._flush_previews),
            ("board", SECOND, lambda: boards.show(self._context)),
            ("presence", RENEW_SECONDS, self._context.presence.renew),
            ("states", STATES_SECONDS, self.compare),
            ("sessions", SESSIONS_SECONDS, self._close_ended_sessions),
            ("clock", CLOCK_SECONDS, self.calibrate),
            ("reopen", STATES_SECONDS, lambda: reopening.reopen_all(self._context)),
        ]
        self._tasks = [
            asyncio.create_task(self._every(name, seconds, work), name=name) for name, seconds, work in passes
        ]
        self._tasks.append(asyncio.create_task(self._sweeping(), name="sweep"))
        self._tasks.append(asyncio.create_task(self._comparing(), name="reconcile"))

    async def stop(self) -> None:
        """Let every pass that runs come to its end: one cut off inside a transaction leaves its
        connection behind."""
        self._stopping.set()
        self._context.stale.set()
        self._context.doubt.set()
        await ended(self._tasks)

    async def calibrate(self) -> None:
        """Set the clock by Redis TIME."""
        await self._context.clock.calibrate(self._context.redis.time)

    async def _flush_previews(self) -> None:
        self._context.previews.flush()

    async def _every(self, name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while not await self._pause(seconds):
            await self._attempt(name, work)

    async def _pause(self, seconds: float) -> bool:
        """Wait; True when it is time to end instead."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _comparing(self) -> None:
        """A look every while, and soon another where it found something: that tells a fault from a moment."""
        doubt = self._context.doubt
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(doubt.wait(), rebuilding.RECONCILE_SECONDS)
            first = not doubt.is_set()
            doubt.clear()
            if self._stopping.is_set() or (first and not await self._differs()):
                continue
            if not await self._pause(rebuilding.CONFIRM_SECONDS):
                await self._differs()

    async def _differs(self) -> bool:
        found = False

        async def compare() -> None:
            nonlocal found
            found = (await rebuilding.reconcile(self._context)).open

        await self._attempt("reconcile", compare)
        return found

    async def _sweeping(self) -> None:
        due: float = SECOND
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._context.stale.wait(), due)
            due = SECOND
            if self._stopping.is_set():
                return
            if self._context.stale.is_set():
                self._context.stale.clear()
                if not await self._attempt("rebuild", lambda: rebuilding.rebuild(self._context)):
                    self._context.stale.set()
                    await asyncio.sleep(REBUILD_SECONDS)
                    continue
            due = await self._sweep()

    async def _sweep(self) -> float:
        due_ms: int | None = None

        async def sweep() -> None:
            nonlocal due_ms
            due_ms = await sweeping.sweep(self._context)

        if not await self._attempt("sweep", sweep):
            self._context.stale.set()
            await asyncio.sleep(0.2)
        return SECOND if due_ms is None else min(SECOND, due_ms / 1000)

    async def _insist(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Until it succeeds: who starts while Redis or the database restarts need not be started twice."""
        until = asyncio.get_running_loop().time() + START_SECONDS
        while True:
            try:
                await work()
            except NOT_NOW as error:
                if asyncio.get_running_loop().time() > until:
                    raise
                log.warning("start_waits", name=name, error=str(error))
            else:
                return
            await asyncio.sleep(REBUILD_SECONDS)

    async def _attempt(self, name: str, work: Callable[[], Awaitable[object]]) -> bool:
        try:
            await work()
        except NOT_NOW as error:
            log.warning("pass_not_now", name=name, error=str(error))
        except Exception:
            log.exception("pass_failed", name=name)
        else:
            return True
        return False
