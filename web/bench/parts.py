"""The parts of a run, by the names that ONLY= takes."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from web.bench import boards, connections, layers, limits, messages, pairing, peers, starting
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.messages import Opened
from web.bench.plan import Plan

Measure = Callable[[Ground, Book, Plan], Awaitable[None]]
Tell = Callable[[str], None]

IN_TURN: Mapping[str, Callable[[Ground, Plan], Mapping[str, Opened]]] = {
    "messages": messages.subjects,
    "peers": peers.subjects,
}
"""Whose subjects take turns, a round of each: ours and others at the same work."""
ALONE: Mapping[str, Measure] = {
    "limits": limits.measure,
    "connections": connections.measure,
    "start": starting.measure,
    "pairs": pairing.measure,
    "board": boards.measure,
    "layers": layers.measure,
}
PATIENCE_SECONDS = 400.0
"""For a round of one service, and for all rounds of a part."""
NAMES = (*IN_TURN, *ALONE)


async def run(names: Sequence[str], ground: Ground, book: Book, plan: Plan, tell: Tell) -> None:
    """Measure these parts; what fails is noted, and the others go on. `tell` hears of each step."""
    subjects: dict[str, Opened] = {}
    for name, found in IN_TURN.items():
        if name in names:
            subjects |= found(ground, plan)
    await in_turn(subjects, book, plan, tell)
    await one_by_one({name: each for name, each in ALONE.items() if name in names}, ground, book, plan, tell)


async def in_turn(subjects: Mapping[str, Opened], book: Book, plan: Plan, tell: Tell) -> None:
    """A round of each, then the next round, every other one backwards: what the machine does meanwhile
    falls on all alike."""
    for number in range(plan.rounds):
        order = list(subjects.items())
        for name, opened in order if number % 2 == 0 else reversed(order):
            if name in book.missing or plan.subject.lower() not in name.lower():
                continue
            tell(f"round {number + 1}: {name}")
            async with _noted(book, name):
                await messages.measure(book, name, opened, plan)


async def one_by_one(
    parts: Mapping[str, Measure], ground: Ground, book: Book, plan: Plan, tell: Tell
) -> None:
    """Parts that see to their rounds themselves."""
    for name, measure in parts.items():
        tell(name)
        async with _noted(book, name):
            await measure(ground, book, plan)


@asynccontextmanager
async def _noted(book: Book, what: str) -> AsyncIterator[None]:
    """A failure belongs into the table, with its reason, and is no end of the run; nor is what hangs."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except Exception as error:
        book.missing[what] = f"{type(error).__name__}: {error}"
        book.traces[what] = traceback.format_exception(error)
