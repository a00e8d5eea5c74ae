"""A run with somebody who watches: whose login it uses, and a line that says how it stands."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from rich.console import Console
from rich.live import Live
from rich.text import Text

from web.replay.desk import Desk, Login, demo_login
from web.replay.journal import Journal
from web.replay.report import Report
from web.replay.stage import Plan, Progress, Stage

REFRESH_SECONDS: Final = 0.25
BAR: Final = 24
"""Characters of the progress bar."""


def login(data: Path, email: str, password: Callable[[], str]) -> Login:
    """An admin's login: the one given, its password asked for when needed; else that of the demo desk
    whose data folder it is. Raises `DeskError` where there is none."""
    return Login(email, password()) if email else demo_login(data / "demo.json")


async def perform(
    urls: list[str], admin: Login, plan: Plan, console: Console, journal: Journal | None = None
) -> Report:
    """Play the plan at the desk behind `urls`, drawn on `console` as it goes; what is durable goes to
    `journal`. Raises `DeskError`."""
    async with Desk(urls) as desk:
        await desk.sign_in(admin)
        wish = plan if plan.site else replace(plan, site=await desk.site())
        stage = Stage(desk, wish, journal=journal)
        watching = asyncio.create_task(_watch(stage, console))
        try:
            return await stage.perform()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _watch(stage: Stage, console: Console) -> None:
    """Draw how it stands, until cancelled; nothing where nobody looks."""
    if not console.is_terminal:
        return
    with Live(console=console, transient=True, auto_refresh=False) as live:
        while True:
            live.update(_line(stage.progress()), refresh=True)
            await asyncio.sleep(REFRESH_SECONDS)


def _line(now: Progress) -> Text:
    done = BAR * now.ended // max(now.conversations, 1)
    return Text.assemble(
        (f"{now.phase:<11} ", "bold"),
        ("━" * done, "green"),
        ("━" * (BAR - done), "dim"),
        f" {now.ended:,} of {now.conversations:,} ended · {now.talking:,} talking · ",
        f"{now.waiting:,} in line · {now.messages:,} messages · {now.reconnects:,} reconnects",
    )
