"""What every command begins with: its settings, its logs, its loop, and its words for what went wrong."""

import contextlib
import gc
from collections.abc import Coroutine, Iterator
from typing import Any, Final, NoReturn, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from web import logs
from web.settings import Settings, explain

Result = TypeVar("Result")

YOUNG: Final = (10_000, 20, 20)
"""How rarely garbage is looked for: after so many new objects; every how many times in those that outlived
one look; and every how many times of those in all. By default 700, 10, 10. What lives long here are
connections, by the thousand, and each look at all of them holds up every message."""


def settings(**changes: object) -> Settings:
    """The settings, with what the command line says instead, and logging set up. Ends with status 2 when a
    variable is wrong."""
    try:
        found = Settings().changed(**changes)
    except ValidationError as error:
        fail(explain(error), status=2)
    logs.configure(found.log_level, found.log_format)
    return found


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's coroutine on uvloop. Ctrl-C ends it with status 130, without a traceback."""
    gc.set_threshold(*YOUNG)
    try:
        return uvloop.run(main)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """For imports: they leave no garbage, and looking for it takes a tenth of the time of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def fail(text: str, status: int = 1) -> NoReturn:
    """Say what happened and what to do, and end."""
    typer.secho(text, fg=typer.colors.RED, err=True)
    raise typer.Exit(status)
