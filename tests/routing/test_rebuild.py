"""Wipes, restarts and rebuilds; looking for differences with the database."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from routing import (
    agents,
    assignments,
    board,
    claims,
    entries,
    leases,
    offers,
    rebuild,
    reconcile,
    scripts,
    sweeps,
    teams,
)
from routing.agents import Agent
from routing.assignments import Assignment, WrapUp
from routing.entries import Visit
from routing.errors import NotReady, ScriptFailed, Unavailable
from routing.router import Router
from routing.teams import TeamSettings
from tests.routing.desk import START, Desk, pairs, virtual
from web.redis_server import RedisServer

CALLS: dict[str, Callable[[Router], Awaitable[object]]] = {
    "entries_enter": lambda router: entries.enter(router, Visit("c", 1, "t", 0, 0, 100, 0)),
    "entries_leave": lambda router: entries.leave(router, "c"),
    "entries_position": lambda router: entries.position(router, ["c"]),
    "agents_put": lambda router: agents.put(router, Agent("a", "away", 100, [])),
    "agents_remove": lambda router: agents.remove(router, "a"),
    "agents_states": agents.states,
    "teams_put": lambda router: teams.put(router, TeamSettings("t")),
    "teams_states": teams.states,
    "teams_admit": lambda router: teams.admit(router, ["t"]),
    "leases_renew": lambda router: leases.renew(router, [("a", "k")], [("c", "k")]),
    "leases_drop": lambda router: leases.drop(router, "customer", "c", "k"),
    "leases_sign_out": lambda router: leases.sign_out(router, "a"),
    "offers_accept": lambda router: offers.accept(router, "o", "a"),
    "offers_decline": lambda router: offers.decline(router, "o", "a"),
    "claims_take": lambda router: claims.take(router, "c", "a", 0),
    "claims_confirm": lambda router: claims.confirm(router, "p"),
    "claims_void": lambda router: claims.void(router, "p", 0),
    "assignments_put": lambda router: assignments.put(router, "c", "a", 0, "t", 100),
    "assignments_end": lambda router: assignments.end(router, "c"),
    "sweeps_sweep": sweeps.sweep,
    "board_queues": board.queues,
    "reconcile_look": lambda router: reconcile.reconcile(router, [], []),
    "reconcile_mend": lambda router: router.call(
        "reconcile_mend", {"suspects": [], "strays": [], "ghosts": []}, None
    ),
    "rebuild_fill": lambda router: router.call("rebuild_fill", {"kind": "team", "rows": []}, None),
    "rebuild_flip": lambda router: router.call("rebuild_flip", {}, None),
}


@pytest.mark.parametrize("script", sorted(CALLS))
async def test_every_script_refuses_a_state_that_is_not_its_callers(
    script: str, redis: Redis, redis_prefix: str, router: Router
) -> None:
    """Nothing there, and another generation there."""
    with pytest.raises(NotReady):
        await CALLS[script](router)
    await rebuild.load(router, 7, [TeamSettings("t")], [], [], [])
    router.generation = 6
    with pytest.raises(NotReady):
        await CALLS[script](router)


def test_every_script_is_among_those_tried() -> None:
    """All but the two that must answer without a generation."""
    assert scripts.names() == {*CALLS, "rebuild_probe", "rebuild_begin"}


async def test_a_time_is_taken_only_on_a_virtual_desk(redis: Redis, redis_prefix: str, desk: Desk) -> None:
    """And a virtual desk never takes the server's."""
    real = Router(redis, redis_prefix)
    real.generation = 1
    with pytest.raises(ScriptFailed, match="NOTVIRTUAL"):
        await sweeps.sweep(real)
    with pytest.raises(ScriptFailed, match="NOTVIRTUAL"):
        await rebuild.load(real, 2, [], [], [], [])
    other = Router(redis, f"{redis_prefix}r")
    await rebuild.load(other, 1, [], [], [], [])
    assert (await sweeps.sweep(other)).now_ms > START
    other.virtual = True
    with pytest.raises(ScriptFailed, match="NOTVIRTUAL"):
        await sweeps.sweep(other)
    await real.close()
    await other.close()


def truth() -> tuple[list[TeamSettings], list[Agent], list[Visit], list[Assignment], list[WrapUp]]:
    """A small desk as the database has it."""
    return (
        [TeamSettings("t"), TeamSettings("u", assignment="offered")],
        [Agent("a", "available", 200, ["t"], START - 9), Agent("b", "available", 100, ["t", "u"], START - 5)],
        [Visit(f"c{n}", 1, "t", int(n == 3), START - n, 100, 0) for n in range(5)],
        [Assignment("x", "a", 3, "t", 100), Assignment("y", "gone", 2, "t", 100)],
        [WrapUp("z", "b", "u", 100, START + 9_000), WrapUp("old", "b", "u", 100, START - 1)],
    )


async def test_a_rebuild_has_the_old_order_holders_and_loads(router: Router) -> None:
    """And nobody present until announced; then it goes on by the same rules."""
    await rebuild.load(router, 4, *truth())
    desk = Desk(router)
    assert await desk.places("c3", "c4", "c2", "c1", "c0") == [1, 2, 3, 4, 5]
    assert [(each.staff_id, each.load, each.present) for each in await agents.states(router)] == [
        ("a", 100, False),
        ("b", 100, False),
        ("gone", 100, False),
    ]
    desk.staff = {("a", "k"), ("b", "k")}
    desk.customers = {(f"c{n}", "k") for n in range(5)}
    assert pairs(await desk.beat()) == [("c3", "a")]
    swept = await desk.advance(9_000)
    assert pairs(made for each in swept for made in each.proposals) == [("c4", "b")]


