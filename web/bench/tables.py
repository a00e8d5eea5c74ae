"""What `make bench` prints."""

from collections.abc import Sequence

from rich.table import Table

from web.bench import goals, layers, limits, messages
from web.bench.book import Book, Figure
from web.bench.plan import Plan


def every(book: Book, plan: Plan) -> Sequence[Table]:
    """All tables that have something to show."""
    tables = [
        _rates(book, plan),
        _times(book, plan),
        _limits(book),
        _others(book),
        _layers(book),
        _goals(book),
        _missing(book),
    ]
    return [table for table in tables if table.row_count]


def _rates(book: Book, plan: Plan) -> Table:
    table = Table(
        title=f"Largest rate with p99 ≤ {messages.LIMIT_MS} ms: {plan.chats} chats of two, 100 bytes each",
        caption="Medians [range] over the rounds. On the way: messages sent and not yet arrived. CPU: µs a "
        "message, by process. Load: share of its core that the load client used. Bare echo: round trips.",
    )
    for name in ("", "messages/s", "on the way", "p50, ms", "p99, ms", "CPU, µs", "load"):
        table.add_column(name, justify="left" if name in ("", "CPU, µs") else "right")
    for subject in book.subjects("rate"):
        table.add_row(
            subject,
            _spread(book.figure(subject, "rate")),
            _plain(book, subject, "in_flight"),
            _spread(book.figure(subject, "rate_p50_ms")),
            _spread(book.figure(subject, "rate_p99_ms")),
            _by_process(book, subject, "rate_us:"),
            f"{book.median(subject, 'load_share') or 0:.0%}",
        )
    return table


def _times(book: Book, plan: Plan) -> Table:
    table = Table(
        title="From sent to the other side, p50 / p99 in ms, and CPU a message in µs, at given rates",
        caption="Counted from when a message was due. —: the rate was more than it can do. Medians.",
    )
    table.add_column("")
    for rate in plan.rates:
        table.add_column(f"{rate:,}/s", justify="right")
    for rate in plan.rates:
        table.add_column(f"CPU at {rate:,}/s", justify="left")
    for subject in book.subjects("rate"):
        times = [
            f"{_plain(book, subject, f'p50_ms@{rate}')} / {_plain(book, subject, f'p99_ms@{rate}')}"
            for rate in plan.rates
        ]
        table.add_row(subject, *times, *(_by_process(book, subject, f"us@{rate}:") for rate in plan.rates))
    return table


def _limits(book: Book) -> Table:
    table = Table(title="Limits of what stands below, a second", caption="Medians [range].")
    table.add_column("")
    table.add_column("a second", justify="right")
    for subject in (limits.EVALSHA, limits.PIPELINED, limits.SQLITE, limits.POSTGRESQL):
        if found := book.figure(subject, "a_second"):
            table.add_row(subject, _spread(found))
    return table


def _others(book: Book) -> Table:
    """Figures of one subject each: their names say all."""
    table = Table(title="Other figures", caption="Medians [range].")
    table.add_column("")
    table.add_column("", justify="right")
    for name in book.subjects("value"):
        table.add_row(name, _spread(book.figure(name, "value")))
    return table


def _layers(book: Book) -> Table:
    """The profile."""
    table = Table(
        title="CPU of our process by layer, % of its samples under full load",
        caption="A sample belongs to the innermost layer on its stack; C code to the layer that called it.",
    )
    found = {name: book.medians(name, layers.FIGURE) for name in (messages.SQLITE, messages.POSTGRESQL)}
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    for layer in (*layers.LAYERS, layers.OTHER):
        shares = [found[name].get(layers.FIGURE + layer, 0.0) for name in found]
        if any(shares):
            table.add_row(layer, *(f"{share:.1f}" for share in shares))
    return table


def _goals(book: Book) -> Table:
    table = Table(title="What is to be reached")
    for name in ("", "floor", "aim", "measured", "reached"):
        table.add_column(name, justify="left" if name in ("", "reached") else "right")
    for goal in goals.all_goals():
        value = goal.measured(book)
        if value is not None:
            cells = [f"{_number(each)} {goal.unit}" for each in (goal.floor, goal.aim, value)]
            table.add_row(goal.name, *cells, goal.verdict(book))
    return table


def _missing(book: Book) -> Table:
    table = Table(title="Not measured")
    table.add_column("")
    table.add_column("why")
    for what, why in book.missing.items():
        table.add_row(what, why)
    return table


def _spread(figure: Figure | None) -> str:
    if figure is None:
        return "—"
    return f"{_number(figure.median)} [{_number(figure.low)}–{_number(figure.high)}]"


def _plain(book: Book, subject: str, figure: str) -> str:
    value = book.median(subject, figure)
    return "—" if value is None else _number(value)


def _by_process(book: Book, subject: str, prefix: str) -> str:
    parts = [(name, value) for name, value in book.medians(subject, prefix).items() if value >= 0.5]
    if not parts:
        return "—"
    total = sum(value for _, value in parts)
    listed = " + ".join(f"{name.removeprefix(prefix)} {_number(value)}" for name, value in parts)
    return listed if len(parts) == 1 else f"{_number(total)}: {listed}"


def _number(value: float) -> str:
    """Three digits, or all before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
