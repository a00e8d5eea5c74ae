"""Agents, supervisors and admins."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import uuid_utils
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

Role = Literal["agent", "supervisor", "admin"]
Availability = Literal["available", "away", "offline"]


class Staff(Struct, frozen=True, kw_only=True):
    """A member of staff, without the password's hash. `capacity` in hundredths of a chat."""

    id: str
    email: str
    name: str
    role: Role
    capacity: int
    availability: Availability
    availability_since: datetime
    demo: bool
    disabled_at: datetime | None
    created_at: datetime
    team_ids: tuple[str, ...]
    languages: list[str] = []
    skills: dict[str, int] = {}
    """Name → level, 1 or more."""


class EmailTaken(Exception):
    """Somebody has this mail address already."""


async def add(
    tx: AsyncConnection,
    email: str,
    name: str,
    password_hash: str,
    role: Role,
    team_ids: Sequence[str],
    at: datetime,
    capacity: int = 300,
    demo: bool = False,
) -> Staff:
    """Make an account, offline at first. Raises EmailTaken; letter case makes no difference."""
    if await by_email(tx, email) is not None:
        raise EmailTaken(email)
    id = str(uuid_utils.uuid7())
    await tx.execute(
        tables.staff.insert().values(
            id=id,
            email=email.strip().lower(),
            name=name,
            password_hash=password_hash,
            role=role,
            capacity=capacity,
            availability="offline",
            availability_since=at,
            demo=demo,
            created_at=at,
            languages=[],
            skills={},
        )
    )
    await set_teams(tx, id, team_ids)
    found = await get(tx, id)
    assert found is not None
    return found


async def get(tx: AsyncConnection, id: str) -> Staff | None:
    """One member of staff, disabled or not; or None."""
    found = await _list(tx, select(tables.staff).where(tables.staff.c.id == id))
    return found[0] if found else None


async def by_email(tx: AsyncConnection, email: str) -> Staff | None:
    """The account of a mail address in any letter case, disabled or not; or None."""
    found = await _list(tx, select(tables.staff).where(tables.staff.c.email == email.strip().lower()))
    return found[0] if found else None


async def password_hash(tx: AsyncConnection, id: str) -> str | None:
    """The stored hash of one's password; None where there is no such account or it is disabled."""
    s = tables.staff.c
    found: str | None = await tx.scalar(select(s.password_hash).where(s.id == id, s.disabled_at.is_(None)))
    return found


async def list_all(tx: AsyncConnection, disabled: bool = False) -> list[Staff]:
    """Everybody by name; with `disabled`, those too whose account is."""
    query = select(tables.staff)
    if not disabled:
        query = query.where(tables.staff.c.disabled_at.is_(None))
    return await _list(tx, query)


async def many(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Staff]:
    """Those of `ids` that exist, disabled or not."""
    found = await _list(tx, select(tables.staff).where(tables.staff.c.id.in_(ids)))
    return {person.id: person for person in found}


async def disable(tx: AsyncConnection, id: str, at: datetime) -> bool:
    """Close an account and make it offline; whether it was open. Its sessions are another file's."""
    s = tables.staff.c
    values = {"disabled_at": at, "availability": "offline", "availability_since": at}
    changed = await tx.execute(
        update(tables.staff).where(s.id == id, s.disabled_at.is_(None)).values(**values)
    )
    return changed.rowcount > 0


async def set_availability(tx: AsyncConnection, id: str, availability: Availability, at: datetime) -> bool:
    """Declare availability; False where it was that already, and its time stands."""
    s = tables.staff.c
    changed = await tx.execute(
        update(tables.staff)
        .where(s.id == id, s.availability != availability, s.disabled_at.is_(None))
        .values(availability=availability, availability_since=at)
    )
    return changed.rowcount > 0


async def set_password(tx: AsyncConnection, id: str, password_hash: str) -> bool:
    """Replace the password's hash; whether the account exists."""
    return await _set(tx, id, password_hash=password_hash)


async def set_capacity(tx: AsyncConnection, id: str, capacity: int) -> bool:
    """Set how much one can carry at once, in hundredths of a chat."""
    return await _set(tx, id, capacity=capacity)


async def set_role(tx: AsyncConnection, id: str, role: Role) -> bool:
    """Set what one may do; whether the account exists."""
    return await _set(tx, id, role=role)


async def lock_admins(tx: AsyncConnection) -> list[str]:
    """The ids of all who are admins, of whom nobody stops to be one until this transaction ends."""
    s = tables.staff.c
    query = select(s.id).where(s.role == "admin", s.disabled_at.is_(None)).order_by(s.id)
    return list(await tx.scalars(query.with_for_update()))


async def set_name(tx: AsyncConnection, id: str, name: str) -> bool:
    """Set the name that customers and colleagues see; whether the account exists."""
    return await _set(tx, id, name=name)


async def set_abilities(
    tx: AsyncConnection, id: str, languages: Sequence[str], skills: Mapping[str, int]
) -> bool:
    """Set the languages one speaks and the skills one has, name → level; whether the account exists."""
    return await _set(tx, id, languages=list(languages), skills=dict(skills))


async def set_teams(tx: AsyncConnection, id: str, team_ids: Sequence[str]) -> None:
    """Make these one's teams, and no others."""
    m = tables.team_member
    await tx.execute(delete(m).where(m.c.staff_id == id))
    if team_ids:
        await tx.execute(m.insert(), [{"team_id": team, "staff_id": id} for team in sorted(set(team_ids))])


async def teams_of(tx: AsyncConnection, id: str) -> tuple[str, ...]:
    """The ids of one's teams."""
    return (await _teams(tx, tables.team_member.c.staff_id == id)).get(id, ())


async def _set(tx: AsyncConnection, id: str, **values: Any) -> bool:
    changed = await tx.execute(update(tables.staff).where(tables.staff.c.id == id).values(**values))
    return changed.rowcount > 0


async def _teams(tx: AsyncConnection, whose: ColumnElement[bool]) -> dict[str, tuple[str, ...]]:
    m = tables.team_member.c
    found: dict[str, tuple[str, ...]] = {}
    rows = await tx.execute(select(m.staff_id, m.team_id).where(whose).order_by(m.team_id))
    for row in rows:
        found[row.staff_id] = (*found.get(row.staff_id, ()), row.team_id)
    return found


async def _list(tx: AsyncConnection, query: Select[Any]) -> list[Staff]:
    rows = (await tx.execute(query.order_by(tables.staff.c.name, tables.staff.c.id))).all()
    # By the same question, not by their ids: each process asks for everybody each second, and to write out
    # and plan a statement with hundreds of ids costs more than the rows do.
    ids = query.with_only_columns(tables.staff.c.id)
    teams = await _teams(tx, tables.team_member.c.staff_id.in_(ids)) if rows else {}
    people = []
    for row in rows:
        named = row._asdict()
        del named["password_hash"]
        people.append(Staff(**named, team_ids=teams.get(row.id, ())))
    return people
