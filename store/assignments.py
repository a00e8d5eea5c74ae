"""Who holds a conversation: intervals, of which at most one is open. This is where SQL arbitrates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import uuid_utils
from msgspec import Struct
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables, visits
from store.errors import NotThere
from store.times import UtcDateTime


class Assignment(Struct, frozen=True, kw_only=True):
    """An interval in which `staff_id` held a conversation. `why`: how routing chose."""

    id: str
    conversation_id: str
    staff_id: str
    staff_name: str
    epoch: int
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    wrap_up_until: datetime | None
    why: dict[str, Any]


class Lost(Struct, frozen=True, kw_only=True):
    """A conversation that went back in line since its agent was gone."""

    conversation_id: str
    number: int
    customer_name: str
    at: datetime


async def start(
    tx: AsyncConnection,
    conversation_id: str,
    staff_id: str,
    expected_epoch: int,
    why: dict[str, Any],
    at: datetime,
    end_reason: str = "transferred",
    wrap_up_until: datetime | None = None,
) -> int | None:
    """Give a conversation to `staff_id`, if nothing was decided about it since `expected_epoch`.

    Ends the assignment that is open, with `end_reason` and `wrap_up_until`; closes the visit to the
    queue as assigned; makes the conversation assigned and its ticket open. Returns the new epoch, or
    None where the epoch is another or the conversation has ended: then nothing was written.
    """
    c = tables.conversation.c
    epoch = await tx.scalar(
        update(tables.conversation)
        .where(c.id == conversation_id, c.assignment_epoch == expected_epoch, c.live != "ended")
        .values(
            assignment_epoch=c.assignment_epoch + 1,
            version=c.version + 1,
            assignee_id=staff_id,
            live="assigned",
            warned_at=None,
            updated_at=at,
        )
        .returning(c.assignment_epoch)
    )
    if epoch is None:
        return None
    await _close(tx, conversation_id, end_reason, at, wrap_up_until)
    await tx.execute(
        tables.assignment.insert().values(
            id=str(uuid_utils.uuid7()),
            conversation_id=conversation_id,
            staff_id=staff_id,
            epoch=epoch,
            started_at=at,
            why=why,
        )
    )
    await _open_ticket(tx, conversation_id)
    await visits.close(tx, conversation_id, "assigned", at)
    return int(epoch)


async def end(
    tx: AsyncConnection,
    conversation_id: str,
    reason: str,
    at: datetime,
    wrap_up_until: datetime | None = None,
) -> int | None:
    """End the open assignment and raise the epoch, so that no claim made before can be written.

    Leaves `live` and the ticket's status as they are: what comes next is the caller's to say. Returns
    the new epoch, or None where nobody held the conversation: then nothing was written.
    """
    c = tables.conversation.c
    # The conversation's row before the assignment's, as every writer does.
    held = select(tables.assignment.c.id).where(
        tables.assignment.c.conversation_id == conversation_id, tables.assignment.c.ended_at.is_(None)
    )
    epoch = await tx.scalar(
        update(tables.conversation)
        .where(c.id == conversation_id, held.exists())
        .values(
            assignment_epoch=c.assignment_epoch + 1,
            version=c.version + 1,
            assignee_id=None,
            updated_at=at,
        )
        .returning(c.assignment_epoch)
    )
    if epoch is None:
        return None
    await _close(tx, conversation_id, reason, at, wrap_up_until)
    return int(epoch)


async def raise_epoch(tx: AsyncConnection, conversation_id: str) -> int:
    """Make every claim of the epoch until now unwritable; returns the new epoch. Raises NotThere."""
    c = tables.conversation.c
    epoch = await tx.scalar(
        update(tables.conversation)
        .where(c.id == conversation_id)
        .values(assignment_epoch=c.assignment_epoch + 1, version=c.version + 1)
        .returning(c.assignment_epoch)
    )
    if epoch is None:
        raise NotThere(f"no conversation {conversation_id}")
    return int(epoch)


async def open_of(tx: AsyncConnection, staff_id: str) -> list[Assignment]:
    """What one person holds, the oldest first."""
    a = tables.assignment.c
    return await _list(tx, _select().where(a.staff_id == staff_id, a.ended_at.is_(None)))


async def lost_by(tx: AsyncConnection, staff_id: str, since: datetime, limit: int) -> list[Lost]:
    """What one person lost since `since` and does not hold again, each once, the newest first."""
    a, c, t, u = tables.assignment.c, tables.conversation.c, tables.ticket.c, tables.customer.c
    at = func.max(a.ended_at, type_=UtcDateTime).label("at")
    query = (
        select(a.conversation_id, t.number, u.name.label("customer_name"), at)
        .join(tables.conversation, c.id == a.conversation_id)
        .join(tables.ticket, t.conversation_id == c.id)
        .join(tables.customer, u.id == c.customer_id)
        .where(a.staff_id == staff_id, a.end_reason == "lost", a.ended_at >= since)
        .where(func.coalesce(c.assignee_id, "") != staff_id)
        .group_by(a.conversation_id, t.number, u.name)
        .order_by(at.desc())
        .limit(limit)
    )
    return [Lost(**row._asdict()) for row in await tx.execute(query)]


async def all_open(tx: AsyncConnection) -> list[Assignment]:
    """What everybody holds, the oldest first."""
    return await _list(tx, _select().where(tables.assignment.c.ended_at.is_(None)))


async def wrapping_up(tx: AsyncConnection, at: datetime) -> list[Assignment]:
    """Ended ones whose wrap-up still holds capacity at `at`, for the rebuild of routing's state."""
    return await _list(tx, _select().where(tables.assignment.c.wrap_up_until > at))


