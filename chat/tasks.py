"""Background work that must not vanish: it is held on to, its failures are logged, it ends with us."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import structlog

PATIENCE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class Tasks:
    """A set of running coroutines."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task_failed", task=task.get_name(), exc_info=error)

    async def stop(self) -> None:
        """Wait for the end of what runs."""
        await ended(list(self._running))


async def ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Wait for tasks to end by themselves; those that do not in time are cancelled."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
