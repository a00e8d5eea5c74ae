"""What SQL holds, in the shapes that routing takes: for rebuilds, comparisons and single changes."""

from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from chat.clock import to_ms
from routing.agents import Agent
from routing.assignments import Assignment, WrapUp
from routing.entries import Visit
from routing.teams import Strategy, TeamSettings
from store import assignments, conversations, staff, teams, visits
from store.conversations import Conversation


def settings(row: teams.Team) -> TeamSettings:
    """A team as routing needs it."""
    return TeamSettings(
        team_id=row.id,
        assignment=row.assignment,
        offer_timeout_ms=row.offer_timeout_seconds * 1000,
        strategy=cast(Strategy, row.strategy),
        capacity=row.team_capacity,
        wrap_up_ms=row.wrap_up_seconds * 1000,
        relax_ms=_ms(row.relax_seconds),
        overflow_team_id=row.overflow_team_id or "",
        overflow_ms=_ms(row.overflow_seconds),
        fallback_team_id=row.fallback_team_id or "",
        queue_max=row.queue_max,
        paused=row.paused,
    )


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * 1000


def agent(row: staff.Staff) -> Agent:
    """A member of staff as routing needs them."""
    return Agent(
        staff_id=row.id,
        availability=row.availability,
        capacity=row.capacity,
        teams=list(row.team_ids),
        languages=row.languages,
        skills=row.skills,
    )


def visit(
    stored: visits.Visit,
    row: Conversation,
    been: list[str],
    *,
    wanted: str = "",
    skip: list[str] | None = None,
    refusable: bool = False,
) -> Visit:
    """A place in line, as routing needs it."""
    return Visit(
        conversation_id=row.id,
        episode=stored.episode,
        team_id=stored.team_id,
        priority=stored.priority,
        first_at_ms=to_ms(stored.first_at),
        weight=row.weight,
        epoch=row.epoch,
        wanted_staff=wanted,
        skip=skip or [],
        language=row.language,
        skills=row.skills,
        entered_at_ms=to_ms(stored.entered_at),
        been=been,
        refusable=refusable,
    )


async def waiting_visits(tx: AsyncConnection) -> list[Visit]:
    """Everything in a queue, as routing needs it."""
    rows = {row.id: row for row in await conversations.waiting(tx)}
    been = await visits.been(tx)
    return [
        visit(stored, rows[stored.conversation_id], been.get(stored.conversation_id, []))
        for stored in await visits.all_open(tx)
        if stored.conversation_id in rows
    ]


def assignment(row: Conversation, staff_id: str) -> Assignment:
    """Who holds a conversation, as routing needs it."""
    return Assignment(
        conversation_id=row.id,
        staff_id=staff_id,
        epoch=row.epoch,
        team_id=row.team_id,
        weight=row.weight,
        episode=row.episode,
    )


async def open_assignments(tx: AsyncConnection) -> list[Assignment]:
    """Everything that an agent holds, as routing needs it."""
    rows = await conversations.assigned(tx)
    return [assignment(row, row.assignee_id) for row in rows if row.assignee_id]


async def wrap_ups(tx: AsyncConnection, at: datetime) -> list[WrapUp]:
    """Capacity that ended chats still hold."""
    wrapping = await assignments.wrapping_up(tx, at)
    rows = await conversations.many(tx, [held.conversation_id for held in wrapping])
    return [
        WrapUp(
            conversation_id=held.conversation_id,
            staff_id=held.staff_id,
            team_id=rows[held.conversation_id].team_id,
            weight=rows[held.conversation_id].weight,
            until_ms=to_ms(held.wrap_up_until),
        )
        for held in wrapping
        if held.wrap_up_until is not None
    ]
