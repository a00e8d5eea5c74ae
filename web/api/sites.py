"""What a widget may know of its site before anybody talks."""

import secrets
from typing import Annotated, Final

import structlog
from msgspec import Meta, Struct, structs
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import roster
from chat.errors import Refused
from chat.protocol.codes import Code
from store import sites, teams
from web.answers import answer, body
from web.edge import edge_of
from web.security import sessions
from web.security.origins import of as origin_of

FRESH_SECONDS: Final = 15
Origin = Annotated[str, Meta(max_length=300, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
"""Strict, for it goes into a Content-Security-Policy as it is."""

log = structlog.get_logger(__name__)


async def show(request: Request) -> Response:
    """GET /api/sites/{key}: what it is called and whether anybody is there. For its pages and ours."""
    edge = edge_of(request)
    async with edge.database.read() as tx:
        site = await sites.by_key(tx, request.path_params["key"])
    if site is None:
        raise Refused(Code.NOT_FOUND, "There is no such site.")
    origin = request.headers.get("origin", "").lower()
    headers = {
        "cache-control": f"public, max-age={FRESH_SECONDS}",
        "vary": "Origin",
        "cross-origin-resource-policy": "cross-origin",
    }
    if origin and origin in {origin_of(listed) for listed in site.origins}:
        headers["access-control-allow-origin"] = origin
    return answer(roster.site_view(edge.desk.context, site), headers=headers)


class NewSite(Struct, frozen=True, forbid_unknown_fields=True):
    """`key` stands in the page's HTML; `origins` are those of the pages that may embed the widget."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{3,64}$")]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    origins: Annotated[list[Origin], Meta(max_length=50)]
    default_team_id: Annotated[str, Meta(max_length=64)]
    color: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f6feb"
    greeting: Annotated[str, Meta(max_length=1000)] = ""
    away_notice: Annotated[str, Meta(max_length=1000)] = ""


async def create(request: Request) -> Response:
    """POST /api/sites: a site on which the widget may stand. For admins."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    wish = await body(request, NewSite)

    async def work(tx: AsyncConnection) -> sites.Site:
        if await sites.by_key(tx, wish.key) is not None:
            raise Refused(Code.INVALID, "There is a site with that key already.")
        if await teams.get(tx, wish.default_team_id) is None:
            raise Refused(Code.INVALID, "There is no such team.")
        fields = {**structs.asdict(wish), "origins": sorted({origin_of(one) for one in wish.origins})}
        return await sites.add(tx, **fields, secret=secrets.token_urlsafe(32))

    row = await edge.database.transact(work)
    log.info("site_added", site_id=row.id, by=signed_in.member.id)
    return answer(roster.site_view(edge.desk.context, row), 201)


async def index(request: Request) -> Response:
    """GET /api/sites: all sites, for admins."""
    edge = edge_of(request)
    await sessions.admin_of(request)
    async with edge.database.read() as tx:
        rows = await sites.list_all(tx)
    return answer({"sites": [roster.site_view(edge.desk.context, row) for row in rows]})
