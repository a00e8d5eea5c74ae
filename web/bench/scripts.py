"""The limit of Redis: a script that does nothing, asked for one by one and in pipelines."""

import asyncio
import time

from redis.asyncio import Redis

NOTHING = "return 1"
AT_ONCE = 16
PIPELINED = 20


async def alone(url: str, seconds: float) -> float:
    """EVALSHA a second over 16 connections with one on the way each."""
    return await _rate(url, seconds, 1)


async def pipelined(url: str, seconds: float) -> float:
    """The same in pipelines of 20, as gathered in a turn of the loop."""
    return await _rate(url, seconds, PIPELINED)


async def _rate(url: str, seconds: float, each: int) -> float:
    async with Redis.from_url(url, max_connections=AT_ONCE) as redis:
        sha = await redis.script_load(NOTHING)
        done, start = 0, time.perf_counter()
        until = start + seconds

        async def ask() -> None:
            nonlocal done
            while time.perf_counter() < until:
                async with redis.pipeline(transaction=False) as pipe:
                    for _ in range(each):
                        pipe.evalsha(sha, 1, "key", "value")
                    await pipe.execute()
                done += each

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        return done / (time.perf_counter() - start)
