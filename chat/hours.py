"""Business hours: whether a team is open, and when it opens next. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD_DAYS: Final = 400
"""How far ahead an opening is looked for: a year of holidays, and some."""

Week = Mapping[str, Sequence[Sequence[str]]]
"""Day → intervals ["09:00", "17:30"] of local time; "24:00" is midnight, and an end before its start is on
the next day."""


class Turn(NamedTuple):
    """How it stands, and when to look again: the end of this interval, or the next opening; None where it
    does not open within a year."""

    open: bool
    next_at: datetime | None


def turn(week: Week | None, zone: str, holidays: Sequence[str], at: datetime) -> Turn:
    """Whether it is open, and until when that holds; times in UTC.

    `week` None: always open. `holidays`: local dates (YYYY-MM-DD) on which nothing opens. `at` is aware.
    Where clocks change, an interval lasts from its local start to its local end, however long that is.
    """
    if week is None:
        return Turn(True, None)
    if not any(week.values()):
        return Turn(False, None)
    local = ZoneInfo(zone)
    # An interval of yesterday may last until today.
    first = at.astimezone(local).date() - timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(AHEAD_DAYS)):
        if day.isoformat() in holidays:
            continue
        for start, end in sorted(_intervals(week, day, local)):
            if at < end:
                return Turn(start <= at, end if start <= at else start)
    return Turn(False, None)


def next_opening(week: Week | None, zone: str, holidays: Sequence[str], at: datetime) -> datetime | None:
    """`at` itself while open, else when it opens next; None where that is not within a year."""
    now = turn(week, zone, holidays, at)
    return at if now.open else now.next_at


def _intervals(week: Week, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in week.get(DAYS[day.weekday()], ()):
        start, end = _at(day, opens, zone), _at(day, closes, zone)
        yield start, end if start < end else _at(day + timedelta(days=1), closes, zone)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    midnight = datetime.combine(day, time(0), zone)
    days, hours = divmod(hours, 24)
    return (midnight + timedelta(days=days)).replace(hour=hours, minute=minutes).astimezone(UTC)
