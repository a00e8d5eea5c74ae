"""Hints between processes arrive again after whatever happens to the subscriptions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from chat import rooms
from chat.bus import Bus
from chat.hints import Hint
from chat.shard import Shard
from tests.fixtures.cluster import NODES, RunningCluster
from web import redis_client
from web.redis_server import RedisServer
from web.settings import Settings

SUBJECTS = 24


class Heard:
    """A bus of a process of its own, the names of the signals that came, and the gaps that it told."""

    def __init__(self, url: str, name: str) -> None:
        self.bus = Bus(redis_client.nodes(Settings(redis_url=url)), "test", name)
        self.bus.received = self._note
        self.bus.gap = self._missed
        self.names: set[str] = set()
        self.gaps: set[str] = set()

    def _note(self, hint: Hint) -> None:
        if hint.kind == "signal":
            self.names.add(hint.name)

    def _missed(self, subjects: frozenset[str]) -> None:
        self.gaps |= subjects

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not so():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def hears(self, subject: str) -> None:
        """Wait until the subscription to a subject stands."""
        async with asyncio.timeout(15):
            while not self.bus._held[subject].ready:
                await self.bus.ready(subject)
                await asyncio.sleep(0)

    def hold(self, *subjects: str) -> None:
        for subject in subjects:
            self.bus.hold(subject)


@asynccontextmanager
async def listening(url: str, name: str) -> AsyncIterator[Heard]:
    heard = Heard(url, name)
    await heard.bus.start()
    try:
        yield heard
    finally:
        await heard.bus.stop()


@asynccontextmanager
async def both(url: str, subjects: list[str]) -> AsyncIterator[tuple[Heard, Heard]]:
    """Two processes that hold the same, each heard by the other."""
    async with listening(url, "one") as one, listening(url, "two") as two:
        for each in (one, two):
            each.hold(*subjects)
        for each in (one, two):
            await asyncio.gather(*(each.hears(subject) for subject in subjects))
        await spoken(one, two, subjects, "begin")
        yield one, two


async def spoken(one: Heard, two: Heard, subjects: list[str], word: str) -> None:
    """Each says something on every subject, and the other hears it."""
    for speaker, listener in ((one, two), (two, one)):
        said = {f"{word} {subject} by {speaker.bus.process_id}" for subject in subjects}
        for subject in subjects:
            speaker.bus.publish("signal", subject, f"{word} {subject} by {speaker.bus.process_id}")
        await listener.until(lambda: said <= listener.names)  # noqa: B023


def names(count: int = SUBJECTS) -> list[str]:
    return [f"conversation:{number}" for number in range(count)]


async def test_no_cut_of_the_subscriptions_leaves_a_process_deaf(own_redis: RedisServer) -> None:
    """Cut just while a subject is taken up: all that is held is heard again, on both sides."""
    async with (
        listening(own_redis.url, "one") as one,
        listening(own_redis.url, "two") as two,
        Redis.from_url(own_redis.url) as redis,
    ):
        for subject in names(8):
            await redis.client_kill_filter(_type="pubsub")
            one.hold(subject)
            two.hold(subject)
            await asyncio.gather(one.hears(subject), two.hears(subject))
        await spoken(one, two, names(8), "after")


async def test_after_a_cut_a_gap_is_told_also_for_what_nobody_else_holds(own_redis: RedisServer) -> None:
    """An offer to an agent is published by whoever makes it, who need not listen for that agent."""
    async with both(own_redis.url, [rooms.DESK]) as (one, _), Redis.from_url(own_redis.url) as redis:
        one.hold("staff:1")
        await one.hears("staff:1")
        await one.until(lambda: not one.bus._held["staff:1"].others)
        await redis.client_kill_filter(_type="pubsub")
        await one.until(lambda: "staff:1" in one.gaps)


async def test_who_comes_back_first_after_a_cut_has_missed_something_all_the_same(
    own_redis: RedisServer,
) -> None:
    """Alone for the moment: the other was cut off, too, and has not come back yet."""
    async with both(own_redis.url, [rooms.DESK]) as (one, two), Redis.from_url(own_redis.url) as redis:
        one.hold("staff:1")
        await one.hears("staff:1")
        await one.until(lambda: not one.bus._held["staff:1"].others)
        await two.bus.stop()
        await redis.client_kill_filter(_type="pubsub")
        await one.until(lambda: {"staff:1", rooms.DESK} <= one.gaps)


async def test_the_only_process_has_missed_nothing(own_redis: RedisServer) -> None:
    """Nobody spoke while it was cut off, so nobody has to come again."""
    async with listening(own_redis.url, "one") as one, Redis.from_url(own_redis.url) as redis:
        for subject in (rooms.DESK, "own"):
            one.hold(subject)
            await one.hears(subject)
        await one.until(lambda: not any(held.others for held in one.bus._held.values()))
        await redis.client_kill_filter(_type="pubsub")
        await one.until(lambda: any(held.lapsed for held in one.bus._held.values()))
        await one.until(lambda: not any(held.lapsed or held.others for held in one.bus._held.values()))
        assert not one.gaps


async def test_what_was_kept_through_an_outage_is_bounded_and_the_bus_comes_back(
    own_redis: RedisServer,
) -> None:
    """More than a node may leave unread, said at once, would end the new connection, again and again."""
    async with both(own_redis.url, ["team:1"]) as (one, two):
        await own_redis.stop()
        await one.until(lambda: one.bus._failing)
        for number in range(3_000):
            one.bus.publish("signal", "team:1", f"kept {number}", data=bytes(8_000))
        await own_redis.start()
        # Whoever comes back after it was said has a gap to fill.
        await two.until(lambda: "kept 2999" in two.names or "team:1" in two.gaps)
        await two.hears("team:1")
        await one.until(lambda: one.bus._held["team:1"].ready and one.bus._held["team:1"].others)
        one.bus.publish("signal", "team:1", "after")
        await two.until(lambda: "after" in two.names)
        assert "kept 0" not in two.names


async def test_what_could_not_be_said_is_said_once_it_can(own_redis: RedisServer) -> None:
    """Only the speaker was cut off: a console that follows no chat has nothing else to learn it from."""
    async with listening(own_redis.url, "one") as one, Redis.from_url(own_redis.url) as redis:
        one.hold("team:1")
        await one.hears("team:1")
        await cut_off_amid_speech(own_redis.url, one, redis)


async def cut_off_amid_speech(url: str, one: Heard, redis: Redis) -> None:
    """The listener connects after the speaker, so that the lower id is the speaker's."""
    async with listening(url, "two") as two:
        two.hold("team:1")
        await two.hears("team:1")
        # Where a subscription took its time, that was a gap of its own.
        await two.until(lambda: not two.bus._held["team:1"].lapsed)
        two.gaps.clear()
        mine, _ = sorted(int(client["id"]) for client in await redis.client_list(_type="pubsub"))
        for number in range(5):
            one.bus.publish("signal", "team:1", f"before {number}")
        await redis.client_kill_filter(_id=str(mine))
        await one.until(lambda: "team:1" in one.gaps or not one.bus._shards)
        for number in range(5):
            one.bus.publish("signal", "team:1", f"meanwhile {number}")
        said = {f"{when} {number}" for when in ("before", "meanwhile") for number in range(5)}
        await two.until(lambda: said <= two.names)
        assert not two.gaps


