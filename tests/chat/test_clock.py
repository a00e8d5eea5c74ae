"""The time that is written down."""

import asyncio
from itertools import count

from redis.asyncio import Redis

from chat.clock import Clock
from web.redis_server import RedisServer


async def test_the_answer_that_came_soonest_sets_the_clock(own_redis: RedisServer) -> None:
    """One that was held up on its way back says a time long gone."""
    asked = count()
    clock = Clock()
    async with Redis.from_url(own_redis.url) as redis:

        async def time() -> tuple[int, int]:
            answer = await redis.time()
            if next(asked) == 0:
                await asyncio.sleep(0.5)
            return answer

        await clock.calibrate(time)
        seconds, micros = await redis.time()
        assert abs(seconds + micros / 1_000_000 - clock.seconds()) < 0.1
