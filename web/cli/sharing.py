"""`--processes N`: the parent's part, and the command that each of its processes runs."""

import asyncio
import os
import signal
import socket
import sys
from typing import Annotated

import structlog
import typer

from web.cli import environment
from web.cli.environment import fail
from web.fleet import Fleet, FleetError
from web.port import Port
from web.settings import Settings

log = structlog.get_logger(__name__)


async def share(settings: Settings, port: Port, *, keeps_backups: bool = False) -> None:
    """Serve by `settings.processes` processes until a signal.

    `settings.redis_url` names a Redis that runs already. `keeps_backups`: no worker runs beside us; all try
    to keep them, and whoever holds the shelf or the job does.
    """
    from web.cli.welcoming import welcome

    if settings.database.startswith("sqlite:"):
        log.warning(
            "sqlite_is_shared", processes=settings.processes, advice="its writers take turns; use PostgreSQL"
        )
    command = [sys.executable, "-m", "web.cli", "one-of-several", *(["--backups"] if keeps_backups else [])]
    fleet = Fleet(settings.processes, command, _environment(settings), port)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, fleet.stop)
    try:
        await fleet.run(lambda: welcome(settings))
    except FleetError as error:
        fail(str(error))


def one_of_several(
    number: Annotated[int, typer.Argument(help="Which one, for the log.")],
    listener: Annotated[int, typer.Argument(help="Descriptor of the socket to answer.")],
    ready: Annotated[int, typer.Argument(help="Descriptor to write to once it answers.")],
    backups: Annotated[bool, typer.Option("--backups", help="Keep backups, too.")] = False,
) -> None:
    """One web process of those that `--processes` starts."""
    settings = environment.settings()
    structlog.contextvars.bind_contextvars(process=number)
    environment.run(_one(settings, socket.socket(fileno=listener), ready, keeps_backups=backups))


async def _one(settings: Settings, listener: socket.socket, ready: int, *, keeps_backups: bool) -> None:
    from web.cli import answering, preparing

    def say() -> None:
        os.write(ready, b"1")
        os.close(ready)

    with listener:
        await preparing.redis_answers(settings)
        await answering.answer(settings, listener, say, keeps_backups=keeps_backups)


def _environment(settings: Settings) -> dict[str, str]:
    """What the command line has changed, and what was found out since."""
    return {
        **os.environ,
        "FRONTDESK_HOST": settings.host,
        "FRONTDESK_PORT": str(settings.port),
        "FRONTDESK_DATA": str(settings.data.resolve()),
        "FRONTDESK_DEMO": str(settings.demo),
        "FRONTDESK_REDIS_URL": settings.redis_url,
    }
