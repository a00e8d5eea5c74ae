"""Where a run is played: agents on duty, customers arriving, until all is said or nothing moves any more."""

import asyncio
import itertools
import random
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from web.replay import figures, verification
from web.replay.agent import Agent
from web.replay.client import Refused
from web.replay.customer import Customer
from web.replay.desk import Colleague, Desk, DeskError
from web.replay.dialogues import Dialogue
from web.replay.journal import Journal
from web.replay.play import Play, Plays, Tempo
from web.replay.report import Report
from web.replay.session import Door, Session
from web.replay.verification import FULL, Findings

ENTERING: Final = 24
"""Customers who come through the door at once, until they are in line; a thousand in the same second
would be another test than how chats go."""
READING: Final = 8
"""Records read at once after the run."""
BUSY: Final = 1.1
"""At a real tempo customers arrive this much faster than the agents can serve, so that a line forms."""
LEAVING_SECONDS: Final = 5.0


class Plan(Struct, frozen=True):
    """capacity: chats at once an agent. speed: 0 for as fast as it goes, else a factor of real time.
    patience_seconds: how long nothing may move before the run is given up."""

    dialogues: list[Dialogue]
    agents: int
    capacity: int
    speed: float
    site: str
    patience_seconds: float


class Progress(Struct):
    """How a run stands; drawn by whoever watches it."""

    phase: str = "hiring"
    conversations: int = 0
    waiting: int = 0
    talking: int = 0
    ended: int = 0
    messages: int = 0
    reconnects: int = 0


