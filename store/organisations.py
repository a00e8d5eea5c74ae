"""Organisations: the companies that customers belong to."""

import uuid_utils
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Organisation(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    vip: bool = False


async def add(tx: AsyncConnection, name: str) -> Organisation:
    """Make an organisation."""
    made = Organisation(id=str(uuid_utils.uuid7()), name=name)
    await tx.execute(tables.organisation.insert().values(id=made.id, name=made.name, vip=made.vip))
    return made


async def named(tx: AsyncConnection, name: str) -> Organisation:
    """The organisation of that name, made where there is none."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    values = {"id": str(uuid_utils.uuid7()), "name": name, "vip": False}
    await tx.execute(insert(tables.organisation).values(values).on_conflict_do_nothing())
    row = (await tx.execute(select(tables.organisation).where(tables.organisation.c.name == name))).one()
    return Organisation(**row._asdict())


async def get(tx: AsyncConnection, id: str) -> Organisation | None:
    """One organisation, or None."""
    row = (await tx.execute(select(tables.organisation).where(tables.organisation.c.id == id))).first()
    return None if row is None else Organisation(**row._asdict())


async def hold(tx: AsyncConnection, id: str) -> None:
    """Nobody changes it until this transaction ends; many may hold it at once."""
    o = tables.organisation.c
    await tx.execute(select(o.id).where(o.id == id).with_for_update(read=True))


async def set_vip(tx: AsyncConnection, id: str, vip: bool) -> bool:
    """Say whether all its customers come before others; whether it exists."""
    o = tables.organisation
    return (await tx.execute(update(o).where(o.c.id == id).values(vip=vip))).rowcount > 0


async def set_of(tx: AsyncConnection, customer_id: str, organisation_id: str | None) -> None:
    """Say which organisation a customer belongs to; None: to none."""
    c = tables.customer
    await tx.execute(update(c).where(c.c.id == customer_id).values(organisation_id=organisation_id))
