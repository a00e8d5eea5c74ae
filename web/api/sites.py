"""Sites: what a widget may know of one before anybody talks, and what admins set."""

import secrets
from typing import Annotated, Any, Final

import structlog
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import roster
from chat.errors import Refused
from chat.protocol.codes import Code
from store import sites, teams
from store.sites import Topic
from web.answers import answer, body
from web.api import abilities
from web.api.abilities import Skills
from web.api.given import given
from web.edge import edge_of
from web.security import sessions
from web.security.origins import of as origin_of

FRESH_SECONDS: Final = 15
HOST: Final = r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
Origin = Annotated[str, Meta(max_length=300, pattern=rf"^https?://{HOST}(:[0-9]{{1,5}})?$")]
"""Strict, for it goes into a Content-Security-Policy as it is."""

Label = Annotated[str, Meta(min_length=1, max_length=120)]
Words = Annotated[str, Meta(max_length=1000)]

log = structlog.get_logger(__name__)


async def show(request: Request) -> Response:
    """GET /api/sites/{key}: what it is called and whether anybody is there. For its pages and ours."""
    edge = edge_of(request)
    async with edge.database.read() as tx:
        site = _found(await sites.by_key(tx, request.path_params["key"]))
    origin = request.headers.get("origin", "").lower()
    headers = {
        "cache-control": f"public, max-age={FRESH_SECONDS}",
        "vary": "Origin",
        "cross-origin-resource-policy": "cross-origin",
    }
    if origin and origin in {origin_of(listed) for listed in site.origins}:
        headers["access-control-allow-origin"] = origin
    return answer(roster.site_view(edge.desk.context, site), headers=headers)


class TopicWish(Struct, frozen=True, forbid_unknown_fields=True):
    """`team_id` null: the site's default team. `skills`: asked of the agent, name → least level."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    label: Label
    team_id: Annotated[str, Meta(max_length=64)] | None = None
    skills: Skills = {}


class SiteChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. `origins` are those of the pages that may embed the widget."""

    name: Label | UnsetType = UNSET
    origins: Annotated[list[Origin], Meta(max_length=50)] | UnsetType = UNSET
    default_team_id: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    color: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")] | UnsetType = UNSET
    topics: Annotated[list[TopicWish], Meta(max_length=50)] | UnsetType = UNSET
    greeting: Words | UnsetType = UNSET
    away_notice: Words | UnsetType = UNSET


class NewSite(SiteChanges, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`key` stands in the page's HTML; what else is left out has its default."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{3,64}$")]
    name: Label
    origins: Annotated[list[Origin], Meta(max_length=50)]
    default_team_id: Annotated[str, Meta(max_length=64)]


class SiteSettings(Struct, frozen=True):
    """All that is set of a site, but its secret."""

    id: str
    key: str
    name: str
    color: str
    origins: list[str]
    default_team_id: str
    topics: list[Topic]
    greeting: str
    away_notice: str


async def create(request: Request) -> Response:
    """POST /api/sites: a site on which the widget may stand. For admins."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    named = given(await body(request, NewSite))

    async def work(tx: AsyncConnection) -> sites.Site:
        if await sites.by_key(tx, named["key"]) is not None:
            raise Refused(Code.INVALID, "There is a site with that key already.")
        return await sites.add(tx, **await _checked(tx, named), secret=_secret())

    row = await edge.database.transact(work)
    log.info("site_added", site_id=row.id, by=signed_in.member.id)
    return answer(_settings(row), 201)


async def change(request: Request) -> Response:
    """PATCH /api/sites/{key}: for whoever comes from now on. For admins. Answers all its settings."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    named = given(await body(request, SiteChanges))

    async def work(tx: AsyncConnection) -> sites.Site:
        row = _found(await sites.by_key(tx, request.path_params["key"]))
        return _found(await sites.change(tx, row.id, **await _checked(tx, named)))

    row = await edge.database.transact(work)
    log.info("site_changed", site_id=row.id, fields=sorted(named), by=signed_in.member.id)
    return answer(_settings(row))


async def index(request: Request) -> Response:
    """GET /api/sites: all settings of all sites, without their secrets. For supervisors."""
    edge = edge_of(request)
    await sessions.supervisor_of(request)
    async with edge.database.read() as tx:
        return answer({"sites": [_settings(row) for row in await sites.list_all(tx)]})


async def secret(request: Request) -> Response:
    """GET /api/sites/{key}/secret: what the site signs its customers' identities with. For admins."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    async with edge.database.read() as tx:
        row = _found(await sites.by_key(tx, request.path_params["key"]))
    log.info("site_secret_shown", site_id=row.id, to=signed_in.member.id)
    return answer({"secret": row.secret})


async def renew_secret(request: Request) -> Response:
    """POST /api/sites/{key}/secret: a new secret; what was signed with the old one counts no more."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)

    async def work(tx: AsyncConnection) -> sites.Site:
        row = _found(await sites.by_key(tx, request.path_params["key"]))
        return _found(await sites.change(tx, row.id, secret=_secret()))

    row = await edge.database.transact(work)
    log.info("site_secret_renewed", site_id=row.id, by=signed_in.member.id)
    return answer({"secret": row.secret}, 201)


async def _checked(tx: AsyncConnection, named: dict[str, Any]) -> dict[str, Any]:
    """What was sent, in the shapes of the store. Raises `Refused`."""
    fields = dict(named)
    if "origins" in named:
        fields["origins"] = sorted({origin_of(one) for one in named["origins"]})
    wishes: list[TopicWish] = named.get("topics", [])
    if "topics" in named:
        fields["topics"] = [
            Topic(one.key, one.label, one.team_id, abilities.skills(one.skills)) for one in wishes
        ]
    if len({one.key for one in wishes}) < len(wishes):
        raise Refused(Code.INVALID, "Two topics have the same key.")
    known = {team.id for team in await teams.list_all(tx)}
    wanted = {named.get("default_team_id"), *(one.team_id for one in wishes)} - {None}
    if not wanted <= known:
        raise Refused(Code.INVALID, "There is no such team.")
    return fields


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _found(row: sites.Site | None) -> sites.Site:
    if row is None:
        raise Refused(Code.NOT_FOUND, "There is no such site.")
    return row


def _settings(row: sites.Site) -> SiteSettings:
    return SiteSettings(
        id=row.id,
        key=row.key,
        name=row.name,
        color=row.color,
        origins=row.origins,
        default_team_id=row.default_team_id,
        topics=row.topics,
        greeting=row.greeting,
        away_notice=row.away_notice,
    )
