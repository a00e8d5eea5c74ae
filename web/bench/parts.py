"""The parts of a run, by the names that ONLY= takes."""

import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

from web.bench import limits, messages
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.messages import Opened
from web.bench.plan import Plan

Measure = Callable[[Ground, Book, Plan], Awaitable[None]]
Tell = Callable[[str], None]


def named(tell: Tell) -> Mapping[str, Measure]:
    """What can be measured, in the order of a whole run. `tell` is told of each step."""

    async def services(ground: Ground, book: Book, plan: Plan) -> None:
        await _in_turn(messages.subjects(ground, plan), book, plan, tell)

    return {"limits": limits.measure, "messages": services}


async def run(wanted: Mapping[str, Measure], ground: Ground, book: Book, plan: Plan) -> None:
    """Measure them one after another; one that fails is noted as missing, and the others go on."""
    for name, measure in wanted.items():
        with _noted(book, name):
            await measure(ground, book, plan)


async def _in_turn(subjects: Mapping[str, Opened], book: Book, plan: Plan, tell: Tell) -> None:
    """A round of each, then the next round, every other one backwards: what the machine does meanwhile
    falls on all alike."""
    for number in range(plan.rounds):
        order = list(subjects.items())
        for name, opened in order if number % 2 == 0 else reversed(order):
            if name in book.missing:
                continue
            tell(f"round {number + 1}: {name}")
            with _noted(book, name):
                async with opened() as load:
                    await messages.measure(book, name, load, plan)


@contextmanager
def _noted(book: Book, what: str) -> Iterator[None]:
    """A failure belongs into the table, with its reason, and is no end of the run."""
    try:
        yield
    except Exception as error:
        book.missing[what] = f"{type(error).__name__}: {error}"
        book.traces[what] = traceback.format_exception(error)
