"""Whether an arrival for a team can wait, and in whose queue: opening hours, fallbacks, who is there.

What the widget is told beforehand and what an arrival then meets are decided by the same `_door`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from chat import hours
from chat.context import Context
from chat.hours import Turn
from routing import teams as queues
from routing.errors import NotReady, Unavailable
from routing.teams import Admission
from store import teams
from store.teams import Team

KEPT = "Your message is kept, and we answer it as soon as we can."


class Door(NamedTuple):
    """Why it is shut, where it is; `opens_at` when it is closed and will open. `staffed`: somebody is at
    work in the team itself, so that who waits there already waits for somebody."""

    team_id: str
    shut: Literal["", "closed", "nobody", "full"]
    opens_at: datetime | None = None
    zone: str = "UTC"
    staffed: bool = True

    def words(self) -> str:
        """What a customer is told who cannot wait now; empty: the site's own words say it all."""
        if self.shut == "full":
            return f"So many are waiting just now that we cannot take one more chat. {KEPT}"
        if self.shut != "closed":
            return ""
        if self.opens_at is None:
            return f"We are closed. {KEPT}"
        local = self.opens_at.astimezone(ZoneInfo(self.zone))
        return f"We are closed, and open again on {local:%A, %-d %B, %H:%M} ({self.zone}). {KEPT}"

    def payload(self) -> dict[str, str | int | None]:
        """The same for a screen that says it in its own words."""
        opens_at = self.opens_at.isoformat() if self.opens_at else None
        return {"reason": self.shut, "opens_at": opens_at} if self.shut in ("closed", "full") else {}


class _Known(NamedTuple):
    """What was worked out of a team's hours: it holds from `at` until the next turn."""

    team: Team
    at: datetime
    turn: Turn


class Doors:
    """All teams' doors as this process saw them last, at most a second ago, and any door as of now."""

    def __init__(self, context: Context):
        self._context = context
        self._doors: dict[str, Door] = {}
        self._admissions: dict[str, Admission] = {}
        self._turns: dict[str, _Known] = {}

    def of(self, team_id: str) -> Door:
        """As seen last; a team that nobody knows is attended by nobody."""
        return self._doors.get(team_id, Door(team_id, "nobody", staffed=False))

    async def refresh(self, rows: Sequence[Team]) -> None:
        """One pass, each second: what Redis says, and a comparison with the clock."""
        turns = self._turned(rows)
        await self._admit([row.id for row in rows], turns)
        self._doors = {row.id: self._door(row, turns[row.id]) for row in rows}

    async def ask(self, team_id: str) -> Door:
        """Where an arrival for a team goes now. How long its queue is, `entries.enter` decides."""
        async with self._context.database.read() as tx:
            rows = await teams.list_all(tx)
        turns = self._turned(rows)
        await self._admit([team_id], turns)
        return next((self._door(row, turns[row.id]) for row in rows if row.id == team_id), self.of(team_id))

    def _turned(self, rows: Sequence[Team]) -> dict[str, Turn]:
        at = self._context.clock.now()
        self._turns = {row.id: self._turn(row, at) for row in rows}
        return {team_id: known.turn for team_id, known in self._turns.items()}

    def _turn(self, row: Team, at: datetime) -> _Known:
        known = self._turns.get(row.id)
        next_at = known and known.turn.next_at
        if known and next_at and known.team == row and known.at <= at < next_at:
            return known
        return _Known(row, at, hours.turn(row.hours, row.time_zone, row.holidays, at))

    async def _admit(self, team_ids: Sequence[str], turns: Mapping[str, Turn]) -> None:
        closed = [team_id for team_id, turn in turns.items() if not turn.open]
        try:
            found = await queues.admit(self._context.router, team_ids, closed)
        except (NotReady, Unavailable):
            # Whoever was there a second ago most likely still is, and the rebuild puts the arrival in line.
            self._context.stale.set()
        else:
            self._admissions |= {id: self._believed(id, admission) for id, admission in found.items()}

    def _believed(self, team_id: str, found: Admission) -> Admission:
        known = self._admissions.get(team_id)
        if known is None or not found.settling or found.attended:
            return found
        # They are announced within moments, by the processes that they are connected to.
        return replace(found, team_id=known.team_id, attended=known.attended, staffed=known.staffed)

    def _door(self, row: Team, turn: Turn) -> Door:
        admission = self._admissions.get(row.id)
        staffed = admission is not None and admission.staffed
        if not turn.open:
            return Door(row.id, "closed", turn.next_at, row.time_zone, staffed)
        if admission is None or not admission.attended:
            return Door(row.id, "nobody", staffed=staffed)
        return Door(admission.team_id, "", staffed=staffed)
