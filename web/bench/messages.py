"""Messages: the largest rate, and times and CPU at given rates, of each service in turn."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from web.bench import echo, ours
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.load import Load, Lost, Taken
from web.bench.plan import Plan
from web.bench.seeds import Crowd

ECHO = "bare echo"
SQLITE = "Frontdesk, SQLite"
POSTGRESQL = "Frontdesk, PostgreSQL"
TWO = "Frontdesk, PostgreSQL, two processes, half crossing"
LIMIT_MS = 250
"""What the p99 of the largest rate is to stay under."""
FEWEST = 8
MOST_A_CHAT = 16
"""Messages on the way; a service may refuse a connection that has too many."""
MARGIN = 0.9
"""A rate is offered only to who has been seen to do more."""

Opened = Callable[[], AbstractAsyncContextManager[Load]]


def subjects(ground: Ground, plan: Plan) -> Mapping[str, Opened]:
    """Ours and the bare echo, each with as many connections."""

    @asynccontextmanager
    async def bare() -> AsyncIterator[Load]:
        async with echo.served(ground) as (port, part):
            yield await echo.connections(port, part, plan.chats * 2)

    def desk(kind: ours.Kind, processes: int = 1, crossing: float = 0.0) -> Opened:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Load]:
            people = plan.chats
            crowd = Crowd(agents=people, visitors=people)
            async with ours.served(ground, kind, crowd, processes=processes) as found:
                yield await ours.chats(found, people, crossing=crossing)

        return opened

    return {
        ECHO: bare,
        SQLITE: desk("sqlite"),
        POSTGRESQL: desk("postgresql"),
        TWO: desk("postgresql", 2, 0.5),
    }


async def measure(book: Book, subject: str, opened: Opened, plan: Plan) -> None:
    """One round of one subject. The first finds out how much on the way it takes, over connections of its
    own: there are some who close them when it is too much."""
    known = book.figure(subject, "in_flight")
    if known:
        in_flight = int(known.values[-1])
    else:
        async with opened() as load:
            in_flight = await _climbed(load, plan)
    async with opened() as load:
        await _measure(book, subject, load, plan, in_flight)


async def _measure(book: Book, subject: str, load: Load, plan: Plan, in_flight: int) -> None:
    taken = await load.saturate(in_flight, plan.seconds)
    while taken.p99_ms > LIMIT_MS and in_flight > FEWEST:
        in_flight //= 2
        taken = await load.saturate(in_flight, plan.seconds)
    _note_largest(book, subject, taken)
    for rate in plan.rates:
        if rate <= taken.rate * MARGIN:
            try:
                _note_paced(book, subject, rate, await load.pace(rate, plan.seconds * _longer(rate, plan)))
            except Lost as error:
                book.missing[f"{subject}, {rate:,} a second"] = str(error)


def _longer(rate: int, plan: Plan) -> float:
    """At the lowest rate twice as long, so that its p99 rests on more than a few messages."""
    return 2 if rate == min(plan.rates) else 1


async def _climbed(load: Load, plan: Plan) -> int:
    """How many messages on the way at once give the largest rate within the limit: twice as many each
    time, for as long as they arrive in time. One late look may be the disk's doing, so it is taken again."""
    best, most = FEWEST, 0.0
    in_flight = FEWEST
    while in_flight <= min(plan.most_in_flight, len(load.chats) * MOST_A_CHAT):
        try:
            taken = await load.saturate(in_flight, plan.seconds / 2)
            if taken.p99_ms > LIMIT_MS:
                taken = await load.saturate(in_flight, plan.seconds / 2)
        except Lost:
            break
        if taken.p99_ms > LIMIT_MS:
            break
        if taken.rate > most:
            best, most = in_flight, taken.rate
        in_flight *= 2
    return best


def _note_largest(book: Book, subject: str, taken: Taken) -> None:
    book.note(subject, "in_flight", taken.asked)
    book.note(subject, "rate", taken.rate)
    book.note(subject, "rate_p50_ms", taken.p50_ms)
    book.note(subject, "rate_p99_ms", taken.p99_ms)
    book.note(subject, "load_share", taken.load)
    for part in taken.cpu:
        book.note(subject, f"rate_us:{part}", taken.microseconds(part))


def _note_paced(book: Book, subject: str, rate: int, taken: Taken) -> None:
    book.note(subject, f"p50_ms@{rate}", taken.p50_ms)
    book.note(subject, f"p99_ms@{rate}", taken.p99_ms)
    book.note(subject, f"us@{rate}", taken.total_microseconds)
    for part in taken.cpu:
        book.note(subject, f"us@{rate}:{part}", taken.microseconds(part))
