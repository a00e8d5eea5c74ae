"""How often one address may try a thing, counted in Redis so that all web processes count together."""

from ipaddress import IPv6Address, ip_address
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat.errors import Refused
from chat.protocol.codes import Code

UNKNOWN: Final = "unknown"


class Throttle:
    """At most `limit` uses in `window_seconds` an address.

    Bounded: a key an address with a use in the window, gone with it. Without Redis it refuses, for a limit
    that fails open is none, and the desk cannot pair anybody meanwhile.

    Arguments: `prefix`, of the desk's keys, which all share a Cluster's slot; `name`, of what is counted.
    """

    def __init__(self, redis: Redis, prefix: str, name: str, limit: int, window_seconds: int) -> None:
        self._redis = redis
        self._prefix = f"{{{prefix}}}:web:throttle:{name}"
        self.limit = limit
        self._window_ms = window_seconds * 1000

    async def use(self, address: str | None) -> None:
        """Count one use, before the work, so that parallel tries do not slip through.

        Raises `Refused`: rate, with the time until the window ends; unavailable without Redis.
        """
        key = self._key(address)
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.pexpire(key, self._window_ms, nx=True)
                pipe.pttl(key)
                count, _, left_ms = await pipe.execute()
        except (RedisError, OSError) as error:
            raise Refused(Code.UNAVAILABLE, "Not now. Try again in a moment.", retry_after_ms=2000) from error
        if count > self.limit:
            raise Refused(Code.RATE, retry_after_ms=max(left_ms, 1000))

    async def forgive(self, address: str | None) -> None:
        """Take back a use that turned out right, so that a whole office can sign in from one address."""
        key = self._key(address)
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.decr(key)
                pipe.pexpire(key, self._window_ms, nx=True)  # the window may have ended meanwhile
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise Refused(Code.UNAVAILABLE, "Not now. Try again in a moment.", retry_after_ms=2000) from error

    def _key(self, address: str | None) -> str:
        return f"{self._prefix}:{network(address)}"


def network(address: str | None) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that an IPv6 customer has whole."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return parsed.exploded[:19]
    return str(parsed)
