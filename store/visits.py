"""Visits to the queue: when a conversation first asked, when it got in line, and how that ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    case,
    extract,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables
from store.errors import NotThere

Outcome = Literal["assigned", "abandoned", "missed", "left_message", "transferred", "overflowed", "ended"]
ANSWERED_OR_GONE = ("assigned", "abandoned", "missed", "left_message")
KEEPS_ITS_TIME = frozenset({"assigned", "transferred"})


class Visit(Struct, frozen=True, kw_only=True):
    """One stay in a team's queue. `first_at` is what its place in line goes by."""

    conversation_id: str
    episode: int
    team_id: str
    priority: int
    first_at: datetime
    entered_at: datetime
    left_at: datetime | None
    outcome: Outcome | None


class Recent(Struct, frozen=True, kw_only=True):
    """What happened in a team's queue of late; the average wait is of those answered, in seconds.

    `in_time`: answered within the team's target. `late`: answered after it, or gone after it unanswered.
    """

    team_id: str
    arrived: int
    answered: int
    abandoned: int
    missed: int
    in_time: int
    late: int
    average_wait_seconds: float | None


async def enter(
    tx: AsyncConnection,
    conversation_id: str,
    team_id: str,
    priority: int,
    first_at: datetime,
    at: datetime,
    left: Literal["transferred", "overflowed"] = "transferred",
) -> int:
    """Put a conversation in a team's queue and its ticket on queued; returns the visit's episode.

    An open visit is closed as `left` says. Whoever held the conversation has been ended before
    (`assignments.end`). Raises NotThere.
    """
    c = tables.conversation.c
    episode = await tx.scalar(
        update(tables.conversation)
        .where(c.id == conversation_id)
        .values(
            episode=c.episode + 1,
            version=c.version + 1,
            live="waiting",
            team_id=team_id,
            priority=priority,
            first_waited_at=first_at,
            warned_at=None,
            updated_at=at,
        )
        .returning(c.episode)
    )
    if episode is None:
        raise NotThere(f"no conversation {conversation_id}")
    await close(tx, conversation_id, left, at)
    await tx.execute(
        tables.queue_visit.insert().values(
            conversation_id=conversation_id,
            episode=episode,
            team_id=team_id,
            priority=priority,
            first_at=first_at,
            entered_at=at,
        )
    )
    t = tables.ticket
    await tx.execute(
        update(t).where(t.c.conversation_id == conversation_id).values(status="queued", solved_at=None)
    )
    return int(episode)


async def set_priority(tx: AsyncConnection, conversation_id: str, priority: int) -> None:
    """Move who waits to another priority, at the same first time; the row is locked already."""
    v = tables.queue_visit.c
    waits = update(tables.queue_visit).where(v.conversation_id == conversation_id, v.left_at.is_(None))
    await tx.execute(waits.values(priority=priority))


async def leave(tx: AsyncConnection, conversation_id: str, outcome: Outcome, at: datetime) -> bool:
    """Close the open visit; whether there was one. Says nothing of where the conversation goes.

    Its first time is kept where it may come back to its old place (assigned, transferred).
    """
    values: dict[str, Any] = {"version": tables.conversation.c.version + 1, "updated_at": at}
    if outcome not in KEEPS_ITS_TIME:
        values["first_waited_at"] = None
    v = tables.queue_visit.c
    is_open = select(v.episode).where(v.conversation_id == conversation_id, v.left_at.is_(None))
    # The conversation's row before the visit's, as every writer does.
    changed = await tx.execute(
        update(tables.conversation)
        .where(tables.conversation.c.id == conversation_id, is_open.exists())
        .values(**values)
    )
    if changed.rowcount == 0:
        return False
    await close(tx, conversation_id, outcome, at)
    return True


async def close(tx: AsyncConnection, conversation_id: str, outcome: Outcome, at: datetime) -> None:
    """Note the end of the open visit, if there is one; the conversation's row is locked already."""
    v = tables.queue_visit.c
    await tx.execute(
        update(tables.queue_visit)
        .where(v.conversation_id == conversation_id, v.left_at.is_(None))
        .values(left_at=at, outcome=outcome)
    )


async def of_conversation(tx: AsyncConnection, conversation_id: str) -> list[Visit]:
    """All visits of a conversation, the first first."""
    v = tables.queue_visit
    rows = await tx.execute(select(v).where(v.c.conversation_id == conversation_id).order_by(v.c.episode))
    return [Visit(**row._asdict()) for row in rows]


async def current(tx: AsyncConnection, conversation_id: str) -> Visit | None:
    """The open visit of a conversation, or None."""
    v = tables.queue_visit
    query = select(v).where(v.c.conversation_id == conversation_id, v.c.left_at.is_(None))
    row = (await tx.execute(query)).first()
    return None if row is None else Visit(**row._asdict())


