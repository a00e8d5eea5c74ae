"""A Hypothesis state machine: two processes and their people act on one desk, and the rules hold."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import hypothesis.strategies as st
from hypothesis.stateful import invariant, rule
from msgspec import Struct, structs

from routing import agents, assignments, claims, entries, leases, offers, sweeps, teams
from routing.agents import Agent
from routing.errors import NotReady, QueueFull
from routing.proposals import Proposal
from routing.reconcile import Seen, compare
from routing.teams import TeamSettings
from tests.routing.caller import Caller
from tests.routing.truth import Picture, Row

ASK_AGAIN = 2_000
LOST_WITHIN = 30_000
PASSED_OVER = 12_000
WAITS = (1, 100, 100, 500, 1_000, 1_000, 3_000, 3_000, 9_000, 12_000, 31_000, 130_000)


NEEDS: tuple[tuple[str, dict[str, int]], ...] = (
    *(("", {}), ("", {}), ("", {}), ("fr", {}), ("de", {}), ("", {"tax": 1}), ("", {"tax": 2})),
    *(("fr", {"tax": 1}), ("", {"law": 1, "tax": 1}), ("de", {"law": 1}), ("it", {})),
)
"""Language and skills that arrivals ask for."""
RELAX = (6_000, 6_000, 3_000, None)


class Step(Struct):
    """What happens, to whom, and in which of twelve ways."""

    event: str
    pick: int
    staff: str
    other: str
    team: str
    n: int


EVENTS = (
    *("arrive", "arrive", "arrive", "arrive", "answer", "answer", "answer", "answer", "answer", "answer"),
    *("end", "end", "leave", "transfer", "take", "take", "declare", "reorganise", "configure", "connect"),
    *("train", "connect", "come_or_go", "come_or_go", "wait", "wait", "wipe"),
    *("return_", "prioritise", "prioritise", "dismiss"),
)
STEPS = st.builds(
    Step,
    event=st.sampled_from(EVENTS),
    pick=st.integers(0, 20),
    staff=st.sampled_from("abcd"),
    other=st.sampled_from("abcd"),
    team=st.sampled_from("tu"),
    n=st.integers(0, 11),
)


class RoutingMachine(Caller):
    """What may happen, in any order, and what is true after each step."""

    # What may happen.

    @rule(step=STEPS)
    def happen(self, step: "Step") -> None:
        """One rule for all events: Hypothesis would switch most of many rules off in each run, and then
        hardly anything meets."""
        event: Callable[[Step], Awaitable[None]] = getattr(self, step.event)
        self.run(event(step))

    async def arrive(self, step: "Step") -> None:
        row = Row(f"c{len(self.rows):03}", step.team, step.n % 3, self.now, (100, 100, 200, 30)[step.n // 3])
        row.language, row.skills = NEEDS[step.pick % len(NEEDS)]
        row.came = self.now
        row.wanted = step.staff if step.pick % 4 == 0 else ""
        self.rows[row.id] = row
        try:
            visit = row.visit(refusable=True)
            await self.note(entries.enter(self.routers[len(self.rows) % 2], visit))
        except QueueFull:
            row.live = "ended"
        most = self.teams[step.team].queue_max
        if most is not None and row.live == "waiting" and self.length(await self.picture(), step.team) > most:
            assert row.id in {each.conversation_id for each in self.pending.values()}, row

    def length(self, picture: Picture, team: str) -> int:
        """How many are in line."""
        return sum(conv.team == team and _in_line(picture, conv.id) for conv in picture.convs.values())

    async def answer(self, step: "Step") -> None:
        """Mostly as it should be; refused, or the process dies before or after the write."""
        made = list(self.pending.values())
        if step.n >= 8:
            # Often all do as they should, so that there is work that can be lost, ended, passed on.
            for each in made:
                if each.id in self.pending:
                    await (self.accept(each) if each.kind == "offer" else self.settle(each))
        elif made:
            await self.act(made[step.pick % len(made)], step)

    async def act(self, each: Proposal, step: "Step") -> None:
        """On one proposal."""
        if each.kind == "offer":
            await (self.decline(each) if step.n < 4 else self.accept(each))
        elif step.n == 0:
            self.pending.pop(each.id)
        elif step.n == 1 and each.generation == self.generation:
            self.rows[each.conversation_id].epoch += 1
            await self.settle(each)
        else:
            await self.settle(each, tell=step.n != 2)

    async def accept(self, offer: Proposal) -> None:
        """In two tabs at once."""
        answers = await asyncio.gather(
            *[offers.accept(each, offer.id, offer.staff_id) for each in self.routers]
        )
        (claim,) = [each for each in answers if isinstance(each, Proposal)]
        self.close(offer.id, "accepted")
        self.pending[claim.id] = claim

    async def decline(self, offer: Proposal) -> None:
        self.close(offer.id, "declined")
        await self.note(offers.decline(self.routers[1], offer.id, offer.staff_id))

    async def end(self, step: "Step") -> None:
        row = self.some(step.pick, lambda row: row.live == "assigned")
        if row is None:
            return
        self.withdraw(row.id)
        row.live = "ended"
        row.epoch += 1
        wrap_up = 5_000 if step.n < 4 else 0
        if wrap_up:
            until = self.now + wrap_up
            self.wraps[row.id] = assignments.WrapUp(row.id, row.staff, row.team, row.weight, until)
        await self.note(assignments.end(self.routers[0], row.id, wrap_up))

    async def leave(self, step: "Step") -> None:
        if row := self.some(step.pick, lambda row: row.live == "waiting"):
            await self.stop_waiting(row)

    async def transfer(self, step: "Step") -> None:
        """To a team."""
        if row := self.some(step.pick, lambda row: row.live == "assigned"):
            row.team = step.team
            await self.requeue(row, [row.staff])

    async def return_(self, step: "Step") -> None:
        """A customer is back after the end, and would have the agent who had it."""
        if row := self.some(step.pick, lambda row: row.live == "ended" and row.staff != ""):
            row.wanted, row.team = row.staff, step.team
            await self.requeue(row, [])

    async def prioritise(self, step: "Step") -> None:
        """Who waits is worth more or less than before, or another weight, which a claim has not reserved."""
        row = self.some(step.pick, lambda row: row.live == "waiting")
        if row is None:
            return
        row.priority = step.n % 4
        weight = (30, 100, 200)[step.pick % 3] if step.n < 4 else row.weight
        if weight != row.weight:
            self.withdraw(row.id)
            row.weight = weight
            row.epoch += 1
        await self.note(entries.enter(self.routers[step.n % 2], row.visit()))

    async def take(self, step: "Step") -> None:
        """Two people press at once, on two processes: one wins at most."""
        row = self.some(step.pick, lambda row: row.live != "ended")
        if row is None:
            return
        answers = await asyncio.gather(
            *[
                claims.take(router, row.id, staff_id, row.epoch, row.live == "assigned", own=step.n < 4)
                for router, staff_id in zip(self.routers, (step.staff, step.other), strict=True)
            ]
        )
        won = [each for each in answers if isinstance(each, Proposal)]
        assert len(won) <= 1
        for claim in won:
            self.withdraw(row.id)
            self.pending[claim.id] = claim

    async def declare(self, step: "Step") -> None:
        known = self.agents[step.staff]
        availability: agents.Availability = (
            "available" if step.n < 7 else ("away" if step.n < 10 else "offline")
        )
        await self.change(structs.replace(known, availability=availability))

    async def reorganise(self, step: "Step") -> None:
        member = ("t", "u", "tu", "tu")[step.n % 4]
        known = self.agents[step.staff]
        await self.change(structs.replace(known, capacity=(100, 200, 300)[step.n // 4], teams=list(member)))

    async def train(self, step: "Step") -> None:
        """Other languages and skills."""
        language, skills = NEEDS[step.pick % len(NEEDS)]
        known = self.agents[step.staff]
        languages = [language, "fr"] if step.n % 2 else [language] * bool(language)
        await self.change(structs.replace(known, languages=languages, skills=skills))

    async def dismiss(self, step: "Step") -> None:
        """An agent goes, and what they hold is lost at once; any change of them hires them again."""
        gone = self.somebody(step)
        convs = (await self.picture()).convs.values()
        held = [self.rows[conv.id] for conv in convs if (conv.state, conv.staff) == ("assigned", gone)]
        self.cut(gone)
        self.dismissed.add(gone)
        self.logins += 1
        await self.carry_out(await agents.remove(self.routers[0], gone))
        assert all(row.live == "waiting" for row in held), gone

    async def change(self, agent: Agent) -> None:
        self.agents[agent.staff_id] = agent
        self.dismissed.discard(agent.staff_id)
        await self.note(agents.put(self.routers[1], agent))

    async def configure(self, step: "Step") -> None:
        mode: Literal["automatic", "offered"] = "offered" if step.n % 2 else "automatic"
        how: teams.Strategy = ("longest_idle", "least_loaded", "most_skilled")[step.n % 3]
        self.teams["t"] = TeamSettings(
            "t",
            mode,
            strategy=how,
            relax_ms=RELAX[step.pick % 4],
            overflow_team_id="u" if step.pick % 3 else "",
            overflow_ms=8_000,
            queue_max=(None, 0, None, 2)[step.n % 4],
            paused=step.pick % 5 == 0,
        )
        await self.note(teams.put(self.routers[0], self.teams["t"]))

    async def connect(self, step: "Step") -> None:
        """Cut, back, or signed out."""
        staff = self.somebody(step)
        self.cut(staff)
        if step.n < 7:
            await self.change(self.agents[staff])
            self.connected.add(staff)
        elif step.n > 9:
            await self.carry_out(await leases.sign_out(self.routers[0], staff))
            self.logins += 1
        await self.beat()

    def somebody(self, step: "Step") -> str:
        """Mostly one who has work."""
        row = self.some(step.pick, lambda row: row.live == "assigned")
        return row.staff if row and step.n % 3 else step.staff

    async def come_or_go(self, step: "Step") -> None:
        """A waiting customer's connection; often long enough that they are passed over."""
        if row := self.some(step.pick, lambda row: row.live == "waiting"):
            row.connected = not row.connected
            await self.beat()
            if step.n >= 6 and not row.connected:
                await self.pass_time(PASSED_OVER)

    async def wait(self, step: "Step") -> None:
        await self.pass_time(WAITS[step.n])

    async def wipe(self, step: "Step") -> None:
        """Redis is emptied: everybody learns it, and the rebuilt desk is as the rows say."""
        await self.forget()
        for router in self.routers:
            try:
                await sweeps.sweep(router)
                raise AssertionError("a wiped desk answered")
            except NotReady:
                pass
        for offer_id, outcome in list(self.offers.items()):
            if outcome == "":
                self.close(offer_id, "withdrawn")
        await self.load()

    # What is always true.

    @invariant()
    def the_rules_hold(self) -> None:
        self.run(self.check())

    async def check(self) -> None:
        await self.carry_out(await sweeps.sweep(self.routers[0]))
        picture = await self.picture()
        assert picture.misused() == []
        self.check_loads(picture)
        assert picture.idle_beside_waiting() == []
        await self.check_skips(picture)
        self.check_relaxed(picture)
        await self.check_overflow(picture)
        self.check_presence(picture)
        in_offer = {conv.proposal for conv in picture.convs.values() if conv.state == "offered"}
        assert in_offer == {id for id, outcome in self.offers.items() if outcome == ""}
        await self.check_rows(picture)

    def check_loads(self, picture: Picture) -> None:
        for id, agent in picture.agents.items():
            load = agent.load()
            # A lowered capacity ends nothing, but then the load only falls.
            assert load <= max(agent.capacity, self.overhang.get(id, 0)), (id, load)
            self.overhang[id] = load

    async def check_skips(self, picture: Picture) -> None:
        due = f"{{{self.prefix}}}:routing:{self.generation}:due"
        for conv in picture.convs.values():
            if conv.state == "waiting" and conv.skip:
                again = await self.redis.zscore(due, f"again|{conv.id}")
                assert again is not None, conv
                assert self.now < again <= self.now + ASK_AGAIN, conv

    def check_relaxed(self, picture: Picture) -> None:
        """In time, and not before any setting allowed it."""
        for conv in picture.convs.values():
            asks, waited = conv.language or conv.skills, self.now - conv.came
            if conv.state in ("waiting", "offered") and asks:
                after = self.teams[conv.team].relax_ms
                assert conv.relaxed or after is None or waited < after, conv
                assert not conv.relaxed or waited >= 3_000, conv

    async def check_overflow(self, picture: Picture) -> None:
        """Whose time has come was told of in the last 5 s, or moved."""
        settling = f"{{{self.prefix}}}:routing:{self.generation}:settling:t"
        team = self.teams["t"]
        for conv in picture.convs.values():
            overflows = bool(team.overflow_team_id) and team.overflow_team_id not in conv.been
            if overflows and team.overflow_ms and conv.team == "t" and _in_line(picture, conv.id):
                since = await self.redis.zscore(settling, conv.id)
                assert since is not None, conv
                assert self.now < since + team.overflow_ms <= self.now + team.overflow_ms, conv
                if since == conv.came:
                    continue
                assert since + team.overflow_ms <= self.now + 5_000, conv

    def check_presence(self, picture: Picture) -> None:
        for id in self.connected:
            assert picture.agents[id].present, id
        for row in self.rows.values():
            if row.live == "assigned" and row.staff not in self.connected:
                assert self.now - max(self.cut_at[row.staff], row.held, self.loaded_at) <= LOST_WITHIN, row
        for conv in picture.convs.values():
            assert not (conv.parked and self.rows[conv.id].connected), conv

    async def check_rows(self, picture: Picture) -> None:
        seen = await self.routers[1].call("reconcile_look", {}, Seen)
        assert (seen.torn(), seen.strays(), seen.ghosts()) == (set(), [], [])
        waiting = [row.visit() for row in self.rows.values() if row.live == "waiting"]
        assigned = [row.assignment() for row in self.rows.values() if row.live == "assigned"]
        assert list(compare(waiting, assigned, {each.id: each for each in seen.conversations})) == []
        for team in self.teams:
            line = sorted(
                (row for row in self.rows.values() if row.team == team and _in_line(picture, row.id)),
                key=Row.rank,
            )
            places = await entries.position(self.routers[0], [row.id for row in line])
            assert [place.position for place in places] == list(range(1, len(line) + 1))


def _in_line(picture: Picture, id: str) -> bool:
    return id in picture.convs and picture.convs[id].state in ("waiting", "offered")
