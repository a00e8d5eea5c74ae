"""Two processes as a caller of routing: rows stand for the database, and every reply is acted on."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, initialize
from msgspec import Struct
from redis.asyncio import Redis

from routing import assignments, claims, entries, leases, rebuild, sweeps
from routing.agents import Agent, Record
from routing.proposals import Proposal
from routing.reconcile import Queue
from routing.sweeps import Swept
from routing.teams import TeamSettings
from tests.routing.desk import START, virtual
from tests.routing.truth import Conv, Picture, Row

T = TypeVar("T")


class Caller(RuleBasedStateMachine):
    """Rows are the truth; every call's proposals are kept in `pending` until a rule acts on them."""

    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.redis = Redis.from_url(self.url)
        self.prefix = f"m{secrets.token_hex(6)}"
        self.routers = [virtual(self.redis, self.prefix) for _ in range(2)]
        self.now = START
        self.generation = 0
        self.rows: dict[str, Row] = {}
        self.pending: dict[str, Proposal] = {}
        self.offers: dict[str, str] = {}
        """Offer id → how it ended, "" while open."""
        self.wraps: dict[str, assignments.WrapUp] = {}
        self.overhang: dict[str, int] = {}
        self.connected = set("abcd")
        self.cut_at = dict.fromkeys("abcd", START)
        self.dismissed: set[str] = set()
        self.loaded_at = START
        self.logins = 0
        self.teams = {
            "t": TeamSettings("t", relax_ms=6_000, overflow_team_id="u", overflow_ms=8_000),
            "u": TeamSettings("u", assignment="offered", strategy="round_robin", capacity=200),
        }
        self.agents = {
            id: Agent(id, "available", capacity, list(member), 0, languages, skills)
            for id, capacity, member, languages, skills in (
                ("a", 100, "t", ["fr"], {"tax": 1}),
                ("b", 300, "tu", [], {"tax": 3, "law": 1}),
                ("c", 200, "u", ["fr", "de"], {}),
                ("d", 100, "tu", [], {"law": 2}),
            )
        }

    @initialize()
    def open(self) -> None:
        """The desk is there, empty."""
        self.run(self.load())

    def run(self, work: Awaitable[T]) -> T:
        """Do it on this machine's loop."""

        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    def teardown(self) -> None:
        """Leave nothing in Redis."""
        self.run(self.forget())
        for router in self.routers:
            self.run(router.close())
        self.run(self.redis.aclose())
        self.runner.close()

    async def forget(self) -> None:
        """Delete the desk's keys."""
        if found := [key async for key in self.redis.scan_iter(f"*{self.prefix}*")]:
            await self.redis.delete(*found)

    async def load(self) -> None:
        """What a process does after a wipe."""
        self.generation += 1
        waiting = [row.visit() for row in self.rows.values() if row.live == "waiting"]
        held = [row.assignment() for row in self.rows.values() if row.live == "assigned"]
        everybody = [each for id, each in self.agents.items() if id not in self.dismissed]
        self.loaded_at = self.now
        await rebuild.load(
            self.routers[0],
            self.generation,
            list(self.teams.values()),
            everybody,
            waiting,
            held,
            [each for each in self.wraps.values() if each.until_ms > self.now],
        )
        self.routers[1].generation = self.generation
        self.overhang = {id: self.bound(id) for id in self.agents}
        await self.beat()

    def bound(self, staff_id: str) -> int:
        """The load that the rows and wrap-ups alone make: a rebuild cannot make it less."""
        held = [row.weight for row in self.rows.values() if (row.live, row.staff) == ("assigned", staff_id)]
        resting = [w.weight for w in self.wraps.values() if w.staff_id == staff_id and w.until_ms > self.now]
        return sum(held) + sum(resting)

    # What a caller does with what it is told.

    async def note(self, call: Awaitable[list[Proposal]]) -> None:
        """Keep the proposals, each of which must have respected the order of the queue."""
        made = await call
        picture = await self.picture()
        for each in made:
            assert not picture.jumped(each), (each, picture.jumped(each))
            conv = picture.convs[each.conversation_id]
            assert each.staff_id not in conv.skip, each
            assert not self.teams[each.team_id].paused, each
            assert picture.has_what_is_asked(picture.agents[each.staff_id], conv), each
            self.check_last_agent(picture, each)
            assert each.id not in self.offers
            self.pending[each.id] = each
            if each.kind == "offer":
                self.offers[each.id] = ""

    def check_last_agent(self, picture: Picture, made: Proposal) -> None:
        """Who is wanted gets it, unless they cannot."""
        conv = picture.convs[made.conversation_id]
        assert (made.why["rule"] == "last_agent") == (made.staff_id == conv.wanted), made
        if conv.wanted in picture.agents and conv.wanted != made.staff_id:
            assert not picture.could(picture.agents[conv.wanted], conv), made

    def close(self, offer_id: str, outcome: str) -> None:
        """An offer ends once."""
        assert self.offers[offer_id] == "", offer_id
        self.offers[offer_id] = outcome
        self.pending.pop(offer_id, None)

    def withdraw(self, conversation_id: str) -> None:
        """What was proposed of it is no more."""
        for each in [each for each in self.pending.values() if each.conversation_id == conversation_id]:
            if each.kind == "offer":
                self.close(each.id, "withdrawn")

    async def settle(self, claim: Proposal, *, tell: bool = True) -> None:
        """Write a claim under the row's lock, and tell Redis unless the process dies before."""
        row = self.rows[claim.conversation_id]
        self.pending.pop(claim.id, None)
        if row.live == "assigned" and row.staff == claim.staff_id and row.epoch == claim.epoch + 1:
            written = True
        elif written := (
            row.live != "ended" and row.epoch == claim.epoch and claim.generation == self.generation
        ):
            row.live, row.staff, row.epoch = "assigned", claim.staff_id, claim.epoch + 1
            row.held = self.now
        if not tell:
            return
        if written:
            await self.note(claims.confirm(self.routers[0], claim.id))
        else:
            await self.note(claims.void(self.routers[0], claim.id, row.epoch))

    async def carry_out(self, swept: Swept) -> None:
        """What the sweep reports."""

        async def proposals() -> list[Proposal]:
            return swept.proposals

        for offer_id, _, _ in swept.expired_offers:
            self.close(offer_id, "expired")
        await self.note(proposals())
        for claim in swept.stale_claims:
            row = self.rows[claim.conversation_id]
            if row.epoch == claim.epoch:
                row.epoch += 1
            await self.settle(claim)
        for staff_id, ids in swept.lost:
            for id in ids:
                if self.rows[id].staff == staff_id and self.rows[id].live == "assigned":
                    await self.requeue(self.rows[id], [staff_id])
        for id, team in swept.overflowed:
            row = self.rows[id]
            row.been.append(row.team)
            row.team = team
            await self.requeue(row, [])
        for id in swept.gone:
            await self.stop_waiting(self.rows[id])

    async def requeue(self, row: Row, skip: list[str]) -> None:
        """Back in line."""
        self.withdraw(row.id)
        row.live, row.staff = "waiting", ""
        row.epoch += 1
        row.episode += 1
        row.came = self.now
        await self.note(entries.enter(self.routers[0], row.visit(skip)))

    async def stop_waiting(self, row: Row) -> None:
        """The customer is gone."""
        self.withdraw(row.id)
        row.live = "ended"
        row.epoch += 1

        async def left() -> list[Proposal]:
            return (await entries.leave(self.routers[1], row.id))[1]

        await self.note(left())

    def cut(self, staff_id: str) -> None:
        """The agent's connections answer no more."""
        self.connected.discard(staff_id)
        self.cut_at[staff_id] = self.now

    async def beat(self) -> None:
        """Everybody who is connected answers a ping."""
        customers = [(row.id, "k") for row in self.rows.values() if row.connected and row.live == "waiting"]
        await self.note(
            leases.renew(
                self.routers[1], [(id, f"{self.logins}") for id in sorted(self.connected)], customers
            )
        )

    async def pass_time(self, ms: int) -> None:
        """Pings and sweeps go on."""
        until = self.now + ms
        while self.now < until:
            step = min(until, (self.now // 1_000 + 1) * 1_000)
            self.now = step
            for router in self.routers:
                router.now_ms = step
            if step % 4_000 == 0:
                await self.beat()
            await self.carry_out(await sweeps.sweep(self.routers[step // 1_000 % 2]))

    def some(self, pick: int, wanted: Callable[[Row], bool]) -> Row | None:
        """One of the rows, by a number."""
        fitting = [row for row in self.rows.values() if wanted(row)]
        return fitting[pick % len(fitting)] if fitting else None

    async def picture(self) -> Picture:
        """Redis now."""
        look = await self.routers[0].call("reconcile_look", {}, _Look)
        return Picture(
            {each.id: each for each in look.agents},
            {each.id: each for each in look.conversations},
            self.teams,
            self.agents,
        )


class _Look(Struct, array_like=True):
    queues: list[Queue]
    proposals: list[str]
    conversations: list[Conv]
    agents: list[Record]