async def history(tx: AsyncConnection, conversation_id: str) -> list[Assignment]:
    """Everybody who held a conversation, the first first."""
    return await _list(tx, _select().where(tables.assignment.c.conversation_id == conversation_id))


async def latest(tx: AsyncConnection, conversation_id: str) -> Assignment | None:
    """The last interval of a conversation, open or ended."""
    return next(iter((await history(tx, conversation_id))[::-1]), None)


async def last_replies(tx: AsyncConnection, staff_ids: Sequence[str]) -> dict[str, datetime]:
    """When each of `staff_ids` last wrote to a customer in a conversation that they hold now."""
    c = tables.conversation.c
    query = select(c.assignee_id, c.last_staff_at).where(
        c.assignee_id.in_(staff_ids), c.last_staff_at.is_not(None)
    )
    latest: dict[str, datetime] = {}
    for row in await tx.execute(query):
        latest[row.assignee_id] = max(row.last_staff_at, latest.get(row.assignee_id, row.last_staff_at))
    return latest


async def _close(
    tx: AsyncConnection, conversation_id: str, reason: str, at: datetime, wrap_up_until: datetime | None
) -> None:
    a = tables.assignment.c
    await tx.execute(
        update(tables.assignment)
        .where(a.conversation_id == conversation_id, a.ended_at.is_(None))
        .values(ended_at=at, end_reason=reason, wrap_up_until=wrap_up_until)
    )


async def _open_ticket(tx: AsyncConnection, conversation_id: str) -> None:
    t = tables.ticket
    await tx.execute(
        update(t).where(t.c.conversation_id == conversation_id).values(status="open", solved_at=None)
    )


def _select() -> Select[Any]:
    a = tables.assignment
    joined = a.join(tables.staff, tables.staff.c.id == a.c.staff_id)
    return select(a, tables.staff.c.name.label("staff_name")).select_from(joined)


async def _list(tx: AsyncConnection, query: Select[Any]) -> list[Assignment]:
    a = tables.assignment.c
    rows = await tx.execute(query.order_by(a.started_at, a.epoch, a.id))
    return [Assignment(**row._asdict()) for row in rows]
