"""Hints between processes arrive again after whatever happens to the subscriptions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat.bus import Bus, Hint
from chat.subscription import Subscription
from tests.fixtures.cluster import RunningCluster
from web.redis_server import RedisServer

SUBJECTS = 8


class Heard:
    """A bus of a process of its own, and the names of the signals that came."""

    def __init__(self, url: str, name: str, *, one_server: bool) -> None:
        self.redis = Redis.from_url(url)
        self.subscriber = Redis.from_url(url, socket_timeout=None)
        self.bus = Bus(self.redis, self.subscriber, "test", name, one_server=one_server)
        self.bus.received = self._note
        self.names: set[str] = set()

    def _note(self, hint: Hint) -> None:
        if hint.kind == "signal":
            self.names.add(hint.name)

    async def hears(self, subject: str) -> None:
        """Wait until the subscription to a subject stands."""
        async with asyncio.timeout(10):
            while not self.bus._held[subject].ready.is_set():
                await self.bus.ready(subject)


@asynccontextmanager
async def listening(url: str, name: str, *, one_server: bool = True) -> AsyncIterator[Heard]:
    heard = Heard(url, name, one_server=one_server)
    await heard.bus.start()
    try:
        yield heard
    finally:
        await heard.bus.stop()
        await heard.redis.aclose()
        await heard.subscriber.aclose()


async def test_no_cut_of_the_subscriptions_leaves_a_process_deaf(own_redis: RedisServer) -> None:
    """Cut just while a subject is taken up, so that the writing task may meet the loss before the reading
    one does: all that is held is heard again, on both sides."""
    async with (
        listening(own_redis.url, "one") as one,
        listening(own_redis.url, "two") as two,
        Redis.from_url(own_redis.url) as redis,
    ):
        for number in range(SUBJECTS):
            await redis.client_kill_filter(_type="pubsub")
            for each in (one, two):
                each.bus.hold(f"subject {number}")
            await asyncio.gather(*(each.hears(f"subject {number}") for each in (one, two)))
        for number in range(SUBJECTS):
            await asyncio.gather(*(each.hears(f"subject {number}") for each in (one, two)))
            two.bus.publish("signal", f"subject {number}", f"from two {number}")
            one.bus.publish("signal", f"subject {number}", f"from one {number}")
        async with asyncio.timeout(5):
            while len(one.names) < SUBJECTS or len(two.names) < SUBJECTS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.mark.timeout(60)
async def test_processes_at_two_nodes_of_a_cluster_hear_each_other(cluster: RunningCluster) -> None:
    """Although each node counts only its own receivers: nobody takes themselves for the only one."""
    here, there = (f"redis://127.0.0.1:{node.port}" for node in cluster.nodes[:2])
    async with (
        listening(here, "one", one_server=False) as one,
        listening(there, "two", one_server=False) as two,
    ):
        for each in (one, two):
            each.bus.hold("subject")
        await asyncio.gather(*(each.hears("subject") for each in (one, two)))
        async with asyncio.timeout(5):
            for number in range(SUBJECTS):
                one.bus.publish("signal", "subject", f"{number}")
                while f"{number}" not in two.names:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert not one.bus.alone("subject")


async def test_a_lost_subscription_says_so_to_everybody_who_uses_it(own_redis: RedisServer) -> None:
    """It never connects again by itself: whoever reads and whoever writes meets the loss."""
    async with Redis.from_url(own_redis.url, socket_timeout=None) as redis:
        subscription = Subscription(redis)
        await subscription.open()
        await subscription.subscribe(["here"])
        assert (await subscription.read())[:2] == (b"subscribe", b"here")
        reading = asyncio.create_task(subscription.read())
        await redis.client_kill_filter(_type="pubsub")
        with pytest.raises(RedisError):
            await reading
        await subscription.close()
        with pytest.raises(RedisError):
            await subscription.subscribe(["there"])


async def test_a_silent_redis_is_noticed(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for a word it answers; one that does not is given up: half-open."""
    monkeypatch.setattr("chat.subscription.SILENT_SECONDS", 0.1)
    async with Redis.from_url(own_redis.url, socket_timeout=None) as redis:
        subscription = Subscription(redis)
        await subscription.open()
        await subscription.subscribe(["here"])
        await subscription.read()
        reading = asyncio.create_task(subscription.read())
        done, _ = await asyncio.wait({reading}, timeout=0.5)
        assert not done, "an idle Redis is not a silent one"
        await redis.execute_command("CLIENT", "PAUSE", 700, "ALL")  # type: ignore[no-untyped-call]
        with pytest.raises(RedisError, match="says nothing"):
            await reading
        await subscription.close()
