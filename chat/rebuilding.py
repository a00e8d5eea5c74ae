"""Redis made to agree with SQL: filled anew after a wipe, and compared from time to time.

A rebuild runs under the database's lock on the generation, so that of many processes that notice
the wipe one fills and the others adopt.
"""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, matching, staffing, truth
from chat.context import Context
from routing import agents
from routing import rebuild as routing
from routing import teams as routing_teams
from routing.reconcile import Differences
from store import conversations, desk, mendings, offers, staff, teams

RECONCILE_SECONDS: Final = 15.0
CONFIRM_SECONDS: Final = 2.5
"""Until the second look where the first found something: longer than a difference may be a moment's."""
LATE: Final = timedelta(seconds=10)
Mended = tuple[str, str]
"""How something differed, and the id of what it was: `missing`, `extra`, `wrong` and `line` are
conversations, `offer` that of an offer; `load` and `agent` are staff, `team` a team."""

log = structlog.get_logger(__name__)


async def rebuild(context: Context) -> None:
    """Adopt the generation that Redis holds, or fill a new one from SQL. Raises what Redis or SQL
    raise: the sweep tries again."""
    # A Redis that does not answer is met here, before the lock: on SQLite that keeps every writer waiting.
    await routing.active(context.router)

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
    # Perhaps Redis missed what it was told while it did not answer.
    if not filled and (await reconcile(context)).open:
        context.doubt.set()
    await context.presence.announce_all()


async def reconcile(context: Context) -> Differences:
    """Compare once: teams, agents and offers are mended at once, conversations when they differ for
    longer than a moment. What was mended is noted, for the board to tell how often it had to be."""
    mended = [*await _settings(context), *await _offers(context)]
    async with context.database.read() as tx:
        rows = await truth.waiting_visits(tx)
        held = await truth.open_assignments(tx)
    differences = await routing.reconcile(context.router, rows, held)
    matching.carry(context, differences.proposals)
    mended += _found(differences)
    context.compared_at = context.clock.now()
    if mended:
        await _note(context, mended)
    await _tell(context, differences.mended)
    return differences


def _found(differences: Differences) -> list[Mended]:
    """What was mended, by how it differed."""
    repaired = set(differences.mended)
    named = {
        "missing": [id for id in differences.missing if id in repaired],
        "extra": [id for id in differences.extra if id in repaired],
        "wrong": [id for id in differences.wrong if id in repaired],
        "load": differences.freed,
        # One that the database has waiting is missing, and comes back.
        "line": [id for id in differences.buried if id not in differences.missing],
    }
    return [(kind, id) for kind, ids in named.items() for id in ids]


async def _note(context: Context, mended: list[Mended]) -> None:
    log.warning("routing_mended", mended=mended)
    for kind, _ in mended:
        context.mended(kind)
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        await mendings.add(tx, at, mended)

    await context.database.transact(work)


async def _tell(context: Context, conversation_ids: list[str]) -> None:
    """Whoever changed them may have died before saying so to anybody: every list shows them as they are."""
    async with context.database.read() as tx:
        rows = await conversations.many(tx, conversation_ids)
    for row in rows.values():
        announce.changed(context, row)


async def _settings(context: Context) -> list[Mended]:
    """Settings and declarations that Redis did not hear.

    What is changed just now is on its way, so only what differs at two looks is taken as lost.
    """
    first = await _behind(context)
    lost = sorted(first & await _behind(context)) if first else []
    for kind, id in lost:
        if kind == "agent":
            await staffing.staff_changed(context, id)
        else:
            await _tell_team(context, id)
    return lost


async def _behind(context: Context) -> set[Mended]:
    """Teams and agents whom Redis holds otherwise than the database, or not."""
    async with context.database.read() as tx:
        wanted = {row.id: truth.agent(row) for row in await staff.list_all(tx)}
        settings = {row.id: truth.settings(row) for row in await teams.list_all(tx)}
    known = {state.staff_id: state for state in await agents.states(context.router)}
    held = await routing_teams.states(context.router)
    people = {id for id, agent in wanted.items() if id not in known or not known[id].knows(agent)}
    strangers = {id for id, state in known.items() if id not in wanted and not state.removed}
    return {
        *(("agent", id) for id in people | strangers),
        *(("team", id) for id, row in settings.items() if held.get(id) != row),
    }


async def _tell_team(context: Context, team_id: str) -> None:
    async with context.database.read() as tx:
        row = await teams.get(tx, team_id)
    if row is not None:
        await staffing.team_changed(context, row)


async def _offers(context: Context) -> list[Mended]:
    """Offers that are long over and whose end nobody could write."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> list[offers.Offer]:
        return await offers.expire(tx, at - LATE, at)

    expired = await context.database.transact(work)
    matching.withdraw(context, expired)
    return [("offer", offer.conversation_id) for offer in expired]
