"""Which backups stay: the newest of each of the last hours, days, weeks and months. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

SPAN: Final = {"h": "hourly", "d": "daily", "w": "weekly", "m": "monthly"}
YOUNG: Final = timedelta(hours=1)


class Keep(Struct, frozen=True):
    """How many hours, days, weeks and months stay, counting only those that have a backup."""

    hourly: int = 24
    daily: int = 7
    weekly: int = 5
    monthly: int = 12


class Kept(Struct, frozen=True):
    """A backup as this rule sees it. `at`: when it was made, aware."""

    name: str
    at: datetime
    verified: bool


def parse(words: str) -> Keep:
    """Read `24h 7d 5w 12m`; what is left out is 0. Raises ValueError."""
    found: dict[str, int] = {}
    for word in words.split():
        match = re.fullmatch(r"(\d{1,4})([hdwm])", word)
        if match is None or SPAN[match[2]] in found:
            raise ValueError("is written like 24h 7d 5w 12m")
        found[SPAN[match[2]]] = int(match[1])
    return Keep(**{name: found.get(name, 0) for name in SPAN.values()})


def kept(backups: Iterable[Kept], keep: Keep) -> set[str]:
    """The names of those that stay.

    In each span the newest verified one stays for it, the newest of all only where none was verified: a
    copy that nobody could read must not push out one that is known to be good. The newest verified and
    the newest of all stay whatever the numbers say; and so does what was made within an hour before that,
    lest one made by hand goes as soon as the next one is made by itself.
    """
    # A verified backup is preferred over a later one of the same span.
    ordered = sorted(backups, key=lambda one: (one.at, one.name), reverse=True)
    stays: set[str] = set()
    for span, number in _spans(keep):
        best: dict[tuple[int, ...], Kept] = {}
        for one in ordered:
            chosen = best.setdefault(span(one.at.astimezone(UTC)), one)
            if one.verified and not chosen.verified:
                best[span(one.at.astimezone(UTC))] = one
        stays |= {best[key].name for key in sorted(best, reverse=True)[:number]}
    stays |= {one.name for one in ordered if ordered[0].at - one.at < YOUNG}
    stays |= {one.name for one in [one for one in ordered if one.verified][:1]}
    return stays


def _spans(keep: Keep) -> list[tuple[Callable[[datetime], tuple[int, ...]], int]]:
    return [
        (lambda at: (at.year, at.month, at.day, at.hour), keep.hourly),
        (lambda at: (at.year, at.month, at.day), keep.daily),
        (lambda at: tuple(at.isocalendar())[:2], keep.weekly),
        (lambda at: (at.year, at.month), keep.monthly),
    ]
