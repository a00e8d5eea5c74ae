"""Redis made to agree with SQL: filled anew after a wipe, and compared from time to time.

A rebuild runs under the database's lock on the generation, so that of many processes that notice
the wipe one fills and the others adopt.
"""

from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import matching, truth
from chat.context import Context
from routing import rebuild as routing
from routing.reconcile import Differences
from store import desk, offers, staff, teams

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
    await context.presence.announce_all()


async def reconcile(context: Context) -> Differences:
    """Compare once, and mend what differs for longer than a moment."""
    async with context.database.read() as tx:
        rows = await truth.waiting_visits(tx)
        held = await truth.open_assignments(tx)
    differences = await routing.reconcile(context.router, rows, held)
    matching.carry(context, differences.proposals)
    if differences.mended:
        log.warning("routing_mended", conversations=differences.mended)
    return differences
