"""Offers: timed proposals of a conversation to an agent, each ending in exactly one outcome."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

Outcome = Literal["accepted", "declined", "expired", "withdrawn"]


class Offer(Struct, frozen=True, kw_only=True):
    """`reason` is the agent's for declining; `why` is how routing chose."""

    id: str
    conversation_id: str
    episode: int
    staff_id: str
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    why: dict[str, Any] = {}


async def made(
    tx: AsyncConnection,
    id: str,
    conversation_id: str,
    episode: int,
    staff_id: str,
    expires_at: datetime,
    why: dict[str, Any],
    at: datetime,
) -> bool:
    """Note an offer; False where this id was noted before (then it stands as it was)."""
    known = await tx.scalar(select(tables.offer.c.id).where(tables.offer.c.id == id))
    if known is not None:
        return False
    await tx.execute(
        tables.offer.insert().values(
            id=id,
            conversation_id=conversation_id,
            episode=episode,
            staff_id=staff_id,
            offered_at=at,
            expires_at=expires_at,
            reason="",
            why=why,
        )
    )
    return True


async def ended(tx: AsyncConnection, offer_id: str, outcome: Outcome, reason: str, at: datetime) -> bool:
    """Note how an offer ended; False where it had ended already or never was."""
    o = tables.offer.c
    changed = await tx.execute(
        update(tables.offer)
        .where(o.id == offer_id, o.ended_at.is_(None))
        .values(ended_at=at, outcome=outcome, reason=reason)
    )
    return changed.rowcount > 0


async def withdraw_open(tx: AsyncConnection, at: datetime) -> list[Offer]:
    """End every open offer as withdrawn, after a wipe of routing's state; returns them."""
    return await _withdraw(tx, select(tables.offer).where(tables.offer.c.ended_at.is_(None)), at)


async def withdraw_for(tx: AsyncConnection, conversation_id: str, at: datetime) -> list[Offer]:
    """End the open offers of one conversation as withdrawn; returns them."""
    o = tables.offer.c
    mine = select(tables.offer).where(o.conversation_id == conversation_id, o.ended_at.is_(None))
    return await _withdraw(tx, mine, at)


async def expire(tx: AsyncConnection, before: datetime, at: datetime) -> list[Offer]:
    """End the offers that expired before `before` and are open still; returns them."""
    o = tables.offer
    ended = (
        update(o)
        .where(o.c.ended_at.is_(None), o.c.expires_at < before)
        .values(ended_at=at, outcome="expired")
        .returning(o.c.id)
    )
    ids = list(await tx.scalars(ended))
    if not ids:
        return []
    return [Offer(**row._asdict()) for row in await tx.execute(select(o).where(o.c.id.in_(ids)))]


async def get(tx: AsyncConnection, offer_id: str) -> Offer | None:
    """One offer, or None."""
    found = await _list(tx, select(tables.offer).where(tables.offer.c.id == offer_id))
    return found[0] if found else None


async def open_of(tx: AsyncConnection, staff_id: str) -> list[Offer]:
    """What is offered to one person now, the oldest first."""
    o = tables.offer.c
    return await _list(tx, select(tables.offer).where(o.staff_id == staff_id, o.ended_at.is_(None)))


async def all_open(tx: AsyncConnection) -> list[Offer]:
    """What is offered to anybody now, the oldest first."""
    return await _list(tx, select(tables.offer).where(tables.offer.c.ended_at.is_(None)))


async def of_conversation(tx: AsyncConnection, conversation_id: str) -> list[Offer]:
    """All offers of one conversation, the oldest first."""
    return await _list(tx, select(tables.offer).where(tables.offer.c.conversation_id == conversation_id))


async def _withdraw(tx: AsyncConnection, query: Select[Any], at: datetime) -> list[Offer]:
    found: Sequence[Offer] = await _list(tx, query.with_for_update())
    ids = [offer.id for offer in found]
    if ids:
        values = {"ended_at": at, "outcome": "withdrawn"}
        await tx.execute(update(tables.offer).where(tables.offer.c.id.in_(ids)).values(**values))
    return await _list(tx, select(tables.offer).where(tables.offer.c.id.in_(ids))) if ids else []


async def _list(tx: AsyncConnection, query: Select[Any]) -> list[Offer]:
    rows = await tx.execute(query.order_by(tables.offer.c.offered_at, tables.offer.c.id))
    return [Offer(**row._asdict()) for row in rows]
