"""What has become due in routing: one pass, which every process runs and each due thing meets once."""

import structlog

from chat import matching, offering, queueing
from chat.context import Context
from routing import sweeps
from routing.sweeps import Swept
from store import conversations
from store.errors import Unavailable

log = structlog.get_logger(__name__)


async def sweep(context: Context) -> int | None:
    """One pass; milliseconds until the next thing is due, None when nothing is. Raises NotReady."""
    swept = await sweeps.sweep(context.router)
    try:
        await carry_out(context, swept)
    except Unavailable as error:
        # Routing tells again after five seconds.
        log.warning("sweep_waits_for_database", error=str(error))
    return None if swept.next_due_ms is None else max(0, swept.next_due_ms - swept.now_ms)


async def carry_out(context: Context, swept: Swept) -> None:
    """Write down what routing found due, and tell it so."""
    matching.carry(context, swept.proposals)
    for offer_id, _, staff_id in swept.expired_offers:
        await offering.end(context, offer_id, staff_id, "expired")
    for claim in swept.stale_claims:
        await matching.settle(context, claim)
    for staff_id, conversation_ids in swept.lost:
        for conversation_id in conversation_ids:
            await queueing.lose(context, staff_id, conversation_id)
    for conversation_id in swept.gone:
        await queueing.stop_waiting(context, conversation_id, "missed")
    for conversation_id, team_id in swept.overflowed:
        await queueing.overflow(context, conversation_id, team_id)
    for staff_id, present in swept.presence_changed:
        await _tell_customers(context, staff_id, present=present)


async def _tell_customers(context: Context, staff_id: str, *, present: bool) -> None:
    await context.refresh_roster()
    async with context.database.read() as tx:
        held = await conversations.of_assignee(tx, staff_id)
    for row in held:
        context.presence.tell(row.id, "staff", present=present)
