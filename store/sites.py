"""Sites: the pages that the widget stands on."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

import uuid_utils
from msgspec import Struct, convert, to_builtins
from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Topic(Struct, frozen=True):
    """What a customer may choose to talk about; `team_id` None: the site's default team."""

    key: str
    label: str
    team_id: str | None = None
    skills: dict[str, int] = {}
    """Name → least level, asked of the agent."""


class Site(Struct, frozen=True, kw_only=True):
    """`key` stands in the page's HTML, `secret` signs identities. `hours`: not used yet."""

    id: str
    key: str
    name: str
    origins: list[str]
    secret: str
    default_team_id: str
    color: str = "#1f6feb"
    topics: list[Topic] = []
    greeting: str = ""
    away_notice: str = ""
    hours: dict[str, Any] | None = None


class Settings(TypedDict, total=False):
    """What `change` may set."""

    key: str
    name: str
    origins: list[str]
    secret: str
    default_team_id: str
    color: str
    topics: list[Topic]
    greeting: str
    away_notice: str
    hours: dict[str, Any] | None


async def add(
    tx: AsyncConnection,
    key: str,
    name: str,
    origins: list[str],
    secret: str,
    default_team_id: str,
    color: str = "#1f6feb",
    topics: list[Topic] | None = None,
    greeting: str = "",
    away_notice: str = "",
) -> Site:
    """Make a site."""
    site = Site(
        id=str(uuid_utils.uuid7()),
        key=key,
        name=name,
        origins=origins,
        secret=secret,
        default_team_id=default_team_id,
        color=color,
        topics=topics or [],
        greeting=greeting,
        away_notice=away_notice,
    )
    await tx.execute(tables.site.insert().values(**to_builtins(site)))
    return site


async def get(tx: AsyncConnection, id: str) -> Site | None:
    """One site, or None."""
    return await _one(tx, select(tables.site).where(tables.site.c.id == id))


async def many(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Site]:
    """Those of `ids` that exist."""
    rows = await tx.execute(select(tables.site).where(tables.site.c.id.in_(ids)))
    return {row.id: _shaped(row) for row in rows}


async def by_key(tx: AsyncConnection, key: str) -> Site | None:
    """The site of the key that a page gives, or None."""
    return await _one(tx, select(tables.site).where(tables.site.c.key == key))


async def list_all(tx: AsyncConnection) -> list[Site]:
    """All sites by name."""
    rows = await tx.execute(select(tables.site).order_by(tables.site.c.name, tables.site.c.id))
    return [_shaped(row) for row in rows]


async def change(tx: AsyncConnection, id: str, **settings: Unpack[Settings]) -> Site | None:
    """Set some settings and return the site fresh; None where it does not exist."""
    if settings:
        values = to_builtins(settings)
        await tx.execute(update(tables.site).where(tables.site.c.id == id).values(**values))
    return await get(tx, id)


async def _one(tx: AsyncConnection, query: Select[Any]) -> Site | None:
    row = (await tx.execute(query)).first()
    return None if row is None else _shaped(row)


def _shaped(row: Row[*tuple[Any, ...]]) -> Site:
    return convert(row._asdict(), Site)
