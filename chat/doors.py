"""Whether an arrival for a team can wait, and in whose queue: opening hours, fallbacks, who is there."""

from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from chat import attendance, hours
from chat.context import Context
from routing import teams as queues
from routing.errors import NotReady, Unavailable
from store import teams


class Door(NamedTuple):
    """Why it is shut, where it is; `opens_at` when it is closed and will open."""

    team_id: str
    shut: Literal["", "closed", "nobody", "full"]
    opens_at: datetime | None = None
    zone: str = "UTC"

    def words(self) -> str:
        """What a customer is told who cannot wait now; empty: the site's own words say it all."""
        kept = "Your message is kept, and we answer it as soon as we can."
        if self.shut == "full":
            return f"So many are waiting just now that we cannot take one more chat. {kept}"
        if self.shut != "closed":
            return ""
        if self.opens_at is None:
            return f"We are closed. {kept}"
        local = self.opens_at.astimezone(ZoneInfo(self.zone))
        return f"We are closed, and open again on {local:%A, %-d %B, %H:%M} ({self.zone}). {kept}"

    def payload(self) -> dict[str, str | int | None]:
        """The same for a screen that says it in its own words."""
        opens_at = self.opens_at.isoformat() if self.opens_at else None
        return {"reason": self.shut, "opens_at": opens_at} if self.shut in ("closed", "full") else {}


async def ask(context: Context, team_id: str, at: datetime) -> Door:
    """Where an arrival for a team goes now. How long its queue is, `entries.enter` decides."""
    async with context.database.read() as tx:
        team = await teams.get(tx, team_id)
    if team is not None:
        opens_at = hours.next_opening(team.hours, team.time_zone, team.holidays, at)
        if opens_at != at:
            return Door(team_id, "closed", opens_at, team.time_zone)
    if await attendance.attended(context, team_id):
        return Door(team_id, "")
    try:
        admission = await queues.admit(context.router, team_id)
    except (NotReady, Unavailable):
        context.stale.set()
        return Door(team_id, "nobody")
    return Door(admission.team_id, "" if admission.attended else "nobody")
