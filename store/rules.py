"""The desk's rules of who comes first: they stand with the desk, since their order is what they mean."""

from collections.abc import Sequence

from msgspec import Struct, convert, to_builtins
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Condition(Struct, frozen=True):
    """What one thing that is known of an arrival has to be; how it is judged is not known here."""

    field: str
    op: str
    value: str = ""


class Rule(Struct, frozen=True):
    """A priority, 0 low to 3 urgent, for arrivals on which all conditions hold."""

    name: str
    priority: int
    when: list[Condition]


async def read(tx: AsyncConnection) -> list[Rule]:
    """All rules; the first that applies decides."""
    return convert(await tx.scalar(select(tables.desk.c.rules)), list[Rule])


async def write(tx: AsyncConnection, rules: Sequence[Rule]) -> None:
    """Replace all rules."""
    await tx.execute(update(tables.desk).where(tables.desk.c.id == 1).values(rules=to_builtins(rules)))
