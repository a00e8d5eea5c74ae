"""Sign-ins of staff: found by the hash of their token, which alone is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import uuid_utils
from msgspec import Struct
from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class StaffSession(Struct, frozen=True, kw_only=True):
    """A sign-in that is neither revoked nor expired."""

    id: str
    staff_id: str
    created_at: datetime
    expires_at: datetime
    user_agent: str


async def create(
    tx: AsyncConnection,
    staff_id: str,
    token_hash: str,
    expires_at: datetime,
    user_agent: str,
    at: datetime,
) -> StaffSession:
    """Note a sign-in."""
    session = StaffSession(
        id=str(uuid_utils.uuid7()),
        staff_id=staff_id,
        created_at=at,
        expires_at=expires_at,
        user_agent=user_agent,
    )
    fields = {name: getattr(session, name) for name in StaffSession.__struct_fields__}
    await tx.execute(tables.staff_session.insert().values(**fields, token_hash=token_hash))
    return session


async def find(tx: AsyncConnection, token_hash: str, at: datetime) -> StaffSession | None:
    """The session of a token that counts at `at`: its account open, not revoked, not expired."""
    s, person = tables.staff_session, tables.staff
    query = (
        select(s)
        .join(person, person.c.id == s.c.staff_id)
        .where(s.c.token_hash == token_hash, s.c.revoked_at.is_(None), s.c.expires_at > at)
        .where(person.c.disabled_at.is_(None))
    )
    row = (await tx.execute(query)).first()
    return None if row is None else _shaped(row)


async def active_of(tx: AsyncConnection, staff_id: str, at: datetime) -> list[StaffSession]:
    """The sessions of one person that count at `at`."""
    s = tables.staff_session
    query = select(s).where(s.c.staff_id == staff_id, s.c.revoked_at.is_(None), s.c.expires_at > at)
    return [_shaped(row) for row in await tx.execute(query)]


async def active(tx: AsyncConnection, ids: Sequence[str], at: datetime) -> set[str]:
    """Those of `ids` that count at `at`."""
    s = tables.staff_session
    query = select(s.c.id).where(s.c.id.in_(ids), s.c.revoked_at.is_(None), s.c.expires_at > at)
    return set(await tx.scalars(query))


async def revoke(tx: AsyncConnection, id: str, at: datetime) -> bool:
    """End one session; whether it counted until now."""
    s = tables.staff_session
    changed = await tx.execute(update(s).where(s.c.id == id, s.c.revoked_at.is_(None)).values(revoked_at=at))
    return changed.rowcount > 0


async def revoke_all(tx: AsyncConnection, staff_id: str, at: datetime) -> list[str]:
    """End every session of one person; returns their ids, whose sockets have to be closed."""
    s = tables.staff_session
    rows = await tx.execute(
        update(s)
        .where(s.c.staff_id == staff_id, s.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(s.c.id)
    )
    return [row.id for row in rows]


async def purge(tx: AsyncConnection, before: datetime) -> int:
    """Delete sessions that expired or were revoked before `before`; how many."""
    s = tables.staff_session
    gone = await tx.execute(delete(s).where(or_(s.c.expires_at < before, s.c.revoked_at < before)))
    return gone.rowcount


def _shaped(row: Row[*tuple[Any, ...]]) -> StaffSession:
    named = row._asdict()
    return StaffSession(**{name: named[name] for name in StaffSession.__struct_fields__})
