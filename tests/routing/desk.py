"""A desk on the virtual clock, with a caller that writes down what it is told, as the room above does."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from redis.asyncio import Redis

from routing import agents, assignments, claims, entries, leases, offers, rebuild, scripts, sweeps
from routing.agents import Agent, AgentState
from routing.claims import Refusal
from routing.entries import Place, Visit
from routing.offers import Gone
from routing.proposals import Proposal
from routing.router import Router
from routing.scripts import Library
from routing.sweeps import Swept
from routing.teams import TeamSettings

START = 1_700_000_000_000
BEAT = 4_000
NOTHING: Mapping[str, int] = MappingProxyType({})


class Desk:
    """Connections answer their pings every 4 s of virtual time until they are cut; sweeps run when due."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self.staff: set[tuple[str, str]] = set()
        self.customers: set[tuple[str, str]] = set()
        self.epochs: dict[str, int] = {}
        self.episodes: dict[str, int] = {}
        self.pending: list[Proposal] = []
        """Claims and offers that nobody has acted on yet."""

    async def open(self, *settings: TeamSettings) -> None:
        """An empty desk with these teams."""
        await rebuild.load(self.router, 1, settings, [], [], [])

    async def sign_in(
        self,
        staff_id: str,
        capacity: int = 300,
        teams: Sequence[str] = ("t",),
        availability: str = "available",
        languages: Sequence[str] = (),
        skills: Mapping[str, int] = NOTHING,
    ) -> list[Proposal]:
        """An agent signs in and is present."""
        self.staff.add((staff_id, f"tab-{staff_id}"))
        made = await self.declare(staff_id, capacity, teams, availability, languages, skills)
        return made + await self.beat()

    async def declare(
        self,
        staff_id: str,
        capacity: int = 300,
        teams: Sequence[str] = ("t",),
        availability: str = "available",
        languages: Sequence[str] = (),
        skills: Mapping[str, int] = NOTHING,
    ) -> list[Proposal]:
        """What is known of an agent outside Redis changes."""
        agent = Agent(staff_id, availability, capacity, list(teams), 0, list(languages), dict(skills))  # type: ignore[arg-type]
        return self.note(await agents.put(self.router, agent))

    async def arrive(
        self,
        id: str,
        team: str = "t",
        *,
        priority: int = 0,
        first_at: int | None = None,
        weight: int = 100,
        wanted: str = "",
        skip: Iterable[str] = (),
        present: bool = True,
        language: str = "",
        skills: Mapping[str, int] = NOTHING,
        been: Iterable[str] = (),
        refusable: bool = False,
    ) -> list[Proposal]:
        """A conversation enters the queue, or again, with a new episode; its customer is connected."""
        self.episodes[id] = self.episodes.get(id, 0) + 1
        if present:
            self.customers.add((id, f"tab-{id}"))
        at = self.router.now_ms if first_at is None else first_at
        epoch = self.epochs.get(id, 0)
        visit = Visit(
            id,
            self.episodes[id],
            team,
            priority,
            at,
            weight,
            epoch,
            wanted,
            list(skip),
            present,
            language,
            dict(skills),
            0,
            list(been),
            refusable,
        )
        return self.note(await entries.enter(self.router, visit))

    async def requeue(self, id: str, team: str = "t", **visit: object) -> list[Proposal]:
        """What was assigned waits again: the epoch rises."""
        self.epochs[id] = self.epochs.get(id, 0) + 1
        return await self.arrive(id, team, **visit)  # type: ignore[arg-type]

    async def take(
        self, id: str, staff_id: str, *, force: bool = False, own: bool = False
    ) -> Proposal | Refusal:
        """A named agent."""
        taken = await claims.take(self.router, id, staff_id, self.epochs.get(id, 0), force, own=own)
        if isinstance(taken, Proposal):
            self.note([taken])
        return taken

    async def confirm(self, claim: Proposal) -> list[Proposal]:
        """Written to the database."""
        self.pending.remove(claim)
        self.epochs[claim.conversation_id] = claim.epoch + 1
        return self.note(await claims.confirm(self.router, claim.id))

    async def settle(self) -> dict[str, str]:
        """Confirm all claims, also those that follow; {conversation id: staff id}."""
        given: dict[str, str] = {}
        while open_claims := [each for each in self.pending if each.kind == "claim"]:
            for claim in open_claims:
                given[claim.conversation_id] = claim.staff_id
                await self.confirm(claim)
        return given

    async def accept(self, offer: Proposal) -> Proposal | Gone:
        """The agent accepts; the claim is pending."""
        answer = await offers.accept(self.router, offer.id, offer.staff_id)
        if isinstance(answer, Proposal):
            self.pending.remove(offer)
            self.note([answer])
        return answer

    async def decline(self, offer: Proposal) -> list[Proposal]:
        """The agent declines."""
        self.pending.remove(offer)
        return self.note(await offers.decline(self.router, offer.id, offer.staff_id))

    async def end(self, id: str, wrap_up_ms: int | None = None) -> list[Proposal]:
        """A chat is over."""
        return self.note(await assignments.end(self.router, id, wrap_up_ms))

    async def places(self, *ids: str) -> list[int]:
        """Positions, in the order asked."""
        found: list[Place] = await entries.position(self.router, ids)
        return [place.position for place in found]

    async def state(self, staff_id: str) -> AgentState:
        """One agent."""
        return next(each for each in await agents.states(self.router) if each.staff_id == staff_id)

    async def beat(self) -> list[Proposal]:
        """All connections answer a ping."""
        return self.note(await leases.renew(self.router, sorted(self.staff), sorted(self.customers)))

    async def sweep(self) -> Swept:
        """What is due now."""
        swept = await sweeps.sweep(self.router)
        ended = {offer_id for offer_id, _, _ in swept.expired_offers}
        self.pending = [each for each in self.pending if each.id not in ended]
        self.note(swept.proposals)
        return swept

    async def advance(self, ms: int) -> list[Swept]:
        """Let time pass: pings each 4 s, a sweep each second and whenever something is due."""
        until = self.router.now_ms + ms
        swept = [await self.sweep()]
        while self.router.now_ms < until:
            due = swept[-1].next_due_ms
            step = min(until, self.router.now_ms + 1_000)
            if due is not None and self.router.now_ms < due < step:
                step = due
            beats = step // BEAT > self.router.now_ms // BEAT
            self.router.now_ms = step
            if beats:
                await self.beat()
            swept.append(await self.sweep())
        return swept

    def cut(self, staff_id: str) -> None:
        """The agent's connections answer no more."""
        self.staff = {each for each in self.staff if each[0] != staff_id}

    def leave_page(self, id: str) -> None:
        """The customer's connections answer no more."""
        self.customers = {each for each in self.customers if each[0] != id}

    def note(self, made: list[Proposal]) -> list[Proposal]:
        """Keep what is to be acted on."""
        self.pending.extend(made)
        return made


def pairs(made: Iterable[Proposal]) -> list[tuple[str, str]]:
    """(conversation id, staff id) in the order made."""
    return [(each.conversation_id, each.staff_id) for each in made]


def spoiled(library: Library, right: str, wrong: str) -> Library:
    """The library with a fault put in."""
    body = library.source.decode().split("\n", 1)[1].rsplit("\n", 2)[0] + "\n"
    assert right in body
    return scripts.library(body.replace(right, wrong))


def virtual(redis: Redis, prefix: str) -> Router:
    """A router of a desk whose clock the test moves."""
    router = Router(redis, prefix, virtual=True)
    router.now_ms = START
    return router
