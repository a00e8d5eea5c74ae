"""Commands that stay: `serve`, `web`, `worker`; and `migrate`, which prepares for them."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from web.cli import environment
from web.cli.environment import fail
from web.port import Port
from web.settings import MOST_PROCESSES, Settings

PortNumber = Annotated[int | None, typer.Option(help="Port, instead of PORT; 0 lets the system choose.")]
Host = Annotated[str | None, typer.Option(help="Address, instead of FRONTDESK_HOST.")]
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_PROCESSES, help="Web processes, instead of FRONTDESK_PROCESSES."),
]


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With demo staff and a shop; loopback only.")] = False,
    port: PortNumber = None,
    host: Host = None,
    processes: Processes = None,
    leash: Annotated[
        bool, typer.Option("--leash", help="End when the process that started this one ends.")
    ] = False,
) -> None:
    """Everything at once: migrations, an own Redis unless REDIS_URL is set, web, worker."""
    from web.processes import die_with_my_parent

    if leash:
        die_with_my_parent()
    settings = environment.settings(port=port, host=host, demo=demo or None, processes=processes)
    environment.run(_serve(settings))


def web(port: PortNumber = None, host: Host = None, processes: Processes = None) -> None:
    """One web process of many, or some. Needs REDIS_URL; waits for the database to be up to date."""
    settings = environment.settings(port=port, host=host, processes=processes)
    _needs_redis(settings, "web")
    environment.run(_web(settings))


def worker() -> None:
    """Timers, mail, backups, sweeps; no pages. Needs REDIS_URL; waits for the database to be up to date."""
    settings = environment.settings()
    _needs_redis(settings, "worker")
    environment.run(_worker(settings))


def migrate(
    stay: Annotated[
        bool, typer.Option("--stay", help="Then wait for a signal, where the end of one process ends all.")
    ] = False,
) -> None:
    """Bring the database up to date, and make the parts of the log that are due."""
    settings = environment.settings()
    environment.run(_migrate(settings, stay=stay))


def _needs_redis(settings: Settings, command: str) -> None:
    if settings.embeds_redis:
        fail(
            f"`frontdesk {command}` shares a Redis with the other processes: set REDIS_URL.\n"
            "To run everything in one process with a Redis of its own, use `frontdesk serve`.",
            status=2,
        )


async def _serve(settings: Settings) -> None:
    with environment.quickly():
        from web.cli import preparing

    async with AsyncExitStack() as stack:
        port = stack.enter_context(_taken(settings))
        settings = settings.changed(port=port.number)
        preparing.folder(settings.data)
        if settings.embeds_redis:
            settings = settings.changed(redis_url=await _own_redis(settings, stack))
        else:
            await preparing.migrated(settings)
            await preparing.redis_answers(settings)
        await _answered(settings, port, keeps_backups=True)


async def _own_redis(settings: Settings, stack: AsyncExitStack) -> str:
    """Start it, and while it loads its files run the migrations and import what serves; its address."""
    from web import redis_server
    from web.cli import preparing

    running = redis_server.running(settings.redis_folder, settings.redis_binary)
    starting = asyncio.create_task(stack.enter_async_context(running))
    try:
        await preparing.migrated(settings)
        if settings.processes == 1:
            with environment.quickly():
                from web import app, server  # noqa: F401
    finally:
        # Whatever else fails, the stack has to know what it stops.
        try:
            embedded = await starting
        except redis_server.RedisServerError as error:
            fail(str(error))
    return embedded.url


async def _web(settings: Settings) -> None:
    from web.cli import preparing

    with _taken(settings) as port:
        settings = settings.changed(port=port.number)
        preparing.folder(settings.data)
        await preparing.up_to_date(settings)
        await preparing.redis_answers(settings)
        await _answered(settings, port)


async def _worker(settings: Settings) -> None:
    from store.backup.errors import BackupError
    from web.cli import preparing
    from web.security.keys import WeakSecret
    from web.worker import run

    preparing.folder(settings.data)
    await preparing.up_to_date(settings)
    await preparing.redis_answers(settings)
    try:
        await run(settings, _signalled())
    except (WeakSecret, BackupError) as error:
        fail(str(error))


async def _migrate(settings: Settings, *, stay: bool) -> None:
    from web.cli import preparing

    preparing.folder(settings.data)
    done = await preparing.migrated(settings)
    typer.echo(f"Migrations run: {', '.join(done)}." if done else "The database is up to date.")
    for part in await preparing.divided(settings):
        typer.echo(f"Part of the log made: {part.name}, with {part.moved} lines that waited for it.")
    if stay:
        await _signalled().wait()


def _signalled() -> asyncio.Event:
    """Set at SIGTERM or SIGINT."""
    event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event


async def _answered(settings: Settings, port: Port, *, keeps_backups: bool = False) -> None:
    """Serve until a signal, by this process or by several. `keeps_backups`: no worker runs beside us."""
    from web.cli import answering, sharing
    from web.cli.welcoming import welcome

    if settings.processes > 1:
        await sharing.share(settings, port, keeps_backups=keeps_backups)
        return
    with port.listen() as listener:
        await answering.answer(settings, listener, lambda: welcome(settings), keeps_backups=keeps_backups)


def _taken(settings: Settings) -> Port:
    """The port, before anything else starts: one that is in use is the commonest failure."""
    try:
        return Port(settings.host, settings.port)
    except OSError as error:
        fail(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror or error}.\n"
            "Stop what listens there, or choose another port with PORT or --port."
        )
