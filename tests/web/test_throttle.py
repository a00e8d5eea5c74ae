"""How often one address may try a thing."""

import pytest
from redis.asyncio import Redis

from chat.errors import Refused
from chat.protocol.codes import Code
from web.redis_server import RedisServer
from web.security.throttle import Throttle, network


@pytest.fixture
def throttle(redis: Redis, redis_prefix: str) -> Throttle:
    return Throttle(redis, redis_prefix, "test", limit=3, window_seconds=60)


async def test_an_address_is_refused_beyond_its_limit(throttle: Throttle) -> None:
    """It is told when to come again."""
    for _ in range(3):
        await throttle.use("192.0.2.1")
    with pytest.raises(Refused) as refusal:
        await throttle.use("192.0.2.1")
    assert refusal.value.code is Code.RATE
    assert 1000 <= (refusal.value.retry_after_ms or 0) <= 60_000


async def test_another_address_has_its_own_count(throttle: Throttle) -> None:
    """One who floods shuts nobody else out."""
    for _ in range(3):
        await throttle.use("192.0.2.1")
    await throttle.use("192.0.2.2")


async def test_what_turned_out_right_does_not_count(throttle: Throttle) -> None:
    """A whole office signs in from one address."""
    for _ in range(20):
        await throttle.use("192.0.2.1")
        await throttle.forgive("192.0.2.1")


async def test_nothing_is_kept_for_good(throttle: Throttle, redis: Redis, redis_prefix: str) -> None:
    """Every key has an end, also one whose window ended between use and forgiveness."""
    await throttle.use("192.0.2.1")
    await throttle.forgive("192.0.2.9")
    keys = [key async for key in redis.scan_iter(f"{{{redis_prefix}}}:*")]
    assert len(keys) == 2
    assert all([0 < await redis.pttl(key) <= 60_000 for key in keys])


def test_an_ipv6_network_counts_as_one() -> None:
    """Whoever has a /64 has 2^64 addresses."""
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::4")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("fe80::1%eth0") == network("fe80::2")
    assert network(None) == network("not an address") == "unknown"


async def test_without_redis_it_refuses(own_redis: RedisServer, redis_prefix: str) -> None:
    """A limit that fails open is none."""
    async with Redis.from_url(own_redis.url) as client:
        throttle = Throttle(client, redis_prefix, "test", limit=3, window_seconds=60)
        await throttle.use("192.0.2.1")
        await own_redis.stop()
        with pytest.raises(Refused) as refusal:
            await throttle.use("192.0.2.1")
    assert refusal.value.code is Code.UNAVAILABLE
