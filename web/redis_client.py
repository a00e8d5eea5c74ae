"""Clients of the Redis that the settings name: a server, or a Cluster."""

from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat.nodes import Nodes, Owners
from web import redis_cluster
from web.settings import Settings

ALONE: Final = "redis"
BUS: Final[dict[str, Any]] = {
    "socket_timeout": None,
    "socket_connect_timeout": 2.0,
    "protocol": 3,
    "retry": Retry(NoBackoff(), 0),
}
"""The bus connects anew itself, and what it hears arrives as pushes of RESP3."""


def commands(settings: Settings, connections: int, seconds: float) -> Redis:
    """Return a client that waits for one of few connections, and for an answer, at most `seconds`."""
    pool = _pool(
        settings, BlockingConnectionPool, max_connections=connections, timeout=seconds, socket_timeout=seconds
    )
    return Redis.from_pool(pool)


def single(settings: Settings, **options: Any) -> Redis:
    """Return a client that connects as `options` say, for one thing at a time."""
    return Redis.from_pool(_pool(settings, ConnectionPool, **options))


def nodes(settings: Settings) -> Nodes:
    """Return where the bus has its channels."""
    if settings.redis_is_cluster:
        return redis_cluster.shards(settings.redis_url, **BUS)
    return _Alone(ConnectionPool.from_url(settings.redis_url, **BUS))


class _Alone:
    """One server, which serves every channel."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    async def owners(self) -> Owners:
        return Owners(frozenset({ALONE}), lambda channel: ALONE)

    def connection(self, node: str) -> Any:
        return self._pool.connection_class(**self._pool.connection_kwargs)


def _pool(settings: Settings, kind: type[ConnectionPool], **options: Any) -> ConnectionPool:
    if settings.redis_is_cluster:
        return redis_cluster.pool(settings.redis_url, settings.redis_prefix, kind, **options)
    return kind.from_url(settings.redis_url, **options)
