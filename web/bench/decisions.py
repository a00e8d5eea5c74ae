"""Single decisions on a filled desk, each measured by Redis itself."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import Final, TypeVar

from msgspec import Struct, structs

from routing import assignments, claims, entries, leases, offers
from routing.offers import Gone
from routing.proposals import Proposal
from web.bench import desks
from web.bench.desks import Desk

T = TypeVar("T")

Steps = AsyncIterator[int]
"""Microseconds inside Redis, one a decision; the desk is as before after each."""
URGENT: Final = 3


class Timing(Struct, frozen=True):
    """Of one kind of decision, microseconds."""

    count: int
    median: int
    p99: int
    worst: int


class NotSeen(Exception):
    """The slow log has no such call, or the desk did not do what was to be measured."""


def kinds() -> Mapping[str, Callable[[Desk], Steps]]:
    """What is measured, by name."""
    return {
        "arrival": arrivals,
        "choosy": choosy,
        "end": ends,
        "accept": accepts,
        "renewal": renewals,
        "position": positions,
    }


async def timing(desk: Desk, steps: Callable[[Desk], Steps], count: int) -> Timing:
    """Measure so many. Raises NotSeen."""
    taken = []
    async with aclosing(steps(desk)) as each:  # type: ignore[type-var]
        async for microseconds in each:
            taken.append(microseconds)
            if len(taken) == count:
                break
    taken.sort()
    return Timing(count, taken[count // 2], taken[min(count - 1, count * 99 // 100)], taken[-1])


async def arrivals(desk: Desk) -> Steps:
    """A customer who asks for a skill comes and is given to an agent at once."""
    for team, skill in itertools.cycle(_held(desk)):
        took, made = await _measured(
            desk, "entries_enter", entries.enter(desk.router, desk.arrival(team, skill))
        )
        await _finish(desk, made)
        yield took


async def choosy(desk: Desk) -> Steps:
    """The same, asking for a language too."""
    for team, skill in itertools.cycle(_held(desk)):
        visit = structs.replace(desk.arrival(team, skill), language="en")
        took, made = await _measured(desk, "entries_enter", entries.enter(desk.router, visit))
        await _finish(desk, made)
        yield took


async def ends(desk: Desk) -> Steps:
    """A chat ends, and the first in line, whom only this agent can help, is given to them."""
    while True:
        held = [await _begun(desk) for _ in range(desks.CAPACITY // 100)]
        if await entries.enter(desk.router, desk.arrival(0, "rare", priority=URGENT)):
            raise NotSeen("The agent had room where they were to be full.")
        over = held.pop().conversation_id
        took, made = await _measured(desk, "assignments_end", assignments.end(desk.router, over, 0))
        for claim in (*held, _one(made)):
            await assignments.end(desk.router, claim.conversation_id, 0)
        yield took


async def accepts(desk: Desk) -> Steps:
    """An agent accepts an offer."""
    for skill in itertools.cycle(sorted({skill for team, skill in _once(desk) if team == desks.OFFERING})):
        offer = _one(await entries.enter(desk.router, desk.arrival(desks.OFFERING, skill)))
        took, claim = await _measured(
            desk, "offers_accept", offers.accept(desk.router, offer.id, offer.staff_id)
        )
        if isinstance(claim, Gone):
            raise NotSeen("The offer was gone.")
        await _finish(desk, [claim])
        yield took


async def renewals(desk: Desk) -> Steps:
    """An agent's connection answers a ping."""
    for agent in itertools.cycle(desks.agents(desk.size.agents)):
        took, _ = await _measured(desk, "leases_renew", leases.renew(desk.router, [(agent.staff_id, "tab")]))
        yield took


async def positions(desk: Desk) -> Steps:
    """Somebody who waits is told their place and how long it will take."""
    for visit in itertools.cycle(desks.waiting(desk.size.waiting)):
        took, places = await _measured(
            desk, "entries_position", entries.position(desk.router, [visit.conversation_id])
        )
        if len(places) != 1:
            raise NotSeen("Who was to wait does not.")
        yield took


async def _measured(desk: Desk, script: str, work: Awaitable[T]) -> tuple[int, T]:
    await desk.redis.slowlog_reset()
    answer = await work
    for entry in await desk.redis.slowlog_get(10):
        if f" {script} ".encode() in entry["command"]:
            return int(entry["duration"]), answer
    raise NotSeen(f"The slow log has no {script}.")


async def _begun(desk: Desk) -> Proposal:
    claim = _one(await entries.enter(desk.router, desk.arrival(0, "rare", priority=URGENT)))
    await claims.confirm(desk.router, claim.id)
    return claim


async def _finish(desk: Desk, made: list[Proposal]) -> None:
    claim = _one(made)
    if claim.kind == "offer":
        await offers.accept(desk.router, claim.id, claim.staff_id)
    await assignments.end(desk.router, claim.conversation_id, 0)


def _one(made: list[Proposal]) -> Proposal:
    if len(made) != 1:
        raise NotSeen(f"{len(made)} pairs were made where one was to be.")
    return made[0]


def _once(desk: Desk) -> Iterator[tuple[int, str]]:
    numbers = {desks.team_id(n): n for n in range(desks.TEAMS)}
    for agent in desks.agents(desk.size.agents):
        for team in agent.teams:
            for skill in agent.skills:
                yield numbers[team], skill


def _held(desk: Desk) -> list[tuple[int, str]]:
    """Teams that assign, with skills that somebody there has."""
    return list(dict.fromkeys(each for each in _once(desk) if each[0] != desks.OFFERING))
