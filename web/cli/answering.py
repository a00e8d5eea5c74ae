"""A web process at its socket, from its first request to the end of its drain."""

import asyncio
import socket
from collections.abc import Callable

from web.cli.environment import fail, quickly
from web.settings import Settings


async def answer(
    settings: Settings, listener: socket.socket, ready: Callable[[], None], *, keeps_backups: bool = False
) -> None:
    """Serve until a signal. `ready` is called once it answers; `keeps_backups`: no worker runs beside us."""
    with quickly():
        from store.backup.errors import BackupError
        from web import app as composition
        from web.demo import NotLoopback
        from web.security.keys import WeakSecret
        from web.server import Server, configured

    try:
        app = composition.create(settings, keeps_backups=keeps_backups)
    except (NotLoopback, WeakSecret, BackupError) as error:
        fail(str(error))
    config = configured(app, settings.host, settings.port, proxies=settings.proxies)
    server = Server(config, lambda: composition.drain(app))
    greeting = asyncio.create_task(_once_ready(server.ready, ready))
    try:
        await server.serve(sockets=[listener])
    finally:
        greeting.cancel()


async def _once_ready(ready: asyncio.Event, act: Callable[[], None]) -> None:
    await ready.wait()
    act()
