"""A desk for measuring: teams, agents, and a queue of customers whom nobody free can help."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct
from redis.asyncio import Redis

from routing import leases, rebuild
from routing.agents import Agent
from routing.entries import Visit
from routing.rebuild import Timing
from routing.router import Router
from routing.teams import TeamSettings

TEAMS = 20
OFFERING = 1
SKILLS = 50
SKILLS_EACH = 5
TEAMS_EACH = 2
CAPACITY = 300
PREFIX = "bench"
START = 1_700_000_000_000
TOP_LEVEL = 4
"""The best that agents are; who waits asks for more."""
_FOR_EVER = 10**13
_CALM = Timing(stale=_FOR_EVER, lost=_FOR_EVER, absent=_FOR_EVER, gone=_FOR_EVER, claim=_FOR_EVER, gap=0)


class Size(Struct, frozen=True):
    """How large a desk is."""

    waiting: int
    agents: int


SIZES = [Size(waiting, agents) for waiting in (100, 1_000, 10_000) for agents in (10, 100, 1_000)]


class Desk:
    """A filled desk. Its clock stands still: nothing but what is measured happens."""

    def __init__(self, router: Router, redis: Redis, size: Size) -> None:
        self.router = router
        self.redis = redis
        self.size = size
        self._made = 0

    def arrival(self, team: int, skill: str, *, priority: int = 1) -> Visit:
        """A customer who asks for one skill, at any level."""
        self._made += 1
        return Visit(f"new-{self._made:032}", 1, team_id(team), priority, START, 100, 0, skills={skill: 1})


@asynccontextmanager
async def filled(redis: Redis, size: Size) -> AsyncIterator[Desk]:
    """A desk of this size, all agents present and free; every key of the server is deleted afterwards."""
    router = Router(redis, PREFIX, virtual=True, timeout_seconds=60)
    router.now_ms = START
    people = agents(size.agents)
    try:
        await rebuild.load(router, 1, teams(), people, waiting(size.waiting), [], timing=_CALM)
        await leases.renew(router, [(agent.staff_id, "tab") for agent in people])
        yield Desk(router, redis, size)
    finally:
        await router.close()
        await redis.flushall()


def teams() -> list[TeamSettings]:
    """One offers, the others assign."""
    return [
        TeamSettings(team_id(n), assignment="offered" if n == OFFERING else "automatic") for n in range(TEAMS)
    ]


def agents(count: int) -> list[Agent]:
    """Each in two teams, with five skills of levels 1–4 and one or two languages. The first alone
    has the skill `rare`."""
    return [
        Agent(
            staff_id=f"agent-{n:030}",
            availability="available",
            capacity=CAPACITY,
            teams=[team_id(n + 7 * each) for each in range(TEAMS_EACH)],
            languages=["en", "fr"][: 1 + n % 2],
            skills={skill(7 * n + 3 * each): 1 + (n + each) % TOP_LEVEL for each in range(SKILLS_EACH)}
            | ({} if n else {"rare": 1}),
        )
        for n in range(count)
    ]


def waiting(count: int) -> list[Visit]:
    """Spread over teams, priorities and skills; every fifth asks for two."""
    return [
        Visit(
            conversation_id=f"waiting-{n:028}",
            episode=1,
            team_id=team_id(n),
            priority=n % 3,
            first_at_ms=START - count + n,
            weight=100,
            epoch=0,
            language=("en", "fr")[n % 2],
            skills={skill(each): TOP_LEVEL + 1 for each in asked(n)},
        )
        for n in range(count)
    ]


def asked(n: int) -> Sequence[int]:
    """The numbers of the skills that the n-th who waits asks for."""
    first = n // TEAMS
    return (first, first + 1) if n % 5 == 0 else (first,)


def team_id(n: int) -> str:
    return f"team-{n % TEAMS:031}"


def skill(n: int) -> str:
    return f"skill-{n % SKILLS}"
