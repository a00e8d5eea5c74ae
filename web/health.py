"""For whoever watches the service from outside: alive, ready, and numbers."""

import asyncio
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chat.errors import Refused
from chat.protocol.codes import Code
from store import desk
from web.answers import answer
from web.edge import Edge, edge_of
from web.metrics import CONTENT_TYPE

PATIENCE_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


async def alive(request: Request) -> Response:
    """GET /healthz: the process answers. It is not restarted for what its parts lack."""
    return PlainTextResponse("alive\n", headers={"cache-control": "no-store"})


async def ready(request: Request) -> Response:
    """GET /readyz: database and Redis really answered just now, each within 2 s."""
    edge = edge_of(request)
    database, redis = await asyncio.gather(_answers(_database(edge)), _answers(_redis(edge)))
    parts = {"database": database, "redis": redis}
    status = 200 if all(parts.values()) else 503
    return answer({"ready": status == 200, **parts}, status)


async def metrics(request: Request) -> Response:
    """GET /metrics: counts and times for Prometheus, to this machine and private networks only."""
    if not _is_near(request.client.host if request.client else ""):
        raise Refused(Code.FORBIDDEN)
    edge = edge_of(request)
    return Response(edge.metrics.page(), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE)


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


async def _database(edge: Edge) -> None:
    async with edge.database.read() as tx:
        await desk.get(tx)


async def _redis(edge: Edge) -> None:
    await edge.redis.ping()


async def _answers(check: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await check
    except Exception as error:  # whatever is wrong with a part, it is not ready, and the log says why
        log.warning("not_ready", error=f"{type(error).__name__}: {error}")
        return False
    return True
