"""Organisations: the companies that customers belong to."""

import uuid_utils
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Organisation(Struct, frozen=True, kw_only=True):
    id: str
    name: str


async def add(tx: AsyncConnection, name: str) -> Organisation:
    """Make an organisation."""
    made = Organisation(id=str(uuid_utils.uuid7()), name=name)
    await tx.execute(tables.organisation.insert().values(id=made.id, name=made.name))
    return made


async def get(tx: AsyncConnection, id: str) -> Organisation | None:
    """One organisation, or None."""
    row = (await tx.execute(select(tables.organisation).where(tables.organisation.c.id == id))).first()
    return None if row is None else Organisation(**row._asdict())


async def set_of(tx: AsyncConnection, customer_id: str, organisation_id: str | None) -> None:
    """Say which organisation a customer belongs to; None: to none."""
    c = tables.customer
    await tx.execute(update(c).where(c.c.id == customer_id).values(organisation_id=organisation_id))
