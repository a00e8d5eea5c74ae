"""Judging a run by its evidence: both screens, the ticket's thread, the acks, the assignments.

Pure functions; what each counts stands at it. They take no word for it: a message counts as arrived
when its text stands where it belongs, whatever the service acknowledged.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from web.replay.dialogues import Side
from web.replay.play import Hold, Play
from web.replay.screen import Line, Screen

Said = tuple[Side, str]
FULL: Final = 100
"""What one chat weighs, in hundredths."""


class Findings(Struct):
    """What is wrong; all zero for a good run."""

    lost: int = 0
    """Messages that were sent and are missing in the thread or on a screen, each counted once."""
    duplicated: int = 0
    """Messages that stand twice, and entries that were delivered twice on the wire."""
    reordered: int = 0
    """Messages that stand after one that was said later, and entries that came before an earlier one."""
    altered: int = 0
    """Lines in a thread whose text nobody said."""
    unacked: int = 0
    """Acknowledged messages that do not stand at the seq that was acknowledged."""
    overlapping: int = 0
    """Times that a conversation had two agents at once."""
    over_capacity: int = 0
    """Times that an agent was given a chat beyond capacity."""
    unfinished: int = 0
    """Conversations that did not come to their end."""

    def clean(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__)

    def add(self, other: "Findings") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Comparison(Struct):
    """How a sequence of lines differs from what was said. `missing`: indexes of turns."""

    missing: set[int]
    extra: int
    foreign: int
    reordered: int


def compare(said: Sequence[Said], lines: Iterable[Said]) -> Comparison:
    """Match lines with the turns that were said, the k-th equal line with the k-th equal turn.

    A line beyond the turns that are equal to it is `extra`; one that equals none is `foreign`; one
    whose turn was said before that of a line above it is `reordered`.
    """
    waiting: defaultdict[Said, deque[int]] = defaultdict(deque)
    for index, turn in enumerate(said):
        waiting[turn].append(index)
    known = set(waiting)
    extra = foreign = reordered = 0
    latest = -1
    for line in lines:
        if waiting.get(line):
            index = waiting[line].popleft()
            reordered += index < latest
            latest = max(latest, index)
        elif line in known:
            extra += 1
        else:
            foreign += 1
    missing = {index for indexes in waiting.values() for index in indexes}
    return Comparison(missing, extra, foreign, reordered)


def examine(play: Play) -> Findings:
    """One conversation, at both ends and in its thread."""
    said = [(side, text) for side, text in play.dialogue.turns]
    # What was never sent cannot be lost; it makes the conversation unfinished.
    sent = [turn for index, turn in enumerate(said) if index in play.sent_at]
    found = Findings(unfinished=int(not play.ended or len(sent) < len(said)))
    missing: set[int] = set()
    for lines in _views(play):
        seen = compare(sent, [(line.side, line.body) for line in lines])
        missing |= seen.missing
        found.duplicated = max(found.duplicated, seen.extra)
        found.reordered = max(found.reordered, seen.reordered)
        found.altered = max(found.altered, seen.foreign)
    found.lost = len(missing)
    found.unacked = _unacked(play)
    for screen in _screens(play):
        found.duplicated += screen.duplicates
        found.reordered += screen.gaps
    found.overlapping = overlaps(play.holds)
    return found


def overlaps(holds: Sequence[Hold]) -> int:
    """How often somebody was given a conversation while somebody held it. An end and a beginning at the
    same instant do not overlap."""
    ordered = sorted(holds, key=lambda hold: hold.started_at)
    return sum(
        1
        for index, later in enumerate(ordered)
        for former in ordered[:index]
        if former.ended_at is None or former.ended_at > later.started_at
    )


def overloads(holds: Iterable[Hold], capacity: int) -> int:
    """How often an agent was given a chat while already holding `capacity` (in hundredths) of them."""
    by_agent: defaultdict[str, list[Hold]] = defaultdict(list)
    for hold in holds:
        by_agent[hold.staff_id].append(hold)
    return sum(_overloads(held, capacity // FULL) for held in by_agent.values())


def _overloads(holds: list[Hold], chats: int) -> int:
    # At one instant ends come before beginnings: that slot was free when it was given.
    steps = [(hold.started_at, 1) for hold in holds]
    steps += [(hold.ended_at, -1) for hold in holds if hold.ended_at is not None]
    held = over = 0
    for _, step in sorted(steps):
        held += step
        over += step > 0 and held > chats
    return over


def _views(play: Play) -> list[list[Line]]:
    """Where each message must stand. The last agent saw the whole conversation, whoever began it."""
    views = [play.thread] if play.ended else []
    if play.customer is not None:
        views.append(play.customer.lines)
    if play.agents:
        views.append(list(play.agents.values())[-1].lines)
    return views


def _screens(play: Play) -> list[Screen]:
    return ([play.customer] if play.customer else []) + list(play.agents.values())


def _unacked(play: Play) -> int:
    if not play.ended:
        return 0
    stands = Counter((line.seq, line.side, line.body) for line in play.thread)
    return sum(1 for index, seq in play.acked.items() if (seq, *play.dialogue.turns[index]) not in stands)
