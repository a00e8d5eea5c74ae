"""Redis made to agree with SQL: filled anew after a wipe, and compared from time to time.

A rebuild runs under the database's lock on the generation, so that of many processes that notice
the wipe one fills and the others adopt.
"""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import matching, staffing, truth
from chat.context import Context
from routing import agents
from routing import rebuild as routing
from routing import teams as routing_teams
from routing.reconcile import Differences
from store import desk, offers, staff, teams

RECONCILE_SECONDS: Final = 15.0
LATE: Final = timedelta(seconds=10)

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
            [truth.settings(team) for team in await teams.list_all(tx)],
            [truth.agent(row) for row in await staff.list_all(tx)],
            await truth.waiting_visits(tx),
            await truth.open_assignments(tx),
            await truth.wrap_ups(tx, at),
            timing=context.timing,
        )
        return True

    filled = await context.database.transact(work, within_seconds=20)
    log.info("routing_rebuilt" if filled else "routing_adopted", generation=context.router.generation)
    if not filled:
        # Perhaps Redis missed what it was told while it did not answer.
        await reconcile(context)
    await context.presence.announce_all()


async def reconcile(context: Context) -> Differences:
    """Compare once: teams, agents and offers are mended at once, conversations when they differ for
    longer than a moment."""
    await _staff(context)
    await _offers(context)
    async with context.database.read() as tx:
        rows = await truth.waiting_visits(tx)
        held = await truth.open_assignments(tx)
    differences = await routing.reconcile(context.router, rows, held)
    matching.carry(context, differences.proposals)
    if differences.mended:
        log.warning("routing_mended", conversations=differences.mended)
    return differences


async def _staff(context: Context) -> None:
    """Settings and declarations that Redis did not hear."""
    states = {state.staff_id: state for state in await agents.states(context.router)}
    async with context.database.read() as tx:
        members = await staff.list_all(tx)
        settings = [truth.settings(team) for team in await teams.list_all(tx)]
    for team in settings:
        await matching.after(context, routing_teams.put(context.router, team))
    for row in members:
        state = states.pop(row.id, None)
        if state is None or (state.availability, state.capacity) != (row.availability, row.capacity):
            await staffing.staff_changed(context, row.id)
    for staff_id in states:
        await staffing.staff_changed(context, staff_id)


async def _offers(context: Context) -> None:
    """Offers that are long over and whose end nobody could write."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> list[offers.Offer]:
        return await offers.expire(tx, at - LATE, at)

    matching.withdraw(context, await context.database.transact(work))
