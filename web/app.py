"""The composition root: every resource is built here once, handed down, and closed in the opposite order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, TypedDict

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.middleware import Middleware

from chat.bus import Bus
from chat.desk import Desk
from chat.limits import Limits
from store.database import Database
from web import assets, backups, demo, failures, redis_client, routes
from web.access_log import AccessLog
from web.assets import Assets
from web.backup_watch import Watch
from web.chores import Chores
from web.edge import Edge
from web.keeper import Keeper
from web.layouts import Layouts
from web.mail import mailbox
from web.metrics import Metrics
from web.security import keys
from web.security.origins import OriginGuard, Origins
from web.security.passwords import Passwords
from web.security.policy import Headers
from web.security.throttle import Throttle
from web.security.tokens import Tokens
from web.settings import Settings

MAX_BODY_BYTES: Final = 65_536
REDIS_SECONDS: Final = 5.0
DEMO_VISITORS: Final = 100_000


class State(TypedDict):
    edge: Edge


def create(settings: Settings, static: Path = assets.FOLDER, *, keeps_backups: bool = False) -> Starlette:
    """Return the application, not started yet. Raises `demo.NotLoopback`, `keys.WeakSecret`, `BackupError`.

    `settings.redis_url` names a Redis that runs already; `static` holds the built front-ends.
    """
    if settings.demo:
        demo.allow(settings.host, settings.public_url)
    metrics = Metrics()
    origins = Origins(settings.public_url, settings.host)
    return Starlette(
        routes=routes.all_routes(static, demo=settings.demo),
        middleware=[
            Middleware(AccessLog, metrics=metrics),
            Middleware(Headers),
            Middleware(OriginGuard, origins=origins),
        ],
        exception_handlers=failures.handlers(),
        lifespan=_lifespan(settings, static, metrics, origins, keeps_backups),
        max_body_size=MAX_BODY_BYTES,
    )


async def drain(app: Starlette) -> None:
    """Say goodbye to everybody who is connected, before the sockets close; for the server's `on_drain`."""
    edge: Edge | None = getattr(app.state, "edge", None)
    if edge is not None:
        await edge.desk.drain()


def _lifespan(
    settings: Settings, static: Path, metrics: Metrics, origins: Origins, keeps_backups: bool
) -> Callable[[Starlette], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[State]:
        async with AsyncExitStack() as stack:
            edge = await build(settings, stack, static, metrics, origins, keeps_backups=keeps_backups)
            app.state.edge, app.state.desk = edge, edge.desk
            yield {"edge": edge}

    return lifespan


async def build(
    settings: Settings,
    stack: AsyncExitStack,
    static: Path,
    metrics: Metrics,
    origins: Origins,
    *,
    keeps_backups: bool = False,
) -> Edge:
    """Build everything and start it; `stack` closes it. Raises what database and Redis raise when away.

    `keeps_backups`: make them here, as one process of a desk should; all watch whether they are made.
    """
    plan = backups.plan(settings)
    database = await Database.open(settings.database, settings.database_connections)
    stack.push_async_callback(database.close)
    # Few connections, for a large pool only adds waiting.
    redis = await stack.enter_async_context(
        redis_client.commands(settings, settings.redis_connections, REDIS_SECONDS)
    )
    passwords = Passwords()
    stack.callback(passwords.close)
    tokens = Tokens(
        keys.load(settings.secret.get_secret_value(), settings.data), lambda: desk.context.clock.now()
    )
    desk = Desk(
        database,
        redis,
        redis_client.nodes(settings),
        settings.redis_prefix,
        status_path=tokens.status_path,
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        limits=Limits(rate=settings.commands_per_second, burst=settings.commands_burst),
    )
    desk.context.mended = metrics.mended
    _watch(metrics, desk.context.bus)
    if settings.demo:
        await demo.seed(database, settings.data, settings.port, passwords, desk.context.clock)
    stack.push_async_callback(desk.stop)
    await desk.start()
    chores = Chores(
        desk.context, mailbox(settings.mail_url, settings.mail_folder), settings.mail_from, metrics
    )
    await stack.enter_async_context(chores.running())
    if keeps_backups:
        keeper = Keeper(plan, database, desk.context.clock.now, metrics)
        await stack.enter_async_context(keeper.running())
    watch = Watch(plan, database, desk.context.clock.now, metrics)
    await stack.enter_async_context(watch.running())
    return Edge(
        settings=settings,
        database=database,
        redis=redis,
        desk=desk,
        tokens=tokens,
        passwords=passwords,
        sign_ins=_throttle(redis, settings, "sign-in", settings.sign_ins_per_minute),
        new_visitors=_throttle(redis, settings, "visitor", _visitors_per_minute(settings)),
        origins=origins,
        assets=Assets(static),
        layouts=Layouts(),
        metrics=metrics,
        backups=plan,
    )


def _watch(metrics: Metrics, bus: Bus) -> None:
    """What passes between processes: nobody should hear of what they do not hold."""
    metrics.watch_kinds("frontdesk_hints_sent", "Told to other processes.", lambda: bus.sent_by_kind)
    metrics.watch_kinds("frontdesk_hints_heard", "Heard of other processes.", lambda: bus.heard_by_kind)
    metrics.watch("frontdesk_hints_unheld", "Heard of what was just let go.", lambda: bus.unheld)
    metrics.watch("frontdesk_subjects", "What this process listens to.", lambda: bus.subjects)


def _visitors_per_minute(settings: Settings) -> int:
    """On a demo desk, which only this machine reaches, a replay makes all its customers from one address."""
    return max(settings.visitors_per_minute, DEMO_VISITORS) if settings.demo else settings.visitors_per_minute


def _throttle(redis: Redis, settings: Settings, name: str, per_minute: int) -> Throttle:
    return Throttle(redis, settings.redis_prefix, name, per_minute, 60)
