"""The supervisors' board: one snapshot a process a second, encoded once for all who watch."""

import asyncio
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import rooms, roster, views
from chat.clock import from_ms
from chat.context import Context
from chat.protocol.codec import encode
from chat.protocol.events import BoardShown
from chat.protocol.views import AgentRow, Board, TeamRow
from routing import agents
from routing import board as live
from routing.agents import AgentState
from routing.board import QueueState
from routing.errors import NotReady, Unavailable
from store import assignments, conversations, mendings, teams, visits
from store.teams import Team
from store.visits import Recent

WINDOW: Final = timedelta(minutes=30)
MENDED_WINDOW: Final = timedelta(hours=24)
MOST_CHATS: Final = 200


async def show(context: Context) -> None:
    """One pass, each second; costs nothing where nobody watches."""
    if not context.hub.members(rooms.BOARD):
        return
    try:
        queues, states = await asyncio.gather(live.queues(context.router), agents.states(context.router))
    except (NotReady, Unavailable):
        # The watchers see the board grow old, which is the truth, until the rebuild is done.
        context.stale.set()
        return
    async with context.database.read() as tx:
        board = await snapshot(context, tx, queues, states)
    context.hub.post([rooms.BOARD], encode(BoardShown(board=board)))


async def snapshot(
    context: Context, tx: AsyncConnection, queues: list[QueueState], states: list[AgentState]
) -> Board:
    """The board as of now."""
    at = context.clock.now()
    recent = await visits.recent(tx, None, at - WINDOW)
    by_team = {queue.team_id: queue for queue in queues}
    team_rows = [
        _team_row(context, team, by_team.get(team.id), recent.get(team.id))
        for team in await teams.list_all(tx)
    ]
    held = {state.staff_id: state.conversation_ids for state in states}
    replies = await assignments.last_replies(tx, list(context.roster))
    agent_rows = [
        AgentRow(staff=member, chats=held.get(member.id, []), last_reply_at=replies.get(member.id))
        for member in context.roster.values()
        if member.role == "agent" or held.get(member.id) or member.availability != "offline"
    ]
    chats = await conversations.list_open(tx, None, ["waiting", "assigned"], MOST_CHATS)
    return Board(
        at=at,
        teams=team_rows,
        agents=agent_rows,
        chats=[views.summary(row) for row in chats],
        mended=await mendings.count(tx, at - MENDED_WINDOW),
        compared_at=context.compared_at,
    )


def _team_row(context: Context, team: Team, queue: QueueState | None, recent: Recent | None) -> TeamRow:
    waiting = queue.waiting if queue else 0
    seen = roster.team_view(team, context.clock.now())
    oldest = queue.oldest_first_at_ms if queue else None
    longest = (
        None if oldest is None else max(0, (context.clock.now() - from_ms(oldest)) // timedelta(seconds=1))
    )
    return TeamRow(
        team_id=team.id,
        name=team.name,
        waiting=waiting,
        longest_wait=longest,
        average_wait=_seconds(recent),
        service_level=service_level(recent),
        service_percent=team.service_percent,
        active=queue.active if queue else 0,
        abandoned=recent.abandoned if recent else 0,
        missed=recent.missed if recent else 0,
        arrived=recent.arrived if recent else 0,
        available=queue.available if queue else 0,
        away=queue.away if queue else 0,
        full=queue.full if queue else 0,
        alert_depth=team.alert_depth,
        alert_wait_seconds=team.alert_wait_seconds,
        alerts=_alerts(team, waiting, longest),
        queue_max=team.queue_max,
        paused=seen.paused,
        closed=seen.closed,
        opens_at=seen.opens_at,
    )


def _seconds(recent: Recent | None) -> int | None:
    if recent is None or recent.average_wait_seconds is None:
        return None
    return round(recent.average_wait_seconds)


def service_level(recent: Recent | None) -> int | None:
    """Percent answered within the team's target; who left before it was over does not count against it."""
    counted = recent.in_time + recent.late if recent else 0
    return 100 * recent.in_time // counted if recent and counted else None


def _alerts(team: Team, waiting: int, longest: int | None) -> list[Literal["depth", "wait"]]:
    raised: list[Literal["depth", "wait"]] = []
    if team.alert_depth is not None and waiting >= team.alert_depth:
        raised.append("depth")
    if team.alert_wait_seconds is not None and longest is not None and longest >= team.alert_wait_seconds:
        raised.append("wait")
    return raised
