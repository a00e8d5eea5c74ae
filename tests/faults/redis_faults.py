"""Rows that take Redis away: emptied, restarted, slow, its subscriptions cut."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from redis.asyncio import Redis

from tests.faults.evidence import Evidence
from tests.faults.records import Acked, Sent
from tests.faults.rows import Row
from tests.faults.stage import Crowd, Stage

IN_LINE: Final = Crowd(agents=2, talkers=8, passing=2)
"""More customers than agents have room for, so that there is an order to keep."""
PAUSE_SECONDS: Final = 3.0
FREEZE_SECONDS: Final = 8.0
LATEST_ACK_SECONDS: Final = 5.0


async def told(stage: Stage, *command: Any) -> None:
    async with Redis.from_url(stage.ground.redis.url) as redis:
        execute: Any = redis.execute_command
        await execute(*command)


async def flushed(stage: Stage) -> None:
    """FLUSHALL, and no word to anybody."""
    async with stage.fault("redis flushed"):
        await told(stage, "FLUSHALL")
    await rebuilt(stage)


async def emptied(stage: Stage) -> None:
    """Killed, and back without its files."""
    async with stage.fault("redis restarted empty"):
        await stage.ground.empty_redis()
    await rebuilt(stage)


async def restarted(stage: Stage) -> None:
    """Killed, and back with what its file had: seconds old, as far as anybody knows."""
    async with stage.fault("redis restarted"):
        stage.ground.redis.kill()
        await asyncio.sleep(1)
        stage.ground.redis.start()
    await rebuilt(stage)


async def rebuilt(stage: Stage) -> None:
    """Until Redis holds again what SQL does."""
    differences = await stage.agreement(15)
    stage.expect(not differences, f"the queue is rebuilt within 15 s: {differences[:2]}")


async def paused(stage: Stage) -> None:
    """CLIENT PAUSE: connected, and no answer for three seconds."""
    async with stage.fault("redis paused"):
        await told(stage, "CLIENT", "PAUSE", int(PAUSE_SECONDS * 1000), "ALL")
        await asyncio.sleep(PAUSE_SECONDS)


async def frozen(stage: Stage) -> None:
    """SIGSTOP: longer than any timeout of ours."""
    async with stage.fault("redis frozen", settle_seconds=8):
        stage.ground.redis.freeze()
        await asyncio.sleep(FREEZE_SECONDS)
        stage.ground.redis.thaw()


def messages_did_not_wait(stage: Stage, evidence: Evidence) -> Iterator[str]:
    """Redis decides who gets whom; what is said in a chat is durable without it."""
    sent: dict[str, float] = {}
    opening = {
        record.client for record in evidence.records if isinstance(record, Sent) and not record.conversation
    }
    for record in evidence.records:
        if isinstance(record, Sent):
            sent.setdefault(record.client, record.at)
        elif isinstance(record, Acked) and record.client not in opening:
            took = record.at - sent.get(record.client, record.at)
            if took > LATEST_ACK_SECONDS:
                yield f"a message of {record.who} waited {took:.1f} s for its ack"


async def deafened(stage: Stage) -> None:
    """CLIENT KILL TYPE pubsub, again and again: what passes meanwhile is heard of by nobody."""
    async with stage.fault("pub/sub cut"):
        for _ in range(4):
            await told(stage, "CLIENT", "KILL", "TYPE", "pubsub")
            await asyncio.sleep(0.7)


ROWS: Final = (
    Row("redis-flushed", "Redis emptied: FLUSHALL", flushed, IN_LINE, tested_on="postgresql"),
    Row(
        "redis-emptied",
        "Redis restarted empty",
        emptied,
        IN_LINE,
        long_because="its like is played: redis-flushed",
    ),
    Row(
        "redis-restarted",
        "Redis restarted with its file",
        restarted,
        IN_LINE,
        long_because="its like is played: redis-flushed",
    ),
    Row(
        "redis-paused",
        "Redis slow: CLIENT PAUSE",
        paused,
        promise=messages_did_not_wait,
        long_because="tests/chat freezes Redis",
    ),
    Row(
        "redis-frozen",
        "Redis slow: SIGSTOP",
        frozen,
        promise=messages_did_not_wait,
        long_because="it outlasts every timeout",
    ),
    Row("pubsub-cut", "pub/sub connections cut", deafened, tested_on="postgresql"),
)