async def test_after_a_wipe_turns_go_round_as_before(router: Router, redis: Redis, redis_prefix: str) -> None:
    """The count of turns begins anew with them: who had one just before must not be passed over for long."""
    for generation, arrivals in ((1, 60), (2, 50)):
        for key in [key async for key in redis.scan_iter(match=f"*{redis_prefix}*")]:
            await redis.delete(key)
        await rebuild.load(router, generation, [TeamSettings("t", strategy="round_robin")], [], [], [])
        desk = Desk(router)
        for staff_id in ("a", "b"):
            await desk.sign_in(staff_id, 900)
        order = []
        for number in range(arrivals):
            id = f"{generation}-{number}"
            order.append((await desk.arrive(id))[0].staff_id)
            await desk.end(id)
        assert all(one != other for one, other in pairwise(order))


async def test_nobody_is_lost_for_one_full_lease_after_a_rebuild(router: Router) -> None:
    """Who does not come back is; a holder that is no agent any more, too."""
    await rebuild.load(router, 4, *truth())
    desk = Desk(router)
    assert not [each for each in await desk.advance(19_999) if each.lost]
    assert sorted((await desk.advance(1))[-1].lost) == [("a", ["x"]), ("gone", ["y"])]


async def test_a_rebuild_leaves_no_key_of_another_generation(
    redis: Redis, redis_prefix: str, router: Router
) -> None:
    """Neither of the one before nor of one that was begun and given up."""
    await rebuild.load(router, 4, *truth())
    await router.call("rebuild_begin", {"timing": rebuild.Timing()}, None, 5)
    await router.call("rebuild_fill", {"kind": "visit", "rows": truth()[2]}, None, 5)
    await rebuild.load(router, 6, [], [], [], [])
    left = {key.decode() async for key in redis.scan_iter(f"*{redis_prefix}*")}
    assert left == {f"{{{redis_prefix}}}:routing", f"{{{redis_prefix}}}:routing:6:pulse"}


async def test_an_older_rebuild_does_not_displace_a_newer(router: Router) -> None:
    """Two processes rebuilt; the one whose number is lower gives way and adopts."""
    await rebuild.load(router, 5, *truth())
    router.generation = 0
    with pytest.raises(NotReady):
        await rebuild.load(router, 4, *truth())
    assert await rebuild.active(router) == 5
    router.generation = 5
    assert len(await agents.states(router)) == 3


async def test_a_wipe_is_noticed_by_the_next_call_and_a_rebuild_ends_it(own_redis: RedisServer) -> None:
    """FLUSHALL takes the state, not the scripts."""
    async with Redis.from_url(own_redis.url) as redis:
        router = virtual(redis, "d")
        await rebuild.load(router, 1, *truth())
        await redis.flushall()
        with pytest.raises(NotReady):
            await agents.states(router)
        assert await rebuild.active(router) is None
        await rebuild.load(router, 2, *truth())
        assert len(await agents.states(router)) == 3
        await router.close()


async def test_a_wipe_takes_what_the_library_remembers(own_redis: RedisServer) -> None:
    """Rebuilt under the same number, with other settings: these count."""
    async with Redis.from_url(own_redis.url) as redis:
        router = virtual(redis, "d")
        for strategy, first in (("least_loaded", "a"), ("most_skilled", "b")):
            await rebuild.load(router, 1, [TeamSettings("t", strategy=strategy)], [], [], [])  # type: ignore[arg-type]
            desk = Desk(router)
            await desk.sign_in("a", skills={"tax": 1})
            await desk.sign_in("b", skills={"tax": 2})
            (made,) = await desk.arrive("c", skills={"tax": 1})
            assert (made.staff_id, made.why["rule"]) == (first, strategy)
            await redis.flushall()
        await router.close()


async def test_a_restart_counts_as_a_wipe_although_its_file_brings_the_state_back(
    own_redis: RedisServer,
) -> None:
    """Seconds old, it would give chats twice: the very first call after it is refused, on any process."""
    async with Redis.from_url(own_redis.url) as redis:
        routers = [virtual(redis, "d") for _ in range(2)]
        await rebuild.load(routers[0], 1, *truth())
        routers[1].generation = 1
        assert len(await agents.states(routers[1])) == 3
        await own_redis.stop()
        await own_redis.start()
        assert await redis.exists("{d}:routing:1:agents")
        with pytest.raises(Unavailable):
            await agents.states(routers[0])
        for router in (*routers, *routers):
            with pytest.raises((NotReady, Unavailable)):
                await agents.states(router)
        assert await rebuild.active(routers[0]) is None
        await rebuild.load(routers[0], 2, *truth())
        assert len(await agents.states(routers[0])) == 3
        for router in routers:
            await router.close()


@pytest.mark.parametrize("script", sorted(set(CALLS) - {"rebuild_fill"}))
async def test_every_script_refuses_the_state_of_another_run(
    script: str, redis: Redis, redis_prefix: str
) -> None:
    """A restarted server, or a replica that took over, may know the scripts and hold what is seconds old."""
    router = virtual(redis, redis_prefix)
    await rebuild.load(router, 1, *truth())
    await redis.hset(f"{{{redis_prefix}}}:routing", mapping={"run_id": "another", "run_id:1": "another"})
    with pytest.raises(NotReady):
        await CALLS[script](router)
    assert await rebuild.active(router) is None
    await router.close()
