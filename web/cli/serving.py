"""Commands that stay: `serve`, `web`, `worker`; and `migrate`, which prepares for them."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from web.cli import environment
from web.cli.environment import fail
from web.settings import Settings

Port = Annotated[int | None, typer.Option(help="Port, instead of PORT; 0 lets the system choose.")]
Host = Annotated[str | None, typer.Option(help="Address, instead of FRONTDESK_HOST.")]


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With demo staff and a shop; loopback only.")] = False,
    port: Port = None,
    host: Host = None,
    leash: Annotated[
        bool, typer.Option("--leash", help="End when the process that started this one ends.")
    ] = False,
) -> None:
    """Everything in one process: migrations, an own Redis unless REDIS_URL is set, web, worker."""
    from web.processes import die_with_my_parent

    if leash:
        die_with_my_parent()
    settings = environment.settings(port=port, host=host, demo=demo or None)
    environment.run(_serve(settings))


def web(port: Port = None, host: Host = None) -> None:
    """One web process of many. Needs REDIS_URL; waits for the database to be up to date."""
    settings = environment.settings(port=port, host=host)
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
    """Bring the database up to date."""
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
        from web import redis_server
        from web.cli import preparing

    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_listening(settings))
        settings = settings.changed(port=listener.getsockname()[1])
        preparing.folder(settings.data)
        if settings.embeds_redis:
            try:
                running = redis_server.running(settings.redis_folder, settings.redis_binary)
                embedded = await stack.enter_async_context(running)
            except redis_server.RedisServerError as error:
                fail(str(error))
            settings = settings.changed(redis_url=embedded.url)
        await preparing.migrated(settings)
        await preparing.redis_answers(settings)
        await _answer(settings, listener, keeps_backups=True)


async def _web(settings: Settings) -> None:
    from web.cli import preparing

    with _listening(settings) as listener:
        settings = settings.changed(port=listener.getsockname()[1])
        preparing.folder(settings.data)
        await preparing.up_to_date(settings)
        await preparing.redis_answers(settings)
        await _answer(settings, listener)


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
    if stay:
        await _signalled().wait()


def _signalled() -> asyncio.Event:
    """Set at SIGTERM or SIGINT."""
    event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event


def _listening(settings: Settings) -> socket.socket:
    """The listening socket, before anything else starts: a port that is taken is the commonest failure."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=4096)
    except OSError as error:
        fail(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror or error}.\n"
            "Stop what listens there, or choose another port with PORT or --port."
        )


async def _answer(settings: Settings, listener: socket.socket, *, keeps_backups: bool = False) -> None:
    """Serve until a signal. `keeps_backups`: no worker runs beside us."""
    from store.backup.errors import BackupError
    from web import app as composition
    from web.cli.welcoming import welcome
    from web.demo import NotLoopback
    from web.security.keys import WeakSecret
    from web.server import Server, configured

    try:
        app = composition.create(settings, keeps_backups=keeps_backups)
    except (NotLoopback, WeakSecret, BackupError) as error:
        fail(str(error))
    config = configured(app, settings.host, settings.port, proxies=settings.proxies)
    server = Server(config, lambda: composition.drain(app))
    greeting = asyncio.create_task(_once_ready(server.ready, lambda: welcome(settings)))
    try:
        await server.serve(sockets=[listener])
    finally:
        greeting.cancel()


async def _once_ready(ready: asyncio.Event, act: Callable[[], None]) -> None:
    await ready.wait()
    act()
