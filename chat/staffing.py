"""Teams and staff change: the very next decision goes by it."""

from chat import matching, sweeping, truth
from chat.context import Context
from routing import agents, teams
from routing.errors import NotReady, Unavailable
from store import staff
from store.teams import Team


async def team_changed(context: Context, row: Team) -> None:
    """A team was made or its settings were changed."""
    await matching.after(context, teams.put(context.router, truth.settings(row)))
    await context.refresh_roster()


async def staff_changed(context: Context, staff_id: str) -> None:
    """Somebody was hired or disabled, or their teams or capacity were changed.

    What a disabled agent held goes back in line at once.
    """
    async with context.database.read() as tx:
        row = await staff.get(tx, staff_id)
    if row is not None and row.disabled_at is None:
        await matching.after(context, agents.put(context.router, truth.agent(row)))
    else:
        await _remove(context, staff_id)
    await context.refresh_roster()


async def _remove(context: Context, staff_id: str) -> None:
    try:
        swept = await agents.remove(context.router, staff_id)
    except (NotReady, Unavailable):
        # The next comparison finds that the account is disabled.
        context.stale.set()
        return
    await sweeping.carry_out(context, swept)
