"""Whether a team has anybody to answer: somebody available and present, at capacity or not."""

from chat.context import Context


async def attended(context: Context, team_id: str) -> bool:
    """By the roster as this process saw it last; before it says no, it looks again."""
    if _somebody(context, team_id):
        return True
    await context.refresh_roster()
    return _somebody(context, team_id)


def _somebody(context: Context, team_id: str) -> bool:
    return any(
        member.availability == "available" and member.present and team_id in member.teams
        for member in context.roster.values()
    )
