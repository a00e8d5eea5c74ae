"""What the comparison of the queue with the database had to mend, for supervisors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from store import conversations, mendings, staff, teams
from store.mendings import Mending
from web.answers import answer
from web.edge import edge_of
from web.security import sessions

SHOWN: Final = 50


class MendingView(Struct, frozen=True):
    """`kind`: see `chat.rebuilding`. `name`: a ticket's number or a name; empty when it is gone."""

    at: datetime
    kind: str
    name: str


class Mendings(Struct, frozen=True):
    mendings: list[MendingView]


async def index(request: Request) -> Response:
    """GET /api/mendings: the newest first, at most 50."""
    await sessions.supervisor_of(request)
    async with edge_of(request).database.read() as tx:
        found = await mendings.recent(tx, SHOWN)
        names = await _names(tx, found)
    shown = [MendingView(one.at, one.kind, names.get(one.subject_id, "")) for one in found]
    return answer(Mendings(shown))


async def _names(tx: AsyncConnection, found: Sequence[Mending]) -> dict[str, str]:
    ids = sorted({one.subject_id for one in found})
    chats = await conversations.many(tx, ids)
    people = await staff.many(tx, ids)
    return {
        **{row.id: f"#{row.number}" for row in chats.values()},
        **{person.id: person.name for person in people.values()},
        **{team.id: team.name for team in await teams.list_all(tx)},
    }
