"""One line a request in the log, without what must not be there: no query, no secret of a status link."""

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.metrics import Metrics

SECRET_PATHS: Final = ("/status/",)
QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger(__name__)


def redacted(path: str) -> str:
    """Return a path fit for a log: what follows a status link's prefix is left out."""
    for prefix in SECRET_PATHS:
        if path.startswith(prefix) and path != prefix:
            return f"{prefix}[redacted]"
    return path


class AccessLog:
    """Logs and counts every HTTP request. The server's own log prints whole addresses: it is off."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._write(scope, status, time.monotonic() - began)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        self._metrics.answered(_route(scope), scope["method"], status, seconds)
        if scope["path"] in QUIET:
            return
        client = scope.get("client")
        log.info(
            "request",
            method=scope["method"],
            path=redacted(scope["path"]),
            status=status,
            ms=round(seconds * 1000, 1),
            address=client[0] if client else None,
        )


def _route(scope: Scope) -> str:
    """The handler's name: one of few, where a path is one of any number."""
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return "none"
    module = str(getattr(endpoint, "__module__", "")).rpartition(".")[2]
    return f"{module}.{getattr(endpoint, '__name__', type(endpoint).__name__)}"
