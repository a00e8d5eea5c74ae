"""The desk of a run: an embedded Redis, its routing filled with the model's teams and agents."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from routing import leases, rebuild
from routing.agents import Agent
from routing.router import Router
from routing.teams import TeamSettings
from web import redis_server
from web.simulation.model import Model
from web.simulation.wire import Wire

PREFIX = "simulation"
TEAM = "team"
START = 1_700_000_000_000
"""The first millisecond of the virtual clock; any will do."""
_FOR_EVER = 10**13
_CALM = rebuild.Timing(stale=_FOR_EVER, lost=_FOR_EVER, absent=_FOR_EVER, gone=_FOR_EVER, gap=0)
"""Presence is not what is measured: nobody is away, lost or gone during a run."""


class Desk:
    """A router for setting up and asking, and a wire for the run."""

    def __init__(self, router: Router, wire: Wire) -> None:
        self.router = router
        self.wire = wire

    def at(self, ms: int) -> int:
        """Set the desk's clock to this moment of the run; returns what it shows."""
        self.router.now_ms = self.wire.now_ms = START + ms
        return self.wire.now_ms


@asynccontextmanager
async def server(binary: str = "") -> AsyncIterator[Path]:
    """The socket of a real Redis that keeps nothing on disk; `binary` as in redis_server.find_binary."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-simulation-") as folder:
        async with redis_server.running(Path(folder), binary) as started:
            async with Redis.from_url(started.url) as redis:
                await redis.config_set("appendonly", "no")
            yield started.socket


@asynccontextmanager
async def opened(socket: Path, model: Model, prefix: str = PREFIX) -> AsyncIterator[Desk]:
    """A desk with the model's agents present and nobody waiting; its state is deleted afterwards."""
    async with Redis.from_url(f"unix://{socket}") as redis:
        router = Router(redis, prefix, virtual=True, timeout_seconds=30)
        router.now_ms = START
        try:
            await rebuild.load(router, 1, [TeamSettings(TEAM)], members(model), [], [], timing=_CALM)
            await leases.renew(router, [(agent.staff_id, "tab") for agent in members(model)])
            wire = Wire(socket, prefix, router.generation)
            try:
                yield Desk(router, wire)
            finally:
                wire.disconnect()
        finally:
            await router.close()
            found = [key async for key in redis.scan_iter(f"*{{{prefix}}}*", count=1000)]
            if found:
                await redis.delete(*found)


def asked(model: Model, kind: int) -> dict[str, int]:
    """The skills that this kind of chat asks for."""
    return {f"kind-{kind}": 1} if model.kinds > 1 else {}


def members(model: Model) -> list[Agent]:
    """Each agent with `model.skills` kinds: their own and those after it, in a ring."""
    return [
        Agent(
            staff_id=f"agent-{number:04}",
            availability="available",
            capacity=100 * model.slots,
            teams=[TEAM],
            skills=_skills(model, number) if model.kinds > 1 else {},
        )
        for number in range(model.agents)
    ]


def _skills(model: Model, number: int) -> dict[str, int]:
    return {f"kind-{(number + skill) % model.kinds}": 1 for skill in range(model.skills)}
