"""Every address that we answer, in one place."""

from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from web import demo_pages, health, pages, sockets
from web.api import (
    backups,
    colleagues,
    conversations,
    customers,
    mendings,
    rules,
    session,
    sites,
    staff,
    teams,
    visitors,
)
from web.assets import HashedFiles


def all_routes(static: Path, *, demo: bool) -> list[BaseRoute]:
    """Return the routes. `static`: the built front-ends' folder; `demo`: with the demo desk's own pages.

    Only built files are compressed: answers with secrets in them would tell of these by their size.
    """
    return [
        *api(),
        WebSocketRoute("/ws/visitor", sockets.visitor),
        WebSocketRoute("/ws/staff", sockets.staff),
        WebSocketRoute("/ws/status", sockets.status),
        *screens(),
        *(demo_desk() if demo else [Route("/", pages.start)]),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", health.metrics),
        Mount("/static", GZipMiddleware(HashedFiles(static), minimum_size=500), name="static"),
    ]


def api() -> list[BaseRoute]:
    """Return the HTTP API."""
    return [
        Route("/api/visitors", visitors.create, methods=["POST"]),
        Route("/api/sites", sites.index, methods=["GET"]),
        Route("/api/sites", sites.create, methods=["POST"]),
        Route("/api/sites/{key}", sites.show, methods=["GET"]),
        Route("/api/sites/{key}", sites.change, methods=["PATCH"]),
        Route("/api/sites/{key}/secret", sites.secret, methods=["GET"]),
        Route("/api/sites/{key}/secret", sites.renew_secret, methods=["POST"]),
        Route("/api/session", session.show, methods=["GET"]),
        Route("/api/session", session.create, methods=["POST"]),
        Route("/api/session", session.delete, methods=["DELETE"]),
        Route("/api/backups", backups.index),
        Route("/api/backups/outlook", backups.outlook),
        Route("/api/conversations", conversations.index),
        Route("/api/conversations/{id}", conversations.show),
        Route("/api/colleagues", colleagues.index),
        Route("/api/mendings", mendings.index),
        Route("/api/teams", teams.index, methods=["GET"]),
        Route("/api/teams", teams.create, methods=["POST"]),
        Route("/api/teams/{id}", teams.show, methods=["GET"]),
        Route("/api/teams/{id}", teams.change, methods=["PATCH"]),
        Route("/api/staff", staff.index, methods=["GET"]),
        Route("/api/staff", staff.create, methods=["POST"]),
        Route("/api/staff/{id}", staff.change, methods=["PATCH"]),
        Route("/api/staff/{id}", staff.delete, methods=["DELETE"]),
        Route("/api/rules", rules.show, methods=["GET"]),
        Route("/api/rules", rules.replace, methods=["PUT"]),
        Route("/api/customers/{id}", customers.change, methods=["PATCH"]),
        Route("/api/organisations/{id}", customers.change_organisation, methods=["PATCH"]),
    ]


def screens() -> list[BaseRoute]:
    """Return the pages that load a built screen, and the widget's loader."""
    return [
        Route("/signin", pages.signin),
        Route("/console", pages.console),
        Route("/board", pages.board),
        Route("/setup", pages.setup),
        Route("/panel", pages.panel),
        Route("/status", pages.status),
        Route("/status/{secret}", pages.status_link),
        Route("/widget.js", pages.loader, middleware=[Middleware(GZipMiddleware, minimum_size=500)]),
        Route("/favicon.svg", pages.favicon),
        Route("/favicon.ico", pages.favicon),
    ]


def demo_desk() -> list[BaseRoute]:
    """Return the pages that only a demo desk has."""
    return [
        Route("/", demo_pages.welcome),
        Route("/demo", demo_pages.shop),
        Route("/demo/help", demo_pages.shop_help),
    ]
