"""Redis made to agree with SQL: filled anew after a wipe, and compared from time to time.

A rebuild runs under the database's lock on the generation, so that of many processes that notice
the wipe one fills and the others adopt.
"""

from typing import Final, cast

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import matching
from chat.clock import to_ms
from chat.context import Context
from routing import rebuild as routing
from routing.agents import Agent
from routing.assignments import Assignment, WrapUp
from routing.entries import Visit
from routing.reconcile import Differences
from routing.teams import Strategy, TeamSettings
from store import assignments, conversations, desk, offers, staff, teams, visits

RECONCILE_SECONDS: Final = 15.0

log = structlog.get_logger(__name__)


async def rebuild(context: Context) -> None:
    """Adopt the generation that Redis holds, or fill a new one from SQL. Raises what Redis or SQL
    raise: the sweep tries again."""

    async def work(tx: AsyncConnection) -> bool:
        generation = await desk.lock_generation(tx)
        held = await routing.active(context.router)
        if held is not None and held == generation:
            context.router.generation = generation
            return False
        at = context.clock.now()
        await offers.withdraw_open(tx, at)
        fresh = await desk.raise_generation(tx)
        while held is not None and fresh <= held:
            # Redis is ahead: a rebuild flipped and died before its commit.
            fresh = await desk.raise_generation(tx)
        await routing.load(
            context.router,
            fresh,
            [settings(team) for team in await teams.list_all(tx)],
            [agent(row) for row in await staff.list_all(tx)],
            await waiting_visits(tx),
            await open_assignments(tx),
            await _wrap_ups(tx, context),
            timing=context.timing,
        )
        return True

    filled = await context.database.transact(work, within_seconds=20)
    log.info("routing_rebuilt" if filled else "routing_adopted", generation=context.router.generation)
    await context.presence.announce_all()


async def reconcile(context: Context) -> Differences:
    """Compare once, and mend what differs for longer than a moment."""
    async with context.database.read() as tx:
        rows = await waiting_visits(tx)
        held = await open_assignments(tx)
    differences = await routing.reconcile(context.router, rows, held)
    matching.carry(context, differences.proposals)
    if differences.mended:
        log.warning("routing_mended", conversations=differences.mended)
    return differences


def settings(row: teams.Team) -> TeamSettings:
    """A team as routing needs it."""
    return TeamSettings(
        team_id=row.id,
        assignment=row.assignment,
        offer_timeout_ms=row.offer_timeout_seconds * 1000,
        strategy=cast(Strategy, row.strategy),
        capacity=row.team_capacity,
        wrap_up_ms=row.wrap_up_seconds * 1000,
    )


def agent(row: staff.Staff) -> Agent:
    """A member of staff as routing needs them."""
    return Agent(
        staff_id=row.id, availability=row.availability, capacity=row.capacity, teams=list(row.team_ids)
    )


async def waiting_visits(tx: AsyncConnection) -> list[Visit]:
    """Everything in a queue, as routing needs it."""
    rows = {row.id: row for row in await conversations.waiting(tx)}
    return [
        Visit(
            conversation_id=visit.conversation_id,
            episode=visit.episode,
            team_id=visit.team_id,
            priority=visit.priority,
            first_at_ms=to_ms(visit.first_at),
            weight=rows[visit.conversation_id].weight,
            epoch=rows[visit.conversation_id].epoch,
        )
        for visit in await visits.all_open(tx)
        if visit.conversation_id in rows
    ]


async def open_assignments(tx: AsyncConnection) -> list[Assignment]:
    """Everything that an agent holds, as routing needs it."""
    return [
        Assignment(
            conversation_id=row.id,
            staff_id=row.assignee_id,
            epoch=row.epoch,
            team_id=row.team_id,
            weight=row.weight,
            episode=row.episode,
        )
        for row in await conversations.assigned(tx)
        if row.assignee_id
    ]


async def _wrap_ups(tx: AsyncConnection, context: Context) -> list[WrapUp]:
    wrapping = await assignments.wrapping_up(tx, context.clock.now())
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
