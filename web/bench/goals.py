"""What is to be reached: a floor and an aim for each figure, and what a run says of them."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from web.bench import connections, messages, peers, starting
from web.bench.book import Book
from web.bench.plan import Plan

Measured = Callable[[Book], float | None]


class Goal(Struct, frozen=True):
    """`floor` and `aim` in `unit`; a measured value of None: this run did not look."""

    name: str
    unit: str
    floor: float
    aim: float
    measured: Measured
    more_is_better: bool = False

    def verdict(self, book: Book) -> str:
        """How the value stands to both."""
        value = self.measured(book)
        if value is None:
            return "not measured"
        sign = 1 if self.more_is_better else -1
        if sign * value >= sign * self.aim:
            return "aim"
        return "floor" if sign * value >= sign * self.floor else "missed"


def all_goals() -> Sequence[Goal]:
    """In the order in which they are shown."""
    sqlite, postgresql = messages.SQLITE, messages.POSTGRESQL
    channels, node = _over(sqlite, peers.CHANNELS), _over(postgresql, peers.NODE_INSERT)
    return [
        Goal("durable messages a second, SQLite", "/s", 10_000, 13_000, _of(sqlite, "rate"), True),
        Goal("that over Channels with an insert", "×", 20, 20, channels, True),
        Goal("durable messages a second, PostgreSQL", "/s", 10_000, 16_000, _of(postgresql, "rate"), True),
        Goal("that over Socket.IO with an insert", "×", 2.5, 2.5, node, True),
        *_of_each("SQLite", sqlite),
        *_of_each("PostgreSQL", postgresql),
        Goal("best durable peer's p99 at 1,000 a second, over ours", "×", 1, 1, _ahead, True),
        Goal("CPU, two processes, half crossing, at 1,000 a second", "×", 1.3, 1.15, _doubled("us@1000")),
        Goal(
            "memory an idle connection, over a bare one's", "kB", 15, 8, _value(connections.over(Plan().idle))
        ),
        Goal("CPU a message, 10,000 clients connected, over 100", "×", 1.3, 1.1, _grown),
        Goal("5,000 clients cut at once, all resumed", "s", 10, 5, _value(connections.back(Plan().cut))),
        Goal("ready after start, data present", "s", 1, 0.7, _value(starting.READY)),
    ]


def _of_each(name: str, subject: str) -> Sequence[Goal]:
    """What is asked of both databases."""
    return [
        Goal(f"p50 at 200 a second, {name}", "ms", 1.5, 0.8, _of(subject, "p50_ms@200")),
        Goal(f"p99 at 200 a second, {name}", "ms", 5, 3, _of(subject, "p99_ms@200")),
        Goal(f"p99 at 1,000 a second, {name}", "ms", 10, 5, _of(subject, "p99_ms@1000")),
        Goal(f"CPU a message at 1,000 a second, {name}", "µs", 300, 150, _of(subject, "us@1000")),
        Goal(f"share of bare echo's round trips, {name}", "%", 20, 30, _share(subject), True),
    ]


def _of(subject: str, figure: str) -> Measured:
    return lambda book: book.median(subject, figure)


def _value(name: str) -> Measured:
    return lambda book: book.median(name, "value")


def _grown(book: Book) -> float | None:
    many, few = _value(connections.cpu(Plan().idle))(book), _value(connections.cpu(connections.FEW))(book)
    return many / few if many and few else None


def _over(ours: str, peer: str) -> Measured:
    def times(book: Book) -> float | None:
        mine, theirs = book.median(ours, "rate"), book.median(peer, "rate")
        return mine / theirs if mine and theirs else None

    return times


def _doubled(figure: str) -> Measured:
    """Of two processes, over one."""

    def times(book: Book) -> float | None:
        two, one = book.median(messages.TWO, figure), book.median(messages.POSTGRESQL, figure)
        return two / one if two and one else None

    return times


def _share(subject: str) -> Measured:
    """Messages a CPU second of our process, of round trips a CPU second of the bare echo."""

    def share(book: Book) -> float | None:
        bare, ours = book.median(messages.ECHO, "rate_us:echo"), book.median(subject, "rate_us:service")
        return 100 * bare / ours if bare and ours else None

    return share


def _ahead(book: Book) -> float | None:
    """The lowest p99 of those that insert, over the higher of our two."""
    theirs = [book.median(name, "p99_ms@1000") for name in peers.DURABLE]
    ours = [book.median(name, "p99_ms@1000") for name in (messages.SQLITE, messages.POSTGRESQL)]
    best, worst = [each for each in theirs if each], [each for each in ours if each]
    return min(best) / max(worst) if best and worst else None
