"""The snapshot that a console starts from; the feed of events goes on from it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from chat import offering, roster, views
from chat.access import Staff
from chat.context import Context
from chat.errors import Refused
from chat.protocol import PROTOCOL
from chat.protocol.codes import Code
from chat.protocol.events import StaffWelcomed
from chat.protocol.views import LostChat
from store import assignments, conversations

JoinTeams = Callable[[list[str]], Awaitable[None]]
TOLD: Final = timedelta(hours=12)
MOST_LOST: Final = 20


async def staff(context: Context, me: Staff, ref: str, join: JoinTeams) -> StaffWelcomed:
    """Subscribe first, then read: what changes in between may be in both, and its event comes after this."""
    await context.refresh_roster()
    at = context.clock.now()
    async with context.database.read() as tx:
        seen = await roster.team_views(tx, me.scope, at)
    await join([team.id for team in seen])
    async with context.database.read() as tx:
        teams = await roster.team_views(tx, me.scope, at)
        mine = await conversations.of_assignee(tx, me.id)
        unassigned = await conversations.list_open(tx, me.scope, ["waiting", "message"])
        offers = await offering.open_of(tx, me.id, context.clock.now())
        lost = await assignments.lost_by(tx, me.id, at - TOLD, MOST_LOST)
    view = context.roster.get(me.id)
    if view is None:
        raise Refused(Code.UNAUTHENTICATED)
    return StaffWelcomed(
        ref=ref,
        protocol=PROTOCOL,
        at=context.clock.now(),
        me=view,
        teams=teams,
        staff=sorted(context.roster.values(), key=lambda member: member.name),
        mine=[views.summary(row) for row in mine],
        unassigned=[views.summary(row) for row in unassigned],
        offers=offers,
        lost=[LostChat(row.conversation_id, row.number, row.customer_name, row.at) for row in lost],
    )