class Stage:
    """One run against one desk. `moved` is told of every step forward, `journal` of what is durable."""

    def __init__(
        self,
        desk: Desk,
        plan: Plan,
        moved: Callable[[], None] = lambda: None,
        journal: Journal | None = None,
    ) -> None:
        self._desk = desk
        self._plan = plan
        self._tempo = Tempo(plan.speed)
        self._plays = Plays()
        self._told = moved
        self._moved_at = 0.0
        self._began_at = 0.0
        self._ended_at = 0.0
        self._agents: list[Agent] = []
        self._customers: list[Customer] = []
        self._entering = asyncio.Semaphore(ENTERING)
        self.phase = "hiring"
        self.plays = [
            Play(number, dialogue, self._moved, journal) for number, dialogue in enumerate(plan.dialogues, 1)
        ]

    async def perform(self) -> Report:
        """Play everything and judge it. Raises `DeskError` where the desk cannot be used at all."""
        colleagues = await self._desk.hire(self._plan.agents, self._plan.capacity * FULL)
        on_duty = [self._employ(number, colleague) for number, colleague in enumerate(colleagues)]
        try:
            await self._sign_on(on_duty)
            await self._play(on_duty)
            self.phase = "verifying"
            await self._read_records()
        finally:
            await self._sign_off(on_duty, colleagues)
        return self._report()

    def progress(self) -> Progress:
        now = Progress(phase=self.phase, conversations=len(self.plays))
        for play in self.plays:
            now.ended += play.ended
            now.talking += play.assigned_at is not None and not play.ended
            now.waiting += play.started_at is not None and play.assigned_at is None
            now.messages += len(play.reached_at)
        now.reconnects = self._count(lambda session: session.reconnects)
        return now

    def _employ(self, number: int, colleague: Colleague) -> "asyncio.Task[None]":
        """Agents sit at another web process than customers where there are two, so that messages cross."""
        door = Door(self._desk.sockets("/ws/staff", 2 * number + 1), colleague.cookie)
        agent = Agent(colleague.id, door, self._tempo, self._plays)
        self._agents.append(agent)
        return asyncio.create_task(agent.session.run(), name=f"agent {number}")

    async def _sign_on(self, on_duty: list["asyncio.Task[None]"]) -> None:
        self.phase = "signing on"
        ready = asyncio.gather(*(agent.sign_on() for agent in self._agents))
        watched: set[asyncio.Future[Any]] = {ready, *on_duty}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED, timeout=self._plan.patience_seconds)
        for task in on_duty:
            if task.done():
                ready.cancel()
                raise DeskError(f"an agent cannot stay signed in: {task.exception()}")
        if not ready.done():
            ready.cancel()
            raise DeskError("the agents could not sign on: the desk does not answer on its WebSocket")
        await ready

    async def _play(self, on_duty: list["asyncio.Task[None]"]) -> None:
        """Let everybody in and wait until all have left, or until nothing moves for too long."""
        self.phase = "playing"
        loop = asyncio.get_running_loop()
        self._began_at = self._moved_at = loop.time()
        customers = [asyncio.create_task(self._attend(play, after)) for play, after in self._arrivals()]
        everybody = asyncio.gather(*customers)
        watched: set[asyncio.Future[Any]] = {everybody, *on_duty}
        try:
            while not everybody.done() and not self._stuck():
                await asyncio.wait(watched, timeout=1, return_when=asyncio.FIRST_COMPLETED)
                if any(task.done() for task in on_duty):
                    raise DeskError("an agent was signed out in the middle of it")
        finally:
            self._ended_at = loop.time()
            for customer in customers:
                customer.cancel()
            await asyncio.gather(*customers, return_exceptions=True)
        error = None if everybody.cancelled() else everybody.exception()
        if error is not None and not isinstance(error, asyncio.CancelledError):
            raise error

    def _stuck(self) -> bool:
        """Nothing has moved for too long, other than by the desk's own word to wait."""
        now = asyncio.get_running_loop().time()
        return now - max(self._moved_at, self._desk.told_to_wait_until) > self._patience_seconds()

    def _patience_seconds(self) -> float:
        """A slow tempo has long pauses that are nobody's fault."""
        longest = max(self._tempo.seconds(text) for play in self.plays for _, text in play.dialogue.turns)
        return self._plan.patience_seconds + longest

    def _arrivals(self) -> list[tuple[Play, float]]:
        """Who comes when, in seconds: all at once, or at random so that the agents are just kept busy."""
        if self._plan.speed == 0:
            return [(play, 0.0) for play in self.plays]
        mean = sum(self._tempo.of(play.dialogue) for play in self.plays) / len(self.plays)
        rate = BUSY * self._plan.agents * self._plan.capacity / mean
        gaps = (random.expovariate(rate) for _ in self.plays)
        return list(zip(self.plays, itertools.accumulate(gaps), strict=True))

    async def _attend(self, play: Play, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        async with self._entering:
            customer = await self._welcome(play)
            performing = asyncio.create_task(customer.perform())
            either: set[asyncio.Future[Any]] = {performing, customer.in_line}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                performing.cancel()
                raise
        try:
            await performing
        except Refused as refused:
            play.refusals.append(refused.code.value)

    async def _welcome(self, play: Play) -> Customer:
        token = await self._desk.visitor(self._plan.site)
        door = Door(self._desk.sockets("/ws/visitor", 2 * play.number))
        name = f"Customer {play.number}"
        customer = Customer(play, door, self._plan.site, token, name, self._tempo, self._plays)
        self._customers.append(customer)
        return customer

    async def _read_records(self) -> None:
        """Every conversation's assignments, as the desk recorded them."""
        reading = asyncio.Semaphore(READING)

        async def read(play: Play) -> None:
            async with reading:
                play.holds = await self._desk.holds(play.conversation_id)

        await asyncio.gather(*(read(play) for play in self.plays if play.conversation_id))

    async def _sign_off(self, on_duty: list["asyncio.Task[None]"], colleagues: list[Colleague]) -> None:
        self.phase = "signing off"
        leaving = [
            asyncio.ensure_future(agent.sign_off())
            for agent, task in zip(self._agents, on_duty, strict=True)
            if not task.done()
        ]
        if leaving:
            await asyncio.wait(leaving, timeout=LEAVING_SECONDS)
        for task in (*leaving, *on_duty):
            task.cancel()
        await asyncio.gather(*leaving, *on_duty, return_exceptions=True)
        await asyncio.gather(*(self._desk.dismiss(colleague) for colleague in colleagues))

    def _report(self) -> Report:
        found = Findings()
        for play in self.plays:
            found.add(verification.examine(play))
        holds = [hold for play in self.plays for hold in play.holds]
        found.over_capacity = verification.overloads(holds, self._plan.capacity * FULL)
        found.over_capacity += sum(agent.overloads for agent in self._agents)
        waits, deliveries = figures.waits(self.plays), figures.deliveries(self.plays)
        seconds = max(self._ended_at - self._began_at, 0.001)
        messages = sum(len(play.reached_at) for play in self.plays)
        return Report(
            conversations=len(self.plays),
            agents=self._plan.agents,
            capacity=self._plan.capacity,
            messages=messages,
            **{name: getattr(found, name) for name in found.__struct_fields__},
            strangers=len(self._plays.strangers()),
            wait_p50_ms=figures.milliseconds(waits, 0.5),
            wait_p99_ms=figures.milliseconds(waits, 0.99),
            delivery_p50_ms=figures.milliseconds(deliveries, 0.5),
            delivery_p99_ms=figures.milliseconds(deliveries, 0.99),
            reconnects=self._count(lambda session: session.reconnects),
            refusals=self._count(lambda session: session.refusals),
            seconds=round(seconds, 2),
            messages_per_second=round(messages / seconds, 1),
            good=found.clean(),
        )

    def _count(self, of: Callable[[Session], int]) -> int:
        everybody: list[Agent | Customer] = [*self._agents, *self._customers]
        return sum(of(one.session) for one in everybody)

    def _moved(self) -> None:
        self._moved_at = asyncio.get_running_loop().time()
        self._told()