async def been(tx: AsyncConnection, conversation_ids: Sequence[str] | None = None) -> dict[str, list[str]]:
    """The teams in whose queues who waits was before, since they first asked (None: all who wait)."""
    v, earlier = tables.queue_visit, tables.queue_visit.alias()
    query = (
        select(v.c.conversation_id, earlier.c.team_id)
        .join(
            earlier,
            and_(
                earlier.c.conversation_id == v.c.conversation_id,
                earlier.c.episode < v.c.episode,
                earlier.c.first_at == v.c.first_at,
            ),
        )
        .where(v.c.left_at.is_(None))
        .distinct()
    )
    if conversation_ids is not None:
        query = query.where(v.c.conversation_id.in_(conversation_ids))
    found: dict[str, list[str]] = {}
    for row in await tx.execute(query.order_by(v.c.conversation_id, earlier.c.team_id)):
        found.setdefault(row.conversation_id, []).append(row.team_id)
    return found


async def overflowed(tx: AsyncConnection, conversation_id: str, episode: int) -> str | None:
    """The team whose queue a conversation left for that visit because it waited too long there, if it did."""
    v = tables.queue_visit.c
    before = (v.conversation_id == conversation_id, v.episode == episode - 1, v.outcome == "overflowed")
    found: str | None = await tx.scalar(select(v.team_id).where(*before))
    return found


async def front(tx: AsyncConnection, team_id: str, priority: int) -> datetime | None:
    """The first time of whoever is at the front of a priority in a team's queue; None where nobody is."""
    v = tables.queue_visit.c
    query = select(v.first_at).where(v.team_id == team_id, v.priority == priority, v.left_at.is_(None))
    first: datetime | None = await tx.scalar(query.order_by(v.first_at).limit(1))
    return first


async def all_open(tx: AsyncConnection) -> list[Visit]:
    """Everybody in line, in the order of their priority and first time."""
    v = tables.queue_visit
    query = select(v).where(v.c.left_at.is_(None), _is_current())
    ordered = query.order_by(v.c.priority.desc(), v.c.first_at, v.c.conversation_id)
    return [Visit(**row._asdict()) for row in await tx.execute(ordered)]


async def recent(tx: AsyncConnection, team_ids: Sequence[str] | None, since: datetime) -> dict[str, Recent]:
    """What happened since `since` in each of `team_ids` (None: all) where anything did.

    A return to the same team's queue is not a second arrival. Waits run from the first time asked.
    """
    v, team = tables.queue_visit, tables.team
    left = and_(v.c.left_at.is_not(None), v.c.left_at >= since)
    answered = and_(left, v.c.outcome == "assigned")
    late = _waited_seconds(tx) > team.c.wait_target_seconds
    query = (
        select(
            v.c.team_id,
            _count(and_(v.c.entered_at >= since, ~_came_before())).label("arrived"),
            _count(answered).label("answered"),
            _count(and_(left, v.c.outcome == "abandoned")).label("abandoned"),
            _count(and_(left, v.c.outcome == "missed")).label("missed"),
            _count(and_(answered, ~late)).label("in_time"),
            _count(and_(left, v.c.outcome.in_(ANSWERED_OR_GONE), late)).label("late"),
            func.avg(case((answered, _waited_seconds(tx)))).cast(Float).label("average_wait_seconds"),
        )
        .join(team, team.c.id == v.c.team_id)
        .where(or_(v.c.entered_at >= since, left))
        .group_by(v.c.team_id)
    )
    if team_ids is not None:
        query = query.where(v.c.team_id.in_(team_ids))
    return {row.team_id: Recent(**row._asdict()) for row in await tx.execute(query)}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _came_before() -> ColumnElement[bool]:
    v, earlier = tables.queue_visit, tables.queue_visit.alias()
    return (
        select(earlier.c.episode)
        .where(
            earlier.c.conversation_id == v.c.conversation_id,
            earlier.c.team_id == v.c.team_id,
            earlier.c.episode < v.c.episode,
        )
        .exists()
    )


def _is_current() -> ColumnElement[bool]:
    c, v = tables.conversation, tables.queue_visit
    return select(c.c.id).where(c.c.id == v.c.conversation_id, c.c.live == "waiting").exists()


def _waited_seconds(tx: AsyncConnection) -> ColumnElement[Any]:
    v = tables.queue_visit.c
    if tx.dialect.name == "sqlite":
        return (type_coerce(v.left_at, Integer) - type_coerce(v.first_at, Integer)) / 1_000_000.0
    return extract("epoch", v.left_at - v.first_at)
