"""All that a run leaves for the judge: the clients' journals, and what SQL and Redis hold at the end.

Every time is in seconds of CLOCK_MONOTONIC, so that what clients saw and what the service wrote can be
compared.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from tests.faults.records import AnyRecord

Span = tuple[float, float]


class Entry(Struct, frozen=True):
    """A line of a thread, as the database has it."""

    conversation: str
    thread: str
    seq: int
    kind: str
    author: str
    client: str
    at: float
    payload: dict[str, object] = {}


class Conversation(Struct, frozen=True):
    id: str
    customer: str
    team: str
    live: str
    public_head: int
    epoch: int
    weight: int
    assignee: str


class Assignment(Struct, frozen=True):
    conversation: str
    staff: str
    epoch: int
    started_at: float
    ended_at: float | None
    reason: str
    wrapped_up_at: float | None = None
    """Until when the ended chat still held capacity."""


class Visit(Struct, frozen=True):
    """One stay in a team's queue."""

    conversation: str
    episode: int
    team: str
    priority: int
    first_at: float
    entered_at: float
    left_at: float | None
    outcome: str


class Offer(Struct, frozen=True):
    id: str
    conversation: str
    staff: str
    offered_at: float
    ended_at: float | None
    outcome: str


class Staff(Struct, frozen=True):
    """capacity: in hundredths of a chat."""

    id: str
    capacity: int
    teams: list[str]


class Bounds(Struct, frozen=True):
    """What counts as too long, in seconds.

    pairing: for how long somebody may wait beside an agent who is free (the table's δ, and what a commit
    takes on the machine that runs the bench). waiting: from asking to being paired, gone or told closed.
    clock: by how much the times of two processes may differ.
    """

    pairing: float = 0.1
    waiting: float = 60.0
    clock: float = 0.05


class Evidence(Struct, frozen=True, kw_only=True):
    """differences: on what SQL and Redis still disagreed when all was quiet.

    unsettled: when the fault, or the getting over it, may keep customers and agents apart: there nobody
    is late, and the order of pairing is not judged.
    """

    records: list[AnyRecord]
    conversations: list[Conversation] = []
    entries: list[Entry] = []
    assignments: list[Assignment] = []
    visits: list[Visit] = []
    offers: list[Offer] = []
    staff: list[Staff] = []
    differences: list[str] = []
    unsettled: list[Span] = []
    ended_at: float = 0.0
    bounds: Bounds = Bounds()


class Violation(Struct, frozen=True):
    """invariant: its number in the list of thirteen; 0: something else that the row promised."""

    invariant: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    said: str
    subject: str = ""
    """The conversation, client or offer that shows it."""


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of some spans of time outside of others."""
    left = [span for span in spans if span[1] > span[0]]
    for hole_from, hole_to in holes:
        cut = []
        for start, end in left:
            if hole_to <= start or hole_from >= end:
                cut.append((start, end))
                continue
            if start < hole_from:
                cut.append((start, hole_from))
            if hole_to < end:
                cut.append((hole_to, end))
        left = cut
    return left


def common(ones: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """When both hold."""
    found = []
    others = list(others)
    for start, end in ones:
        for other_start, other_end in others:
            both = max(start, other_start), min(end, other_end)
            if both[0] < both[1]:
                found.append(both)
    return sorted(found)
