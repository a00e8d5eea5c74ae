"""Clients of the Redis that the settings name: a server, or a Cluster."""

from typing import Any

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis

from web import redis_cluster
from web.settings import Settings


def commands(settings: Settings, connections: int, seconds: float) -> Redis:
    """Return a client that waits for one of few connections, and for an answer, at most `seconds`."""
    pool = _pool(
        settings, BlockingConnectionPool, max_connections=connections, timeout=seconds, socket_timeout=seconds
    )
    return Redis.from_pool(pool)


def single(settings: Settings, **options: Any) -> Redis:
    """Return a client that connects as `options` say, for one thing at a time."""
    return Redis.from_pool(_pool(settings, ConnectionPool, **options))


def _pool(settings: Settings, kind: type[ConnectionPool], **options: Any) -> ConnectionPool:
    if settings.redis_is_cluster:
        return redis_cluster.pool(settings.redis_url, settings.redis_prefix, kind, **options)
    return kind.from_url(settings.redis_url, **options)
