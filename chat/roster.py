"""Who of the staff is there, as colleagues see it: SQL says who they are, Redis how they stand.

One pass a second in each process; only what changed is told: to the staff connected here, and to the widgets
whether somebody is there for them. Teams are told of the same way, since they open and close without
anybody's doing.
"""

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import hours, rooms
from chat.context import Context
from chat.doors import Door
from chat.protocol.codec import encode
from chat.protocol.events import SiteChanged, StaffChanged, TeamChanged
from chat.protocol.views import SiteView, StaffView, TeamView, Topic
from routing import agents
from routing.agents import AgentState
from routing.errors import NotReady, Unavailable
from store import sites, staff, teams
from store.sites import Site
from store.staff import Staff
from store.teams import Team


class Roster:
    """Keeps `context.roster` and `context.doors` current, and the widgets of each site with them."""

    def __init__(self, context: Context):
        self._context = context
        self._shown: dict[str, SiteView] = {}
        self._teams: dict[str, TeamView] = {}
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Read, compare, tell. Who asks while that runs shares the pass after it: what they have just
        changed, this one may have read before."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[None] | None) -> None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        await self._refresh()

    async def _refresh(self) -> None:
        try:
            states = {state.staff_id: state for state in await agents.states(self._context.router)}
        except (NotReady, Unavailable):
            self._context.stale.set()
            return
        async with self._context.database.read() as tx:
            members = await staff.list_all(tx)
            places = await sites.list_all(tx)
            groups = await teams.list_all(tx)
        await self._context.doors.refresh(groups)
        fresh = {row.id: view(row, states.get(row.id)) for row in members}
        before, self._context.roster = self._context.roster, fresh
        for staff_id, member in fresh.items():
            if before.get(staff_id) != member:
                self._context.hub.post([rooms.DESK], encode(StaffChanged(staff=member)))
        for site in places:
            self._tell_site(site)
        for team in groups:
            self._tell_team(team_view(team, self._context.clock.now()))

    def _tell_site(self, site: Site) -> None:
        shown = site_view(self._context, site)
        if self._shown.get(site.id, shown) != shown:
            self._context.hub.post([rooms.site(site.id)], encode(SiteChanged(site=shown)))
        self._shown[site.id] = shown

    def _tell_team(self, team: TeamView) -> None:
        if self._teams.get(team.id, team) != team:
            self._context.hub.post([rooms.team(team.id)], encode(TeamChanged(team=team)))
        self._teams[team.id] = team


def view(row: Staff, state: AgentState | None) -> StaffView:
    return StaffView(
        id=row.id,
        name=row.name,
        role=row.role,
        teams=list(row.team_ids),
        availability=row.availability,
        since=row.availability_since,
        present=state.present if state else False,
        load=state.load if state else 0,
        capacity=row.capacity,
    )


def site_view(context: Context, site: Site) -> SiteView:
    door = context.doors.of(site.default_team_id)
    topics = [_topic(topic, context.doors.of(topic.team_id or site.default_team_id)) for topic in site.topics]
    shut = bool(door.shut) or not all(topic.attended for topic in topics)
    return SiteView(
        key=site.key,
        name=site.name,
        color=site.color,
        topics=topics,
        attended=not door.shut,
        notice=site.away_notice if shut else "",
        opens_at=door.opens_at,
    )


def _topic(topic: sites.Topic, door: Door) -> Topic:
    return Topic(topic.key, topic.label, attended=not door.shut, opens_at=door.opens_at)


def team_view(row: Team, at: datetime) -> TeamView:
    opens_at = hours.next_opening(row.hours, row.time_zone, row.holidays, at)
    closed = opens_at != at
    return TeamView(
        id=row.id,
        name=row.name,
        assignment=row.assignment,
        offer_timeout_seconds=row.offer_timeout_seconds,
        wait_target_seconds=row.wait_target_seconds,
        paused=row.paused,
        closed=closed,
        opens_at=opens_at if closed else None,
        queue_max=row.queue_max,
    )


async def team_views(tx: AsyncConnection, team_ids: list[str] | None, at: datetime) -> list[TeamView]:
    """The teams by id, or all, as of `at`."""
    return [team_view(row, at) for row in await teams.list_all(tx) if team_ids is None or row.id in team_ids]
