"""The database or Redis away for a while: no false acknowledgement, and all goes on by itself."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from chat import rebuilding
from chat.protocol.codes import Code
from chat.protocol.commands import EndConversation
from chat.protocol.events import EntryAppended, QueueMoved
from routing.errors import Unavailable
from tests.chat.people import paired, said_like, staff
from tests.clients.listener import fresh
from tests.web.running import RunningDesk, built, running
from web import demo
from web.redis_server import RedisServer
from web.replay.client import Refused
from web.settings import Settings


@pytest.fixture
async def frail_desk(
    desk_settings: Settings, own_redis: RedisServer, tmp_path: Path
) -> AsyncIterator[RunningDesk]:
    """A desk with a Redis of its own, which the test may kill."""
    settings = desk_settings.changed(redis_url=own_redis.url)
    async with running(settings, built(tmp_path / "static")) as desk:
        yield desk


async def test_while_the_database_is_locked_nothing_is_acknowledged_and_then_all_goes_on(
    desk: RunningDesk,
) -> None:
    """The sender is told that it was not taken and when to try again."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        lock = sqlite3.connect(
            desk.settings.database.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
        )
        # In a thread: a write of the desk's own may be under way on this loop.
        await asyncio.to_thread(lock.execute, "BEGIN EXCLUSIVE")
        with pytest.raises(Refused) as refused:
            await customer.say(conversation_id, "while it is away")
        assert refused.value.code is Code.UNAVAILABLE
        assert refused.value.retry_after_ms
        lock.execute("ROLLBACK")
        lock.close()
        said = await agent.say(conversation_id, "it is back")
        heard = await customer.expect(EntryAppended, said_like("it is back"))
        assert heard.entry.seq == said.seq
        assert not [e for e in customer.heard if isinstance(e, EntryAppended) and "away" in e.entry.body]
        await customer.close()


async def test_messages_flow_while_redis_is_frozen(frail_desk: RunningDesk, own_redis: RedisServer) -> None:
    """Redis decides who gets whom; what two people say to each other does not wait for it."""
    async with staff(frail_desk, availability="available") as agent:
        customer, conversation_id = await frail_desk.customer("hello")
        await paired(agent, conversation_id)
        await agent.say(conversation_id, "before")
        assert own_redis.pid is not None
        os.kill(own_redis.pid, signal.SIGSTOP)
        try:
            said = await customer.say(conversation_id, "frozen")
            assert said.seq
        finally:
            os.kill(own_redis.pid, signal.SIGCONT)
        await customer.close()


async def test_a_rebuild_that_waits_for_redis_keeps_no_writer_waiting(
    frail_desk: RunningDesk, own_redis: RedisServer
) -> None:
    """It asks Redis before it takes the lock, which on SQLite is everybody's."""
    async with staff(frail_desk, availability="available") as agent:
        customer, conversation_id = await frail_desk.customer("hello")
        await paired(agent, conversation_id)
        assert own_redis.pid is not None
        os.kill(own_redis.pid, signal.SIGSTOP)
        try:
            rebuild = asyncio.create_task(rebuilding.rebuild(frail_desk.edge.desk.context))
            await asyncio.sleep(0)
            said = await customer.say(conversation_id, "frozen")
            assert said.seq
            assert not rebuild.done()
            with pytest.raises(Unavailable):
                await rebuild
        finally:
            os.kill(own_redis.pid, signal.SIGCONT)
        await customer.close()


async def test_who_starts_while_redis_does_not_answer_waits_for_it(
    frail_desk: RunningDesk, own_redis: RedisServer
) -> None:
    """A process started amid a restart of Redis need not be started twice."""
    assert own_redis.pid is not None
    os.kill(own_redis.pid, signal.SIGSTOP)
    with structlog.testing.capture_logs() as lines:
        second = running(frail_desk.settings.changed(port=0), frail_desk.static)
        starting = asyncio.create_task(second.__aenter__())
        try:
            while not [line for line in lines if line["event"] == "start_waits"]:
                await asyncio.wait([starting], timeout=0.05)
                assert not starting.done()
        finally:
            os.kill(own_redis.pid, signal.SIGCONT)
        desk = await starting
    customer, _ = await desk.customer("hello")
    await customer.close()
    await second.__aexit__(None, None, None)


async def test_who_arrives_while_redis_is_frozen_is_paired_soon_after(
    desk_settings: Settings, own_redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look when Redis is back is followed by the one that confirms it, not by the next one in turn."""
    monkeypatch.setattr(rebuilding, "RECONCILE_SECONDS", 3600)
    settings = desk_settings.changed(redis_url=own_redis.url)
    async with (
        running(settings, built(tmp_path / "static")) as desk,
        staff(desk, availability="available") as agent,
    ):
        customer = await desk.socket("/ws/visitor")
        await customer.visit(demo.SITE_KEY, await desk.visitor())
        assert own_redis.pid is not None
        os.kill(own_redis.pid, signal.SIGSTOP)
        try:
            conversation_id = (await customer.start("frozen")).conversation_id
        finally:
            os.kill(own_redis.pid, signal.SIGCONT)
        await paired(agent, conversation_id)
        await customer.close()


async def test_a_redis_that_restarted_empty_is_filled_again(
    frail_desk: RunningDesk, own_redis: RedisServer
) -> None:
    """Killed and without its file: the queue is as it was, and the next chat is paired."""
    async with staff(frail_desk, availability="available") as agent:
        served = []
        for number in range(3):
            customer, conversation_id = await frail_desk.customer(f"served {number}")
            await paired(agent, conversation_id)
            served.append((customer, conversation_id))
        waiting, waiting_id = await frail_desk.customer("waiting")
        await waiting.expect(QueueMoved)
        await own_redis.stop()
        for path in sorted(own_redis.folder.rglob("*"), reverse=True):
            if path.is_file() and path.name != "lock":
                path.unlink()
        await own_redis.start()
        await agent.ask(EndConversation(ref=fresh(), conversation_id=served[0][1]))
        await paired(agent, waiting_id)
        await waiting.close()
