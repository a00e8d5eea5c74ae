"""One run: the crowd on the ground, the fault amid it, and waiting until all is well and over."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from redis.exceptions import RedisError

from routing.errors import RoutingError
from store.errors import Unavailable
from tests.faults import gathering, records
from tests.faults.agent import Agent
from tests.faults.customer import Customer
from tests.faults.desk import BenchDesk
from tests.faults.evidence import Bounds, Evidence, Span, Violation
from tests.faults.ground import Ground
from tests.faults.pulse import Pulse
from tests.faults.records import Journal
from tests.faults.talking import now
from tests.faults.waiting import TooLate, until
from web.replay.desk import Colleague
from web.replay.dialogues import Dialogue
from web.replay.session import Door

SITE: Final = "demo"
START_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 45.0
"""Until when SQL and Redis have to agree: two comparisons of theirs, with what they wait in between."""


@dataclass(frozen=True)
class Crowd:
    """Who is there. talkers: customers who go on talking until the end. passing: how many come and go at
    the same time, a few lines each. capacity: chats at once, an agent. gap_seconds: between two lines."""

    agents: int = 3
    capacity: int = 3
    talkers: int = 6
    passing: int = 3
    gap_seconds: float = 0.4
    accepts: bool = True
    padding: int = 0
    """Characters added to each line of the customers'."""


@dataclass(frozen=True)
class Recovery:
    """Seconds after the fault was over, until the slowest of those who were talking had an ack again, and
    an answer. None where nobody had."""

    acked: float | None
    answered: float | None