async def test_nobody_waits_for_a_subscription_while_redis_is_away(own_redis: RedisServer) -> None:
    """Who says hello then holds no turn of the gate; what they missed is looked for afterwards."""
    async with both(own_redis.url, ["team:1"]) as (one, two):
        await own_redis.stop()
        await one.until(lambda: one.bus._failing)
        for each in (one, two):
            each.hold("team:2")
        await asyncio.wait_for(one.bus.ready("team:2"), 0.5)
        await own_redis.start()
        await one.until(lambda: "team:2" in one.gaps)


@pytest.mark.timeout(60)
async def test_the_nodes_of_a_cluster_share_the_channels(cluster: RunningCluster) -> None:
    """Each is at one node, all nodes have some, and everybody hears what they hold and nothing else."""
    async with both(cluster.url, names()) as (one, two), listening(cluster.url, "three") as three:
        three.hold(names()[0])
        await three.hears(names()[0])
        await spoken(one, two, names(), "now")
        found = [node.run("PUBSUB", "SHARDCHANNELS", "test:*") for node in cluster.nodes]
        assert sorted(channel.decode() for each in found for channel in each) == sorted(
            f"test:{{{name}}}:events" for name in names()
        )
        assert len([each for each in found if each]) == NODES
        await three.until(lambda: len(three.names) == 2)
        assert three.names == {f"now {names()[0]} by {who}" for who in ("one", "two")}
        assert three.bus.unheld == 0


@pytest.mark.timeout(60)
async def test_where_nobody_else_listens_nothing_is_published(cluster: RunningCluster) -> None:
    """In a Cluster, too: all who listen to a channel are at one node, which counts them."""
    async with listening(cluster.url, "one") as one:
        one.hold("alone")
        await one.hears("alone")
        await one.until(lambda: not one.bus._held["alone"].others)
        for _ in range(100):
            one.bus.publish("entry", "alone")
        async with listening(cluster.url, "two") as two:
            two.hold("alone")
            await one.until(lambda: one.bus._held["alone"].others)
            one.bus.publish("signal", "alone", "fence")
            await two.until(lambda: "fence" in two.names)
        assert one.bus.sent_by_kind["entry"] == 0


