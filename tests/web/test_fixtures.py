"""The fixtures themselves."""

from pathlib import Path

import asyncpg
from redis.asyncio import Redis


async def test_each_test_gets_an_empty_database(database_url: str) -> None:
    """Nobody else's tables are in it, on either engine."""
    if database_url.startswith("sqlite"):
        assert not Path(database_url.removeprefix("sqlite:///")).exists()
        return
    connection = await asyncpg.connect(database_url)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert tables == 0


async def test_the_shared_redis_is_real(redis: Redis, redis_prefix: str) -> None:
    """It runs Lua on its own clock, at version 7.0 or later."""
    reply = await redis.eval("return redis.call('TIME')[1]", 0)
    assert int(reply) > 1_700_000_000
    info = await redis.info("server")
    assert int(str(info["redis_version"]).split(".")[0]) >= 7
    assert redis_prefix


def test_the_browser_is_there(chromium: Path) -> None:
    """An executable that says its version, or a loud skip."""
    assert chromium.exists()
