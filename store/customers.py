"""Visitors and customers: a visitor becomes a customer with a name, a mail address or an identity."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import uuid_utils
from msgspec import Struct
from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Customer(Struct, frozen=True, kw_only=True):
    """Whoever is at a site's widget. Name and email are empty while unknown."""

    id: str
    site_id: str
    organisation_id: str | None
    organisation_name: str | None
    name: str
    email: str
    external_id: str | None
    attributes: dict[str, Any]
    created_at: datetime
    last_seen_at: datetime
    vip: bool
    organisation_vip: bool


async def create(
    tx: AsyncConnection,
    site_id: str,
    at: datetime,
    name: str = "",
    email: str = "",
    external_id: str | None = None,
    attributes: dict[str, Any] | None = None,
    id: str | None = None,
) -> Customer:
    """Make a customer; `id` None: the store makes one."""
    made = id or str(uuid_utils.uuid7())
    await tx.execute(
        tables.customer.insert().values(
            id=made,
            site_id=site_id,
            name=name,
            email=email,
            external_id=external_id,
            attributes=attributes or {},
            created_at=at,
            last_seen_at=at,
            vip=False,
        )
    )
    found = await get(tx, made)
    assert found is not None
    return found


async def get(tx: AsyncConnection, id: str) -> Customer | None:
    """One customer, or None."""
    return await _one(tx, _select().where(tables.customer.c.id == id))


async def many(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Customer]:
    """Those of `ids` that exist."""
    rows = await tx.execute(_select().where(tables.customer.c.id.in_(ids)))
    return {row.id: Customer(**row._asdict()) for row in rows}


async def by_external_id(tx: AsyncConnection, site_id: str, external_id: str) -> Customer | None:
    """The customer whom a site knows by `external_id`, or None."""
    c = tables.customer.c
    return await _one(tx, _select().where(c.site_id == site_id, c.external_id == external_id))


async def set_contact(
    tx: AsyncConnection, id: str, at: datetime, name: str | None = None, email: str | None = None
) -> Customer | None:
    """Set name and email; None leaves one as it is. Returns the customer fresh, None where unknown.

    Raises the versions of the customer's conversations, whose summaries show both.
    """
    values = {key: value for key, value in (("name", name), ("email", email)) if value is not None}
    c = tables.conversation.c
    mine = select(c.id).where(c.customer_id == id).order_by(c.id).with_for_update()
    ids = (await tx.execute(mine)).scalars().all()
    if ids:
        shown = {"version": c.version + 1, "updated_at": at, "indexed": False}
        await tx.execute(update(tables.conversation).where(c.id.in_(ids)).values(**shown))
    await tx.execute(
        update(tables.customer).where(tables.customer.c.id == id).values(**values, last_seen_at=at)
    )
    return await get(tx, id)


async def identified(tx: AsyncConnection, site_id: str, external_id: str, at: datetime) -> Customer:
    """The customer whom a site knows by `external_id`, made where there is none."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    made = insert(tables.customer).values(
        id=str(uuid_utils.uuid7()),
        site_id=site_id,
        name="",
        email="",
        external_id=external_id,
        attributes={},
        created_at=at,
        last_seen_at=at,
        vip=False,
    )
    await tx.execute(made.on_conflict_do_nothing())
    found = await by_external_id(tx, site_id, external_id)
    assert found is not None
    return found


async def set_attributes(tx: AsyncConnection, id: str, attributes: Mapping[str, str]) -> None:
    """Replace what the site says of a customer."""
    c = tables.customer
    await tx.execute(update(c).where(c.c.id == id).values(attributes=dict(attributes)))


async def set_vip(tx: AsyncConnection, id: str, vip: bool) -> bool:
    """Say whether this customer comes before others; whether they exist."""
    c = tables.customer
    return (await tx.execute(update(c).where(c.c.id == id).values(vip=vip))).rowcount > 0


async def touch(tx: AsyncConnection, id: str, at: datetime) -> None:
    """Note that the customer was here at `at`."""
    c = tables.customer.c
    seen = update(tables.customer).where(c.id == id, c.last_seen_at < at)
    await tx.execute(seen.values(last_seen_at=at))


def _select() -> Select[Any]:
    c, o = tables.customer, tables.organisation
    joined = c.outerjoin(o, o.c.id == c.c.organisation_id)
    shown = (o.c.name.label("organisation_name"), func.coalesce(o.c.vip, False).label("organisation_vip"))
    return select(c, *shown).select_from(joined)


async def _one(tx: AsyncConnection, query: Select[Any]) -> Customer | None:
    row = (await tx.execute(query)).first()
    return None if row is None else Customer(**row._asdict())
