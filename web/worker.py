"""A process without pages: sweeps, timers, mail, backups. Any number may run beside web processes."""

import asyncio
from contextlib import AsyncExitStack

import structlog

from web.app import build
from web.assets import FOLDER
from web.metrics import Metrics
from web.security.origins import Origins
from web.settings import Settings

log = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set or the task is cancelled. `settings.redis_url`: a Redis that runs already.

    Raises what database and Redis raise when they are away at the start; later it waits for them.
    """
    async with AsyncExitStack() as stack:
        origins = Origins(settings.public_url, settings.host)
        await build(settings, stack, FOLDER, Metrics(), origins, keeps_backups=True)
        log.info("worker_started")
        await (stop or asyncio.Event()).wait()
    log.info("worker_stopped")
