"""One run: the model's customers taken through the scripts, event by event, several on the way at a time."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterator
from heapq import heappop, heappush
from typing import Any

import msgspec

from routing import assignments, claims, entries, sweeps
from routing.proposals import Proposal
from web.simulation.desk import TEAM, Desk, asked
from web.simulation.model import Customer, Draws, Model
from web.simulation.outcome import Outcome
from web.simulation.reference import ARRIVE, END, LEAVE
from web.simulation.wire import Call

LONGEST = 64
"""Events in one batch, at most."""
_BREATH = 100
"""Batches between two looks at the loop, for Ctrl-C."""

Event = tuple[int, int, int, int]
"""When, what, which of those at that moment goes first, whose."""


class RunFailed(Exception):
    """The scripts answered what cannot be, e.g. gave a chat to somebody twice."""


class Stated(msgspec.Struct, frozen=True):
    """What a customer was told of the rest of their wait."""

    number: int
    position: int
    low_seconds: int | None
    high_seconds: int | None
    waited_ms: int = 0
    """So long they had waited by then; 0: on arrival."""


class Drive:
    """`ask_every`: each so-many-th customer who must wait asks for place and wait on arrival, and again when
    the next customer comes; 2 or more, or 0: nobody.

    Raises RunFailed and ScriptRefused where the router breaks a rule.
    """

    def __init__(self, desk: Desk, model: Model, seed: int, ask_every: int = 0) -> None:
        self.stated: list[Stated] = []
        self._desk = desk
        self._model = model
        self._draws = Draws(model, seed)
        self._ask_every = ask_every
        self._events: list[Event] = []
        self._customers: list[Customer] = []
        self._waiting: set[int] = set()
        self._claimed: list[tuple[int, str]] = []
        """Claims to confirm: when made, and their ids."""
        self._starts = 0
        self._outcome = Outcome()
        self._counted = 0
        self._open = 0

    async def run(self, customers: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
        """Until so many are answered or gone. `progress` hears how many are, now and then."""
        self._counted = self._open = customers
        self._draw()
        batches = 0
        while self._open > 0:
            await self._step()
            batches += 1
            if batches % _BREATH == 0:
                progress(customers - self._open)
                await asyncio.sleep(0)
        await self._finish()
        return self._outcome

    async def _step(self) -> None:
        batch = self._safe()
        confirmations = self._confirmations()
        calls = [self._call(*event) for event in batch]
        requests = [call.request for call in confirmations] + [call.request for call in calls]
        replies = iter(self._desk.wire.exchange(requests))
        self._settle(confirmations, replies)
        for event, call, reply in zip(batch, calls, replies, strict=True):
            self._note(event, *call.result(reply))
        if batch and self._asks(batch[-1]):
            await self._ask(batch[-1])

    def _safe(self) -> list[Event]:
        """The next events that hold whatever the replies are: before the earliest end not known yet.

        The m-th event of a batch starts one chat at most, so the m-th start is not before it.
        """
        batch: list[Event] = []
        bound, ended, fresh = math.inf, False, set()
        while len(batch) < LONGEST and self._events[0][0] < bound:
            event = self._events[0]
            at, kind, _, number = event
            if kind == LEAVE:
                if number in fresh or (ended and number in self._waiting):
                    break  # May just have been answered: the replies will tell.
                if number not in self._waiting:
                    heappop(self._events)
                    continue
            heappop(self._events)
            bound = min(bound, at + self._draws.length(self._starts + len(batch)))
            batch.append(event)
            ended = ended or kind == END
            if kind == ARRIVE:
                fresh.add(number)
                self._draw()
                if self._asks(event):
                    break
        return batch

    def _draw(self) -> None:
        customer, number = self._draws.customer(), len(self._customers)
        self._customers.append(customer)
        self._outcome.come(customer.urgent)
        heappush(self._events, (customer.at, ARRIVE, number, number))
        if customer.leaves is not None:
            heappush(self._events, (customer.leaves, LEAVE, number, number))

    def _confirmations(self) -> list[Call[list[Proposal]]]:
        claimed, self._claimed = self._claimed, []
        if claimed:
            self._desk.at(claimed[-1][0])
        return [Call(claims.confirm(self._desk.wire, id)) for _, id in claimed]

    def _settle(self, confirmations: list[Call[list[Proposal]]], replies: Iterator[bytes]) -> None:
        for call in confirmations:
            if call.result(next(replies)):
                raise RunFailed("A confirmation gave somebody a chat: a place had stood empty.")

    def _call(self, at: int, kind: int, key: int, number: int) -> Call[tuple[bool, list[Proposal]]]:
        now, wire = self._desk.at(at), self._desk.wire
        if kind == LEAVE:
            return Call(entries.leave(wire, _id(number)))
        if kind == END:
            return Call(_there(assignments.end(wire, _id(number), 0)))
        customer = self._customers[number]
        visit = entries.Visit(
            conversation_id=_id(number),
            episode=1,
            team_id=TEAM,
            priority=500 if customer.urgent else 0,
            first_at_ms=now,
            weight=100,
            epoch=0,
            skills=asked(self._model, customer.kind),
        )
        return Call(_there(entries.enter(wire, visit)))

    def _note(self, event: Event, there: bool, made: list[Proposal]) -> None:
        at, kind, _, number = event
        if kind == LEAVE:
            if not there or made:
                raise RunFailed(f"{_id(number)} waited, and could not leave.")
            self._waiting.remove(number)
            self._outcome.leave(number, at - self._customers[number].at)
            self._open -= number < self._counted
            return
        if kind == ARRIVE:
            self._waiting.add(number)
        for claim in made:
            self._start(at, claim, waited=kind != ARRIVE or claim.conversation_id != _id(number))

    def _start(self, at: int, claim: Proposal, waited: bool) -> None:
        number = int(claim.conversation_id[1:])
        if claim.kind != "claim" or number not in self._waiting:
            raise RunFailed(f"{claim.conversation_id} was given away, and did not wait.")
        self._waiting.remove(number)
        self._outcome.answer(number, at - self._customers[number].at, waited)
        self._open -= number < self._counted
        heappush(self._events, (at + self._draws.length(self._starts), END, self._starts, number))
        self._starts += 1
        self._claimed.append((at, claim.id))

    def _asks(self, event: Event) -> bool:
        return event[1] == ARRIVE and self._ask_every > 0 and event[3] % self._ask_every < 2

    async def _ask(self, event: Event) -> None:
        at, _, _, comes = event
        number = comes - comes % self._ask_every
        if number not in self._waiting or number >= self._counted:
            return
        self._desk.at(at)
        for place in await entries.position(self._desk.router, [_id(number)]):
            low, high, since = place.wait_low_seconds, place.wait_high_seconds, self._customers[number].at
            self.stated.append(Stated(number, place.position, low, high, at - since))

    async def _finish(self) -> None:
        """Nobody may have been lost on the way, and no claim forgotten."""
        confirmations = self._confirmations()
        self._settle(confirmations, iter(self._desk.wire.exchange([call.request for call in confirmations])))
        swept = await sweeps.sweep(self._desk.router)
        if swept.lost or swept.gone or swept.stale_claims or swept.proposals:
            raise RunFailed(f"Something was left over at the end: {swept}.")


async def _there(work: Coroutine[Any, Any, list[Proposal]]) -> tuple[bool, list[Proposal]]:
    return True, await work


def _id(number: int) -> str:
    # As wide as it may get, since who came in the same millisecond goes by id.
    return f"c{number:09}"
