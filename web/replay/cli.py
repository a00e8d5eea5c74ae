"""`frontdesk replay`: the command, what it says, and its exit status."""

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

OWN: Final = Path(__file__).parent / "dialogues.jsonl"
"""The few dialogues that ship with the project."""
HERE: Final = "http://127.0.0.1:8000"


def replay(
    file: Annotated[Path, typer.Argument(help="Dialogues, one JSON object a line.")] = OWN,
    conversations: Annotated[int, typer.Option(min=0, help="How many; 0: each once.")] = 0,
    agents: Annotated[int, typer.Option(min=1, max=1000)] = 3,
    capacity: Annotated[int, typer.Option(min=1, max=100, help="Chats at once an agent.")] = 3,
    speed: Annotated[float, typer.Option(min=0, help="Factor of real time; 0: as fast as it goes.")] = 0,
    url: Annotated[list[str] | None, typer.Option(help="A web process; may be given several times.")] = None,
    site: Annotated[str, typer.Option(help="Key of the site that customers come from.")] = "",
    admin_email: Annotated[str, typer.Option(envvar="FRONTDESK_ADMIN_EMAIL")] = "",
    admin_password: Annotated[str, typer.Option(envvar="FRONTDESK_ADMIN_PASSWORD")] = "",
    data: Annotated[
        Path, typer.Option(envvar="FRONTDESK_DATA", help="A demo desk's data folder, with its logins.")
    ] = Path("data"),
    patience: Annotated[float, typer.Option(help="Seconds without any movement until it gives up.")] = 60,
    journal: Annotated[
        Path | None, typer.Option(help="Append what clients were told is stored, a JSON object a line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with JSON on standard output.")] = False,
) -> None:
    """Play recorded dialogues through the running service and check that nothing was lost.

    Exit status: 0 when every message arrived once, in order, unchanged; 1 when not; 2 when it could
    not be played at all.
    """
    # Imported here, so that no other command waits for it.
    import uvloop
    from rich.console import Console

    from web.replay import dialogues, report, watching
    from web.replay.desk import DeskError
    from web.replay.journal import Journal
    from web.replay.stage import Plan

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        recorded = dialogues.load(file)
        login = watching.login(data, admin_email, lambda: admin_password or _ask(admin_email))
        plan = Plan(
            dialogues=dialogues.choose(recorded, conversations or len(recorded)),
            agents=agents,
            capacity=capacity,
            speed=speed,
            site=site,
            patience_seconds=patience,
        )
        with ExitStack() as stack:
            kept = None if journal is None else stack.enter_context(Journal(journal))
            runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))
            ended = runner.run(watching.perform(url or [HERE], login, plan, console, kept))
    except (dialogues.DialogueError, DeskError, OSError) as error:
        console.print("[bold red]The replay could not be made:[/]", end=" ")
        console.print(str(error), markup=False)
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if as_json:
        sys.stdout.write(ended.json() + "\n")
    else:
        Console().print(report.table(ended))
    if not ended.good:
        console.print(f"[bold red]Not good:[/] {', '.join(report.wrong(ended))}.")
    raise typer.Exit(0 if ended.good else 1)


def _ask(email: str) -> str:
    password: str = typer.prompt(f"Password of {email}", hide_input=True, err=True)
    return password
