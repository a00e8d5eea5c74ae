"""Connections that say nothing: their memory, what they add to a message, how soon many are back at once."""

import asyncio
import time
from collections.abc import Sequence

from web.bench import echo, ours, usage
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.line import Line
from web.bench.load import Load, Lost
from web.bench.ours import Desk
from web.bench.plan import Plan
from web.bench.seeds import Crowd, Returning

FEW = 100
AT_ONCE = 64


def bare(count: int) -> str:
    return f"memory each of {count:,} idle connections of the bare echo, kB"


def over(count: int) -> str:
    return f"the same, signed in and resumed, over that, {count:,} connected, kB"


def cpu(count: int) -> str:
    return f"CPU a message, {count:,} clients connected, the added ones idle, µs"


def back(count: int) -> str:
    return f"{count:,} clients cut at once, until all have resumed, s"


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """All rounds."""
    for _ in range(plan.rounds):
        each = await _bare(ground, plan)
        book.note(bare(plan.idle), "value", each / 1e3)
        chats = min(FEW // 2, plan.chats)
        async with ours.served(ground, "sqlite", Crowd(agents=chats, visitors=chats)) as desk:
            await _message(await ours.chats(desk, chats), cpu(2 * chats), book, plan)
        crowd = Crowd(agents=chats, visitors=chats, returning=plan.idle)
        async with ours.served(ground, "sqlite", crowd) as desk:
            await _ours(desk, book, plan, each)


async def _bare(ground: Ground, plan: Plan) -> float:
    """Bytes a connection."""
    async with echo.served(ground) as (port, part):
        before = usage.memory(part.pid)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one() -> Line:
            async with gate:
                return await Line.connect(port, "/")

        lines = await asyncio.gather(*(one() for _ in range(plan.idle)))
        await asyncio.sleep(plan.settling_seconds)
        grown = usage.memory(part.pid) - before
        _cut(lines)
        return grown / plan.idle


async def _ours(desk: Desk, book: Book, plan: Plan, each_bare: float) -> None:
    service = next(part.pid for part in desk.parts if part.name == "service")
    # From a fresh process, as with the bare one: what earlier work had freed would be used again, unseen.
    port, people = desk.ports[0], desk.seeded.returning
    # The first one's answer says that it has started, for it listens before.
    (await ours.resumed(port, people[0])).abort()
    before = usage.memory(service)
    lines = await _resumed(port, people, AT_ONCE)
    await asyncio.sleep(plan.settling_seconds)
    grown = usage.memory(service) - before
    book.note(over(plan.idle), "value", (grown / len(people) - each_bare) / 1e3)
    load = await ours.chats(desk, len(desk.seeded.agents))
    await asyncio.sleep(plan.quiet_seconds - plan.settling_seconds)
    await _message(load, cpu(plan.idle), book, plan)
    cut = min(plan.cut, len(people))
    _cut(lines[:cut])
    start = time.perf_counter()
    lines[:cut] = await _resumed(port, people[:cut], cut)
    book.note(back(cut), "value", time.perf_counter() - start)


async def _message(load: Load, name: str, book: Book, plan: Plan) -> None:
    """CPU of one at the middle rate."""
    try:
        taken = await load.pace(plan.rates[len(plan.rates) // 2], plan.seconds)
    except Lost as error:
        book.missing[name] = str(error)
    else:
        book.note(name, "value", taken.total_microseconds)


async def _resumed(port: int, people: Sequence[Returning], at_once: int) -> list[Line]:
    gate = asyncio.Semaphore(at_once)

    async def one(who: Returning) -> Line:
        async with gate:
            return await ours.resumed(port, who)

    return await asyncio.gather(*(one(who) for who in people))


def _cut(lines: Sequence[Line]) -> None:
    for line in lines:
        line.abort()
