"""What is to be reached: a floor and an aim for each figure, and what a run says of them."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from web.bench import messages
from web.bench.book import Book

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
    sqlite, postgresql, two = messages.SQLITE, messages.POSTGRESQL, messages.TWO
    return [
        Goal("durable messages a second, SQLite", "/s", 10_000, 13_000, _of(sqlite, "rate"), True),
        Goal("durable messages a second, PostgreSQL", "/s", 10_000, 16_000, _of(postgresql, "rate"), True),
        *(
            goal
            for name, subject in (("SQLite", sqlite), ("PostgreSQL", postgresql))
            for goal in (
                Goal(f"p50 at 200 a second, {name}", "ms", 1.5, 0.8, _of(subject, "p50_ms@200")),
                Goal(f"p99 at 200 a second, {name}", "ms", 5, 3, _of(subject, "p99_ms@200")),
                Goal(f"p99 at 1,000 a second, {name}", "ms", 10, 5, _of(subject, "p99_ms@1000")),
                Goal(f"CPU a message at 1,000 a second, {name}", "µs", 300, 150, _of(subject, "us@1000")),
                Goal(f"share of bare echo's round trips, {name}", "%", 20, 30, _share(subject), True),
            )
        ),
        Goal(
            "CPU, two processes, half crossing, at 1,000 a second", "×", 1.3, 1.15, _against(two, "us@1000")
        ),
    ]


def _of(subject: str, figure: str) -> Measured:
    return lambda book: book.median(subject, figure)


def _against(subject: str, figure: str) -> Measured:
    def times(book: Book) -> float | None:
        two, one = book.median(subject, figure), book.median(messages.POSTGRESQL, figure)
        return two / one if two and one else None

    return times


def _share(subject: str) -> Measured:
    """Messages a CPU second of our process, of round trips a CPU second of the bare echo."""

    def share(book: Book) -> float | None:
        bare, ours = book.median(messages.ECHO, "rate_us:echo"), book.median(subject, "rate_us:service")
        return 100 * bare / ours if bare and ours else None

    return share
