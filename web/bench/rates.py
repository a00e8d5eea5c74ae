"""How many a second: pairs beside a script that does nothing, reached the same way."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from routing import agents, assignments, keys, scripts
from routing.entries import Visit
from web.bench import desks
from web.bench.decisions import NotSeen
from web.bench.desks import Desk

IN_FLIGHT = 16
BATCH = 500
"""The most pairs in a round."""
NOTHING = "return 1"

Command = tuple[str | bytes | int, ...]


class Rates(Struct, frozen=True):
    """Medians over the rounds."""

    pairs_a_second: float
    trivial_a_second: float
    pair_microseconds: float
    """Of Redis' own time."""
    trivial_microseconds: float
    rounds: int
    batch: int

    @property
    def share(self) -> float:
        """What pairs reach of what a script reaches that does nothing."""
        return self.pairs_a_second / self.trivial_a_second


async def measure(desk: Desk, url: str, pairs_wanted: int) -> Rates:
    """Rounds of pairs and of nothing in turns, over 16 connections with one command on the way each, until
    so many pairs were made. Raises NotSeen where not every arrival is paired."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(Redis.from_url(url, single_connection_client=True))
            for _ in range(IN_FLIGHT)
        ]
        sha = await desk.redis.script_load(NOTHING)
        batch = min(BATCH, 2 * desk.size.agents)
        rounds = max(3, pairs_wanted // batch)
        pairs: list[tuple[float, float]] = []
        nothing: list[tuple[float, float]] = []
        for at in range(rounds):
            visits = _visits(desk, batch)
            asked = [_enter(desk, visit) for visit in visits]
            # As long a request, so that only what the script does differs.
            idle: list[Command] = [("EVALSHA", sha, 1, *command[3:]) for command in asked]
            order = [(pairs, asked, "fcall"), (nothing, idle, "evalsha")]
            for taken, commands, name in order if at % 2 else reversed(order):
                taken.append(await _round(desk.redis, clients, commands, name))
            await _clear(desk, visits)
    return Rates(
        pairs_a_second=batch / _median(seconds for seconds, _ in pairs),
        trivial_a_second=batch / _median(seconds for seconds, _ in nothing),
        pair_microseconds=_median(inside for _, inside in pairs),
        trivial_microseconds=_median(inside for _, inside in nothing),
        rounds=rounds,
        batch=batch,
    )


async def _round(
    redis: Redis, clients: Sequence[Redis], commands: Sequence[Command], name: str
) -> tuple[float, float]:
    await redis.config_resetstat()
    left = iter(commands)

    async def one(client: Redis) -> None:
        for command in left:
            await client.execute_command(*command)  # type: ignore[no-untyped-call]

    start = time.perf_counter()
    await asyncio.gather(*map(one, clients))
    seconds = time.perf_counter() - start
    spent = (await redis.info("commandstats"))[f"cmdstat_{name}"]
    return seconds, spent["usec"] / spent["calls"]


def _visits(desk: Desk, count: int) -> list[Visit]:
    """Asking for nothing in particular, of teams in which somebody is."""
    known = {team for agent in desks.agents(desk.size.agents) for team in agent.teams}
    members = sorted(known - {desks.team_id(desks.OFFERING)})
    plain = [desk.arrival(0, "") for _ in range(count)]
    return [
        Visit(each.conversation_id, 1, members[n % len(members)], 1, each.first_at_ms, 100, 0)
        for n, each in enumerate(plain)
    ]


def _enter(desk: Desk, visit: Visit) -> Command:
    state = (str(desk.router.generation), str(desk.router.now_ms), msgspec.msgpack.encode(visit))
    return ("FCALL", scripts.read().name, 1, keys.root(desks.PREFIX), "entries_enter", *state)


async def _clear(desk: Desk, visits: Iterable[Visit]) -> None:
    """Everybody was given to somebody; end it all."""
    load = sum(state.load for state in await agents.states(desk.router))
    ends = [assignments.end(desk.router, visit.conversation_id, 0) for visit in visits]
    if load != 100 * len(ends):
        raise NotSeen(f"{len(ends)} pairs were to be made, and agents carry {load} hundredths.")
    await asyncio.gather(*ends)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