class Stage:
    """What a row of the table plays on."""

    def __init__(
        self,
        ground: Ground,
        desk: BenchDesk,
        crowd: Crowd,
        bounds: Bounds,
        seed: int,
        dialogues: Sequence[Dialogue] = (),
    ) -> None:
        """`dialogues`: what is said, where it is to be more than counting."""
        self._dialogues = dialogues
        self._answers: dict[str, Iterator[str]] = {}
        self.ground = ground
        self.desk = desk
        self.crowd = crowd
        self.bounds = bounds
        self.random = random.Random(seed)
        self.journal = Journal(ground.folder / "journal.jsonl")
        self.extra_journals: list[Path] = []
        self.agents: list[Agent] = []
        self.talkers: list[Customer] = []
        self.customers: list[Customer] = []
        self.idlers: list[Customer] = []
        self.colleagues: list[Colleague] = []
        self.found: list[Violation] = []
        self.unsettled: list[Span] = []
        self.answered: set[str] = set()
        self.over_at = 0.0
        self.pulse = Pulse(ground.webs)
        self.watched = set(range(len(ground.webs)))
        """The web processes that have to answer all the time; a row takes out those that it harms."""
        self.urls = ground.urls
        """Where clients connect: the web processes, unless a row puts something in between."""
        self._numbers = itertools.count()
        self._talking = True
        self._flowing = True
        self._tasks: set[asyncio.Task[None]] = set()

    # People

    async def open(self) -> None:
        """Agents on duty, talkers in chats, others coming and going."""
        for _ in range(self.crowd.agents):
            await self.employ()
        await asyncio.gather(*(agent.declare("available") for agent in self.agents))
        for _ in range(self.crowd.talkers):
            self.talkers.append(await self.arrive(endless=True))
        for _ in range(self.crowd.passing):
            self._spawn(self._keep_coming())
        self.pulse.start()

    async def employ(self, urls: list[str] | None = None, *, answers: bool = True) -> Agent:
        """One more agent, connected and not available yet, by default at another process than the last."""
        (colleague,) = await self.desk.hire(1, self.crowd.capacity * 100)
        self.colleagues.append(colleague)
        number = len(self.agents)
        door = Door(self.sockets("/ws/staff", number + 1, urls), colleague.cookie)
        name = f"agent {number}"
        agent = Agent(
            name, door, self.journal, accepts=self.crowd.accepts, answers=answers, words=self._answer
        )
        self.agents.append(agent)
        agent.start()
        return agent

    async def arrive(
        self, *, endless: bool = False, lines: int = 3, urls: list[str] | None = None
    ) -> Customer:
        """One more customer, who talks `lines` lines, or until the run is to end."""
        customer = await self._come(endless=endless, lines=lines, urls=urls)
        self._spawn(customer.perform())
        return customer

    def _answer(self, customer: str) -> str:
        """What an agent says next to a customer, in the words of the dialogue that this customer plays."""
        return next(self._answers.get(customer, iter(())), "")

    def _script(self, customer: str) -> Iterator[str]:
        """The customer's side of a dialogue by chance, the agent's side being kept for who answers."""
        if not self._dialogues:
            return iter(())
        turns = self.random.choice(self._dialogues).turns
        self._answers[customer] = iter([text for side, text in turns if side == "agent"])
        return iter([text for side, text in turns if side == "customer"])

    async def _come(self, *, endless: bool, lines: int, urls: list[str] | None = None) -> Customer:
        number = next(self._numbers)
        customer = Customer(
            f"customer {number}",
            Door(self.sockets("/ws/visitor", number, urls)),
            self.journal,
            SITE,
            await self.desk.visitor(SITE),
            lines=lines,
            gap_seconds=self.crowd.gap_seconds,
            go_on=(lambda: self._talking) if endless else (lambda: False),
            padding=self.crowd.padding,
            script=self._script(f"customer {number}"),
        )
        self.customers.append(customer)
        return customer

    async def idle(self) -> Customer:
        """One more customer who is only connected, and never says a word."""
        customer = await self._come(endless=False, lines=0)
        self.customers.remove(customer)
        self.idlers.append(customer)
        customer.start()
        return customer

    def sockets(self, path: str, first: int, urls: list[str] | None = None) -> list[str]:
        """The WebSocket addresses of `path`, beginning with number `first`."""
        found = urls or self.urls
        start = first % len(found)
        return ["ws" + url.removeprefix("http") + path for url in found[start:] + found[:start]]

    async def _keep_coming(self) -> None:
        while self._flowing:
            customer = await self._come(endless=False, lines=self.random.randint(1, 4))
            await customer.perform()
            await asyncio.sleep(self.random.uniform(0, self.crowd.gap_seconds))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.found.append(Violation(0, f"a client broke: {error!r}"))

    # The course of a run

    async def warm(self, within_seconds: float = 20.0) -> None:
        """Until every talker who fits is talking. In that rush on processes that have just started nobody is
        late."""
        began = now()
        try:
            await self._talking_begins(within_seconds)
        finally:
            self.unsettled.append((began - START_SECONDS, now()))

    async def _talking_begins(self, within_seconds: float) -> None:
        room = min(len(self.talkers), self.crowd.agents * self.crowd.capacity)
        await until(
            lambda: sum(customer.acks >= 3 for customer in self.talkers) >= room and self._held() >= room,
            within_seconds,
            "the talkers to be paired and talking",
        )

    def _held(self) -> int:
        return sum(len(agent.held) for agent in self.agents)

    @asynccontextmanager
    async def fault(self, what: str, *, settle_seconds: float = 5.0) -> AsyncIterator[None]:
        """For the length of a block something is broken; the service is given `settle_seconds` more until
        lateness and order are judged again."""
        self.begin()
        began = now()
        self.mark("fault", what)
        try:
            yield
        finally:
            self.over_at = now()
            self.mark("over", what)
            self.unsettled.append((began, self.over_at + settle_seconds))

    def begin(self) -> None:
        """From here on recovery is measured."""
        self.answered = self._who_was_answered()

    def mark(self, event: str, what: str) -> None:
        self.journal.write(records.Mark(at=now(), who=what, event=event))

    def expect(self, held: bool, promise: str) -> None:
        """Note what a row promises beyond the invariants, where it did not hold."""
        if not held:
            self.found.append(Violation(0, promise))

    async def expect_soon(self, condition: Any, within_seconds: float, promise: str) -> None:
        """The same for what takes a while."""
        try:
            await until(condition, within_seconds, promise)
        except TooLate as late:
            self.found.append(Violation(0, str(late)))

    async def recovered(self, within_seconds: float) -> None:
        """Until every talker has an ack and an answer of after the fault."""

        def well() -> bool:
            recovery = self.recovery()
            return recovery.acked is not None and recovery.answered is not None

        await self.expect_soon(well, within_seconds, "every talker to be chatting again")

    def recovery(self) -> Recovery:
        acked: dict[str, float] = {}
        answered: dict[str, float] = {}
        staff = {agent.person for agent in self.agents}
        for record in reversed(self.journal.records):
            if record.at <= self.over_at:
                break
            if isinstance(record, records.Acked):
                acked[record.who] = record.at
            elif isinstance(record, records.Shown) and record.entry == "message" and record.author in staff:
                answered[record.who] = record.at
        names = [customer.name for customer in self.talkers if customer.name in self.answered]
        return Recovery(self._slowest(acked, names), self._slowest(answered, names))

    def _who_was_answered(self) -> set[str]:
        """Who has had an agent's answer by now; who is still in line has nothing to get back."""
        person = {customer.name: customer.person for customer in self.talkers}
        return {
            record.who
            for record in self.journal.records
            if isinstance(record, records.Shown) and record.entry == "message"
            if record.who in person and record.author != person[record.who]
        }

    def _slowest(self, times: dict[str, float], names: list[str]) -> float | None:
        if any(name not in times for name in names):
            return None
        return max((times[name] for name in names), default=self.over_at) - self.over_at

    async def finish(self, within_seconds: float) -> None:
        """Everybody says goodbye and is told that it is over; then SQL and Redis agree."""
        self._flowing = self._talking = False
        deadline = asyncio.get_running_loop().time() + within_seconds
        while self._tasks and asyncio.get_running_loop().time() < deadline:
            await asyncio.wait(set(self._tasks), timeout=0.5)
        unfinished = set(self._tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def go_home(self) -> None:
        """The agents leave, having seen what they were to see."""
        for agent in self.agents:
            await agent.see_all_out(QUIET_SECONDS)
            await agent.leave(finished=True)
        for idler in self.idlers:
            await idler.leave(finished=True)

    async def close(self) -> None:
        """Nobody stays behind, however the run went."""
        await self.pulse.stop()
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in (*self.agents, *self.idlers, *self.customers):
            await one.end()
        self.journal.close()

    async def agreement(self, within_seconds: float = QUIET_SECONDS) -> list[str]:
        """What SQL and Redis still disagree on when they had time to agree."""
        deadline = time.monotonic() + within_seconds
        while True:
            try:
                found = await gathering.differences(self.ground.database.direct, self.ground.redis.url)
            except (RoutingError, Unavailable, RedisError) as error:
                found = [str(error)]
            if not found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.25)

    async def evidence(self, differences: list[str]) -> Evidence:
        """All that the run has left. To be read before the ground is gone."""
        parts = [self.journal.records, *(records.read(path) for path in self.extra_journals)]
        held = await gathering.dump(self.ground.database.direct, records.merged(parts))
        return replace(
            held,
            differences=differences,
            unsettled=[*self.unsettled, *self.pulse.starved],
            bounds=self.bounds,
        )
