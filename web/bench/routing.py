"""`frontdesk bench routing`: what a decision costs, and how that grows with the desk."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from redis.asyncio import Redis

from web.bench import decisions, desks, rates
from web.bench.decisions import Timing
from web.bench.desks import Size
from web.bench.rates import Rates

LIMIT_MICROSECONDS = 2_000
"""What the p99 of one decision is to stay under at the largest size."""


class Measured(Struct, frozen=True):
    """One size of desk."""

    size: Size
    decisions: dict[str, Timing]
    rates: Rates

    @property
    def good(self) -> bool:
        """Every decision within the limit."""
        return all(each.p99 < LIMIT_MICROSECONDS for each in self.decisions.values())


async def run(
    url: str,
    sizes: Sequence[Size],
    samples: int,
    pairs: int,
    done: Callable[[Measured], None] = lambda measured: None,
) -> list[Measured]:
    """Measure each size on the Redis at `url`, which is emptied. Raises NotSeen.

    `samples`: decisions of a kind; `pairs`: how many the rates are taken from.
    """
    found = []
    async with Redis.from_url(url) as redis:
        for size in sizes:
            async with desks.filled(redis, size) as desk:
                await redis.config_set("slowlog-log-slower-than", 0)
                taken = {
                    name: await decisions.timing(desk, steps, samples)
                    for name, steps in decisions.kinds().items()
                }
                # The slow log keeps a copy of each command, which is no part of either rate.
                await redis.config_set("slowlog-log-slower-than", -1)
                found.append(Measured(size, taken, await rates.measure(desk, url, pairs)))
            done(found[-1])
    return found