@pytest.mark.timeout(60)
async def test_a_slot_that_moves_takes_its_listeners_along(own_cluster: RunningCluster) -> None:
    """Of that subject the gap is told; the others never notice."""
    moved, stayed = names()[0], names()[1]
    async with both(own_cluster.url, [moved, stayed]) as (one, two):
        target = own_cluster.other(moved)
        own_cluster.begin_move(moved, target)
        own_cluster.end_move(moved, target)
        await asyncio.gather(*(each.until(lambda each=each: moved in each.gaps) for each in (one, two)))  # type: ignore[misc]
        await spoken(one, two, [moved, stayed], "there")
        assert one.gaps == two.gaps == {moved}


@pytest.mark.timeout(60)
async def test_a_dead_node_silences_only_its_own_channels_until_another_has_them(
    own_cluster: RunningCluster,
) -> None:
    """Of those the gap is told, on both sides."""
    lost = names()[0]
    dead = own_cluster.owner(lost)
    living = [name for name in names() if own_cluster.owner(name) is not dead]
    async with both(own_cluster.url, [lost, *living]) as (one, two):
        dead.kill()
        await spoken(one, two, living, "still")
        own_cluster.take_over(lost, own_cluster.other(lost))
        await asyncio.gather(*(each.until(lambda each=each: lost in each.gaps) for each in (one, two)))  # type: ignore[misc]
        await spoken(one, two, [lost, *living], "again")
        assert one.gaps == two.gaps == {lost}


class Ears:
    """Notes what a connection tells."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[str, object]] = asyncio.Queue()

    def subscribed(self, token: object) -> None:
        self.told.put_nowait(("subscribed", token))

    def refused(self, token: object, error: str) -> None:
        self.told.put_nowait(("refused", token))

    def withdrawn(self, channel: bytes) -> None:
        self.told.put_nowait(("withdrawn", channel))

    def heard(self, channel: bytes, data: bytes) -> None:
        self.told.put_nowait(("heard", data))

    def published(self, token: object, receivers: int) -> None:
        self.told.put_nowait(("published", (token, receivers)))

    def unpublished(self, token: object, error: str) -> None:
        self.told.put_nowait(("unpublished", token))

    def lost(self, shard: Shard, unanswered: list[object], reason: str) -> None:
        self.told.put_nowait(("lost", reason))

    async def next(self) -> tuple[str, object]:
        return await asyncio.wait_for(self.told.get(), 10)


@asynccontextmanager
async def shard(url: str) -> AsyncIterator[tuple[Shard, Ears]]:
    ears, nodes = Ears(), redis_client.nodes(Settings(redis_url=url))
    opened = await Shard.open("redis", nodes.connection(redis_client.ALONE), ears)
    try:
        yield opened, ears
    finally:
        opened.close()


@pytest.mark.both_loops
async def test_a_lost_connection_is_told_once(own_redis: RedisServer) -> None:
    """It never connects again by itself; before that, all that was asked is answered in order."""
    async with shard(own_redis.url) as (one, ears), Redis.from_url(own_redis.url) as redis:
        one.subscribe(b"here", 1)
        one.publish(b"here", b"word", 2)
        told = [await ears.next() for _ in range(3)]
        assert told[0] == ("subscribed", 1)
        assert sorted(told[1:]) == [("heard", b"word"), ("published", (2, 1))]
        one.unsubscribe(b"here")
        one.publish(b"here", b"word", 3)
        assert await ears.next() == ("published", (3, 0))
        one.subscribe(b"here", 4)
        assert await ears.next() == ("subscribed", 4)
        await redis.client_kill_filter(_type="pubsub")
        assert (await ears.next())[0] == "lost"
        one.publish(b"here", b"word", 5)
        assert ears.told.empty()


async def test_a_silent_redis_is_noticed(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for a word it answers; one that does not is given up: half-open."""
    monkeypatch.setattr("chat.shard.SILENT_SECONDS", 0.1)
    async with shard(own_redis.url) as (_, ears), Redis.from_url(own_redis.url) as redis:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ears.told.get(), 0.5)
        await redis.execute_command("CLIENT", "PAUSE", 900, "ALL")  # type: ignore[no-untyped-call]
        assert await ears.next() == ("lost", "Redis says nothing")
