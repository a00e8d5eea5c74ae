"""What a run ends with: a table for people, JSON for programs."""

import msgspec
from msgspec import Struct
from rich.table import Table

from web.replay.verification import Findings


class Report(Struct, frozen=True):
    """Figures of one run; milliseconds are None where nothing was measured."""

    conversations: int
    agents: int
    capacity: int
    """Chats at once an agent."""
    messages: int
    lost: int
    duplicated: int
    reordered: int
    altered: int
    unacked: int
    over_capacity: int
    overlapping: int
    unfinished: int
    strangers: int
    """Conversations that came to the replay's agents and were not the replay's; they were left alone."""
    wait_p50_ms: float | None
    wait_p99_ms: float | None
    delivery_p50_ms: float | None
    delivery_p99_ms: float | None
    reconnects: int
    refusals: int
    """Commands that were told to try again later, and were."""
    seconds: float
    messages_per_second: float
    good: bool

    def json(self) -> str:
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()


def wrong(report: Report) -> list[str]:
    """What went wrong and how often, for the sentence at the end."""
    counts = {name: getattr(report, name) for name in Findings.__struct_fields__}
    return [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]


def table(report: Report) -> Table:
    """The report as a table; what must be zero and is not stands in red."""
    shown = Table(title="Replay", show_header=False, title_justify="left")
    shown.add_column(justify="left")
    shown.add_column(justify="right")
    shown.add_row("Conversations", f"{report.conversations:,}")
    shown.add_row("Agents", f"{report.agents:,} with {report.capacity} chats each")
    shown.add_row("Messages", f"{report.messages:,}", end_section=True)
    for name in Findings.__struct_fields__:
        count = getattr(report, name)
        style = "bold red" if count else "green"
        shown.add_row(name.replace("_", " ").capitalize(), f"[{style}]{count:,}[/]")
    if report.strangers:
        shown.add_row("Strangers left alone", f"[yellow]{report.strangers:,}[/]")
    shown.add_section()
    shown.add_row("Wait p50 / p99", _pair(report.wait_p50_ms, report.wait_p99_ms))
    shown.add_row("Delivery p50 / p99", _pair(report.delivery_p50_ms, report.delivery_p99_ms))
    shown.add_row("Reconnects", f"{report.reconnects:,}")
    shown.add_row("Told to try later", f"{report.refusals:,}")
    shown.add_row("Seconds", f"{report.seconds:,.1f}")
    shown.add_row("Messages a second", f"{report.messages_per_second:,.0f}")
    return shown


def _pair(first: float | None, second: float | None) -> str:
    return " / ".join("–" if value is None else f"{value:,.1f} ms" for value in (first, second))
