"""Turns templates into pages, each with its own policy and a fresh nonce."""

import secrets
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from web.assets import Entry
from web.edge import edge_of
from web.security import policy


def screen(
    request: Request,
    name: str,
    title: str,
    *,
    framed_by: Sequence[str] = (),
    status: int = 200,
    headers: dict[str, str] | None = None,
    **data: str,
) -> HTMLResponse:
    """Return the shell of a built screen; it holds no inline style or script, so it needs no nonce.

    Arguments: `name`, its entry in the manifest; `framed_by`, who may frame it; `data`, what the screen finds
    in the dataset of its root element. Raises `NotBuilt`.
    """
    edge = edge_of(request)
    entry: Entry = edge.assets.entry(name)
    content = edge.layouts.render("screen", name=name, title=title, entry=entry, data=data)
    csp = policy.page(socket=edge.origins.socket(request.scope), framed_by=framed_by)
    return _page(content, status, csp, headers)


def plain(
    request: Request, template: str, *, status: int = 200, with_widget: bool = False, **values: Any
) -> HTMLResponse:
    """Return a page that is whole in itself: its style stands in it, under a nonce.

    `with_widget`: it runs the widget's loader, which frames the panel, as a customer's page does.
    """
    edge = edge_of(request)
    nonce = secrets.token_urlsafe(16)
    content = edge.layouts.render(template, nonce=nonce, **values)
    csp = policy.page(nonce=nonce, scripted=with_widget, frames=with_widget)
    return _page(content, status, csp, None)


def _page(content: str, status: int, csp: str, headers: dict[str, str] | None) -> HTMLResponse:
    """Shells name hashed files, so a kept copy of one would point at files that are gone."""
    kept = {"cache-control": "no-store", "content-security-policy": csp, **(headers or {})}
    return HTMLResponse(content, status, kept)
