"""Routing on a real Cluster of three nodes: one slot a desk, found again wherever it goes."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot

from routing import agents, keys, rebuild, teams
from routing.agents import Agent
from routing.assignments import WrapUp
from routing.entries import Visit
from routing.errors import NotReady, Unavailable
from routing.router import Router
from routing.teams import TeamSettings
from tests.fixtures.cluster import NODES, RunningCluster, slot_of
from tests.routing.desk import START, Desk, pairs, virtual
from web import redis_cluster


@asynccontextmanager
async def router_of(cluster: RunningCluster, prefix: str) -> AsyncIterator[Router]:
    """A router as a web process has it."""
    pool = redis_cluster.pool(cluster.url, prefix, socket_timeout=5)
    async with Redis.from_pool(pool) as redis:
        router = virtual(redis, prefix)
        yield router
        await router.close()


async def filled(router: Router) -> Desk:
    """A desk with a key of every kind that there is."""
    desk = Desk(router)
    settings = [
        TeamSettings("t", relax_ms=60_000, overflow_team_id="u", overflow_ms=60_000),
        TeamSettings("u", assignment="offered"),
    ]
    people = [Agent("z", "available", 100, ["t"])]
    wraps = [WrapUp("old", "z", "t", 100, START + 60_000)]
    await rebuild.load(router, 1, settings, people, [Visit("early", 1, "t", 0, START, 100, 0)], [], wraps)
    await desk.sign_in("a", 100, ["t", "u"], languages=["fr"], skills={"tax": 2})
    await desk.sign_in("b", 100, ["u"])
    await desk.settle()
    await desk.arrive("c1", language="fr", skills={"tax": 3})
    await desk.arrive("c2", present=False)
    await desk.arrive("c3", "u")
    await desk.take("c2", "b")
    await desk.advance(1_000)
    return desk


@pytest.mark.timeout(120)
async def test_all_keys_of_a_desk_share_one_slot(cluster: RunningCluster, redis_prefix: str) -> None:
    """On one node, and the others have nothing."""
    async with router_of(cluster, redis_prefix) as router:
        await filled(router)
        found = {key for node in cluster.nodes for key in node.client.scan_iter(count=1000)}
        assert len(found) > 25
        assert {key_slot(key) for key in found} == {slot_of(redis_prefix)}
        assert set(cluster.owner(redis_prefix).client.scan_iter(count=1000)) == found
        cluster.owner(redis_prefix).client.delete(*found)


@pytest.mark.timeout(120)
async def test_desks_on_each_node_are_served(cluster: RunningCluster) -> None:
    """Each by the node that owns its slot, with the library loaded there."""
    prefixes = {cluster.owner(f"desk{n}"): f"desk{n}" for n in range(50)}
    assert len(prefixes) == NODES
    for node, prefix in prefixes.items():
        async with router_of(cluster, prefix) as router:
            desk = Desk(router)
            await desk.open(TeamSettings("t"))
            await desk.sign_in("a", 100)
            assert pairs(await desk.arrive("c1")) == [("c1", "a")]
            await desk.settle()
            await desk.arrive("c2")
            assert pairs(await desk.end("c1")) == [("c2", "a")]
        assert node.client.exists(keys.root(prefix))


@pytest.mark.timeout(120)
async def test_a_slot_on_its_way_is_unavailable_and_then_served_by_its_new_owner(
    own_cluster: RunningCluster, redis_prefix: str
) -> None:
    """No script works on half of the keys; state of another server counts as none, and is built anew."""
    target = own_cluster.other(redis_prefix)
    async with router_of(own_cluster, redis_prefix) as router:
        await filled(router)
        own_cluster.begin_move(redis_prefix, target)
        source = own_cluster.owner(redis_prefix)
        before = set(source.client.scan_iter(count=1000))
        for taken in (0, 3, 1000):
            own_cluster.move_keys(redis_prefix, target, taken)
            for _ in range(3):
                with pytest.raises(Unavailable):
                    await teams.put(router, TeamSettings("new"))
        assert set(target.client.scan_iter(count=1000)) == before
        own_cluster.end_move(redis_prefix, target)
        await _served_anew(router)
        assert target.client.exists(keys.root(redis_prefix))


@pytest.mark.timeout(120)
async def test_a_dead_owner_is_unavailable_at_once_and_its_successor_serves(
    own_cluster: RunningCluster, redis_prefix: str
) -> None:
    """It is not waited for, however often one asks; whoever takes its slots over is found."""
    async with router_of(own_cluster, redis_prefix) as router:
        await filled(router)
        own_cluster.owner(redis_prefix).kill()
        for _ in range(3):
            start = time.monotonic()
            with pytest.raises(Unavailable):
                await agents.states(router)
            assert time.monotonic() - start < 2.5
        own_cluster.take_over(redis_prefix, own_cluster.other(redis_prefix))
        await _served_anew(router)


async def _served_anew(router: Router) -> None:
    """What a process does after a wipe, and then all is as it was."""
    with pytest.raises((NotReady, Unavailable)):
        await agents.states(router)
    assert await rebuild.active(router) is None
    desk = Desk(router)
    await rebuild.load(router, 2, [TeamSettings("t")], [], [Visit("early", 1, "t", 0, START, 100, 0)], [])
    assert pairs(await desk.sign_in("a", 100)) == [("early", "a")]
