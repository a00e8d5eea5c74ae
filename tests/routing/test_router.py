"""The way to the scripts: gathering, bounded waits, a server that has forgotten them."""

import asyncio
import os
import signal
import time

import pytest
from redis.asyncio import Redis

from routing import agents, claims, entries, leases, rebuild, scripts
from routing.agents import Agent
from routing.entries import Visit
from routing.errors import NotReady, RoutingError, ScriptFailed, Unavailable
from routing.router import Router
from routing.teams import TeamSettings
from tests.routing.desk import spoiled
from web.redis_server import RedisServer


async def opened(redis: Redis, prefix: str, **options: float) -> Router:
    router = Router(redis, prefix, **options)  # type: ignore[arg-type]
    people = [Agent(f"a{n}", "available", 100, ["t"]) for n in range(3)]
    await rebuild.load(router, 1, [TeamSettings("t")], people, [], [])
    return router


async def test_what_one_turn_asks_shares_one_connection(redis: Redis, redis_prefix: str) -> None:
    """A hundred calls at once are answered in order, over one connection beside the client's own."""
    router = await opened(redis, redis_prefix)
    before = await redis.info("clients")
    answers = await asyncio.gather(*[agents.states(router) for _ in range(100)])
    after = await redis.info("clients")
    assert [len(each) for each in answers] == [3] * 100
    assert before["connected_clients"] == after["connected_clients"]
    await router.close()


async def test_scripts_that_the_server_forgot_are_loaded_again(own_redis: RedisServer) -> None:
    """FUNCTION FLUSH is not a wipe: nothing is lost, the call succeeds."""
    async with Redis.from_url(own_redis.url) as redis:
        router = await opened(redis, "d")
        await redis.function_flush()
        assert len(await agents.states(router)) == 3
        await router.close()


async def test_two_versions_of_the_scripts_work_beside_each_other(
    redis: Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a rolling deployment each process calls its own, on the same state."""
    older = await opened(redis, redis_prefix)
    other = spoiled(scripts.read(), "candidates = count", "candidates = 77")
    monkeypatch.setattr(scripts, "read", lambda: other)
    newer = Router(redis, redis_prefix)
    newer.generation = 1
    for router in (older, newer, older, newer):
        assert len(await agents.states(router)) == 3
    await leases.renew(older, [("a0", "tab")], [])
    (made,) = await entries.enter(newer, Visit("c", 1, "t", 0, 0, 100, 0))
    assert (made.staff_id, made.why["candidates"]) == ("a0", 77)
    assert await claims.confirm(older, made.id) == []
    await older.close()
    await newer.close()


async def test_a_version_that_reads_the_keys_otherwise_builds_its_own_state(
    redis: Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the older one, which cannot work on that, does not take it back."""
    older = await opened(redis, redis_prefix)
    other = spoiled(scripts.read(), "local FORM = '4'", "local FORM = '5'")
    monkeypatch.setattr(scripts, "read", lambda: other)
    newer = Router(redis, redis_prefix)
    newer.generation = 1
    with pytest.raises(NotReady):
        await agents.states(newer)
    assert await rebuild.active(newer) is None
    await rebuild.load(newer, 2, [TeamSettings("t")], [Agent("a0", "available", 100, ["t"])], [], [])
    assert len(await agents.states(newer)) == 1
    older.generation = 2
    with pytest.raises(NotReady):
        await agents.states(older)
    with pytest.raises(NotReady):
        await rebuild.load(older, 3, [TeamSettings("t")], [], [], [])
    assert len(await agents.states(newer)) == 1
    await older.close()
    await newer.close()


async def test_a_server_that_stands_still_is_unavailable_within_a_bound(own_redis: RedisServer) -> None:
    """All who wait learn it at once, and the old replies do not reach who asks later."""
    async with Redis.from_url(own_redis.url) as redis:
        router = await opened(redis, "d", timeout_seconds=0.3)
        assert own_redis.pid is not None
        os.kill(own_redis.pid, signal.SIGSTOP)
        start = time.monotonic()
        first = asyncio.create_task(agents.states(router))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        answers = await asyncio.gather(first, agents.states(router), return_exceptions=True)
        assert [type(each) for each in answers] == [Unavailable, Unavailable]
        assert time.monotonic() - start < 1
        os.kill(own_redis.pid, signal.SIGCONT)
        assert await agents.put(router, Agent("a9", "away", 100, [])) == []
        assert len(await agents.states(router)) == 4
        await router.close()


async def test_a_cut_connection_is_unavailable_once_and_then_made_anew(
    redis: Redis, redis_prefix: str
) -> None:
    """What was asked may have happened, so it is not repeated by itself."""
    router = await opened(redis, redis_prefix)
    mine = await redis.client_id()
    for client in await redis.client_list():
        if int(client["id"]) != mine:
            await redis.client_kill_filter(_id=client["id"])
    with pytest.raises(Unavailable):
        await agents.states(router)
    assert len(await agents.states(router)) == 3
    await router.close()


async def test_a_caller_that_gives_up_takes_nobodys_answer(redis: Redis, redis_prefix: str) -> None:
    """A cancelled call's reply is read and dropped."""
    router = await opened(redis, redis_prefix)
    calls = [asyncio.create_task(agents.states(router)) for _ in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(each, list) for each in answers] == [True, False, True]
    assert await agents.put(router, Agent("a9", "away", 100, [])) == []
    await router.close()


async def test_a_mistake_in_the_arguments_is_told_and_harms_nobody_else(
    redis: Redis, redis_prefix: str
) -> None:
    """One broken call among good ones fails alone."""
    router = await opened(redis, redis_prefix)
    broken = router.call("entries_enter", {"conversation_id": 7}, None)
    answers = await asyncio.gather(
        agents.states(router), broken, agents.states(router), return_exceptions=True
    )
    assert [type(each) for each in answers] == [list, ScriptFailed, list]
    await router.close()


async def test_a_server_that_cannot_work_just_now_is_unavailable(own_redis: RedisServer) -> None:
    """Out of memory, say: that is no mistake of the scripts."""
    async with Redis.from_url(own_redis.url) as redis:
        router = await opened(redis, "d")
        await redis.config_set("maxmemory", 1)
        with pytest.raises(Unavailable):
            await agents.states(router)
        await redis.config_set("maxmemory", 0)
        assert len(await agents.states(router)) == 3
        await router.close()


async def test_nobody_to_talk_to_is_unavailable(redis_prefix: str) -> None:
    """No server at that address; and a closed router leaves nobody waiting."""
    async with Redis(unix_socket_path="/nowhere/redis.sock") as redis:
        router = Router(redis, redis_prefix)
        with pytest.raises(Unavailable):
            await agents.states(router)
        call = asyncio.create_task(agents.states(router))
        await asyncio.sleep(0)
        await router.close()
        with pytest.raises(RoutingError):
            await call
