"""What `frontdesk bench routing` prints."""

from collections.abc import Sequence

import msgspec
from rich.table import Table

from web.bench import decisions, desks
from web.bench.rates import IN_FLIGHT
from web.bench.routing import LIMIT_MICROSECONDS, Measured


def costs(measured: Sequence[Measured]) -> Table:
    """Median and p99 of each decision at each size."""
    table = Table(
        title=f"A decision inside Redis, µs by its slow log: median / p99 ({desks.TEAMS} teams, "
        f"{desks.SKILLS} skills)",
        caption=f"The p99 is to stay under {LIMIT_MICROSECONDS:,} µs. Arrival: asks for a skill, choosy: for "
        "a language too; both are paired at once. End: with the pair that it leads to.",
    )
    for name in ("waiting", "agents", *decisions.kinds()):
        table.add_column(name, justify="right")
    for each in measured:
        cells = [f"{one.median:,} / {one.p99:,}" for one in each.decisions.values()]
        table.add_row(f"{each.size.waiting:,}", f"{each.size.agents:,}", *cells)
    return table


def rates(measured: Sequence[Measured]) -> Table:
    """Pairs a second beside a script that does nothing."""
    table = Table(
        title=f"Pairs a second beside a trivial EVALSHA, {IN_FLIGHT} in flight, unpipelined",
        caption="Load client: redis.asyncio, one process. Rounds in turns, medians. Inside: Redis' own time.",
    )
    columns = ("waiting", "agents", "pairs/s", "trivial/s", "share", "inside, µs", "trivial, µs", "rounds")
    for name in columns:
        table.add_column(name, justify="right")
    for each in measured:
        found = each.rates
        table.add_row(
            f"{each.size.waiting:,}",
            f"{each.size.agents:,}",
            f"{found.pairs_a_second:,.0f}",
            f"{found.trivial_a_second:,.0f}",
            f"{found.share:.2f}",
            f"{found.pair_microseconds:.1f}",
            f"{found.trivial_microseconds:.1f}",
            f"{found.rounds} × {found.batch}",
        )
    return table


def as_json(measured: Sequence[Measured]) -> str:
    """All that the tables are made from."""
    rows = [{**msgspec.to_builtins(each), "share": each.rates.share, "good": each.good} for each in measured]
    return msgspec.json.format(msgspec.json.encode({"sizes": rows}), indent=2).decode()
