"""Who works here, and in which teams."""

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from chat import roster
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import StaffView, TeamView
from routing import board
from routing.errors import NotReady, Unavailable
from store import staff
from web.answers import answer
from web.edge import Edge, edge_of
from web.security import sessions


class Colleagues(Struct, frozen=True):
    staff: list[StaffView]
    teams: list[TeamView]
    waiting: dict[str, int]
    """How many are in line, by the id of the team; empty while the queue is put in order."""


async def index(request: Request) -> Response:
    """GET /api/colleagues: all of the staff with their state, and all teams; to whom a chat can be given."""
    edge = edge_of(request)
    await sessions.staff_of(request)
    async with edge.database.read() as tx:
        teams = await roster.team_views(tx, None, edge.desk.context.clock.now())
    people = sorted(edge.desk.context.roster.values(), key=lambda one: (one.name.casefold(), one.id))
    return answer(Colleagues(people, teams, await _waiting(edge)))


async def _waiting(edge: Edge) -> dict[str, int]:
    try:
        return {queue.team_id: queue.waiting for queue in await board.queues(edge.desk.context.router)}
    except (NotReady, Unavailable):
        edge.desk.context.stale.set()
        return {}


async def view_of(edge: Edge, staff_id: str) -> StaffView:
    """Return one member of staff as colleagues see them. Raises `Refused(not_found)`."""
    known = edge.desk.context.roster.get(staff_id)
    if known is not None:
        return known
    async with edge.database.read() as tx:
        row = await staff.get(tx, staff_id)
        if row is None:
            raise Refused(Code.NOT_FOUND, "There is no such colleague.")
        return roster.view(row, None)
