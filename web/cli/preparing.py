"""What has to stand before a process serves: folder, database, Redis. Each waits a while for what may still
be starting beside us, then ends with a sentence."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from store import migrate
from store.errors import Unavailable
from store.partitions import Made, NotMade
from web import redis_client
from web.cli.environment import fail
from web.settings import Settings, shown

PATIENCE_SECONDS = 60.0
Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class NotYet(Exception):
    """What is waited for is not there so far. The text says what that is, and what to do."""


def folder(path: Path) -> None:
    """Make the data folder, for its owner only."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        fail(f"The data folder {path} cannot be made: {error.strerror}. Correct FRONTDESK_DATA.")


async def migrated(settings: Settings) -> list[str]:
    """Run the migrations that are missing; their ids."""

    async def attempt() -> list[str]:
        try:
            return await migrate.migrate(settings.database)
        except Unavailable as error:
            raise NotYet(_away(settings, error)) from error

    return await _waited(attempt)


async def divided(settings: Settings) -> list[Made]:
    """Make the parts of the log that are due, however many lines wait for them. Where that cannot be, a desk
    works all the same, and its processes go on trying: it is only said."""
    try:
        return await migrate.divide(settings.database, datetime.now(UTC))
    except (NotMade, Unavailable) as error:
        log.warning("partition_not_made", reason=str(error))
        return []


async def up_to_date(settings: Settings) -> None:
    """Wait until no migration is missing: another process runs them."""

    async def attempt() -> None:
        try:
            missing = await migrate.pending(settings.database)
        except Unavailable as error:
            raise NotYet(_away(settings, error)) from error
        if missing:
            raise NotYet("The database is not up to date: run `frontdesk migrate`.")

    await _waited(attempt)


async def redis_answers(settings: Settings) -> None:
    async def attempt() -> None:
        try:
            async with redis_client.single(settings, socket_timeout=5, retry=None) as redis:
                await redis.ping()
        except (RedisError, OSError) as error:
            raise NotYet(f"Redis at {shown(settings.redis_url)} does not answer: {error}.") from error

    await _waited(attempt)


async def _waited(attempt: Callable[[], Awaitable[Result]]) -> Result:
    until = time.monotonic() + PATIENCE_SECONDS
    said = ""
    while True:
        try:
            return await attempt()
        except NotYet as error:
            if time.monotonic() > until:
                fail(str(error))
            if str(error) != said:
                said = str(error)
                log.warning("waiting", reason=said)
        await asyncio.sleep(0.2)


def _away(settings: Settings, error: Unavailable) -> str:
    where = shown(settings.database)
    return f"The database {where} cannot be reached: {error}. Start it, or correct DATABASE_URL."
