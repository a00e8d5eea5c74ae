"""The desk's one row: which generation of routing's state in Redis is the valid one."""

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Desk(Struct, frozen=True, kw_only=True):
    generation: int
    name: str


async def get(tx: AsyncConnection) -> Desk:
    """The desk as it stands."""
    row = (await tx.execute(select(tables.desk.c.generation, tables.desk.c.name))).one()
    return Desk(generation=row.generation, name=row.name)


async def lock_generation(tx: AsyncConnection) -> int:
    """The generation, which nobody else raises until this transaction ends: the lock of a rebuild."""
    query = select(tables.desk.c.generation).where(tables.desk.c.id == 1).with_for_update()
    return int((await tx.execute(query)).scalar_one())


async def hold_generation(tx: AsyncConnection) -> int:
    """The generation, which no rebuild raises until this transaction ends; many may hold it at once."""
    query = select(tables.desk.c.generation).where(tables.desk.c.id == 1).with_for_update(read=True)
    return int((await tx.execute(query)).scalar_one())


async def raise_generation(tx: AsyncConnection) -> int:
    """Make the next generation the valid one and return it."""
    d = tables.desk
    raised = update(d).where(d.c.id == 1).values(generation=d.c.generation + 1).returning(d.c.generation)
    return int((await tx.execute(raised)).scalar_one())


async def rename(tx: AsyncConnection, name: str) -> None:
    """Set the desk's name."""
    await tx.execute(update(tables.desk).where(tables.desk.c.id == 1).values(name=name))
