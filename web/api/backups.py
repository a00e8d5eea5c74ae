"""Which backups there are, and whether the last one can be relied on."""

from datetime import datetime

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from store import backups as records
from store import engines
from web import backup_watch
from web.answers import answer
from web.backup_watch import Outlook
from web.edge import edge_of
from web.security import sessions


class BackupView(Struct, frozen=True, kw_only=True):
    """One try. `error`: why there is no backup of it; `finding`: what the last look found wrong."""

    name: str
    place: str
    began_at: datetime
    made_at: datetime | None
    size: int
    sealed: bool
    error: str
    verified_at: datetime | None
    looked_at: datetime | None
    finding: str


class BackupsView(Struct, frozen=True, kw_only=True):
    """`hours`: how often one is made, 0 when none by itself; `ship_seconds`: how often what was committed is
    copied in between, 0 where that is left to PostgreSQL's own archive."""

    outlook: Outlook
    hours: float
    ship_seconds: float
    kind: str
    backups: list[BackupView]


async def index(request: Request) -> Response:
    """GET /api/backups: what was made and verified, the newest first. For admins."""
    edge = edge_of(request)
    await sessions.admin_of(request)
    outlook = await backup_watch.look(edge.backups, edge.database, edge.desk.context.clock.now())
    async with edge.database.read() as tx:
        rows = await records.recent(tx)
    view = BackupsView(
        outlook=outlook,
        hours=edge.settings.backup_hours,
        ship_seconds=edge.settings.backup_ship_seconds if edge.backups.ships else 0,
        kind="sqlite" if engines.is_sqlite(edge.settings.database) else "postgresql",
        backups=[
            BackupView(**{name: getattr(row, name) for name in BackupView.__struct_fields__}) for row in rows
        ],
    )
    return answer(view)


async def outlook(request: Request) -> Response:
    """GET /api/backups/outlook: whether there is something to worry about. For supervisors."""
    edge = edge_of(request)
    await sessions.supervisor_of(request)
    return answer(await backup_watch.look(edge.backups, edge.database, edge.desk.context.clock.now()))
