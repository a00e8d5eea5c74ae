"""Conversations that wait: entering the queue, leaving it, the place in line."""

from collections.abc import Sequence

from msgspec import Struct

from routing import estimates
from routing.errors import QueueFull
from routing.proposals import Proposal
from routing.router import Router


class Visit(Struct, frozen=True):
    """One visit of a conversation to a team's queue."""

    conversation_id: str
    episode: int
    """Rises with each visit; an older one than Redis knows is ignored."""
    team_id: str
    priority: int
    """0–1000, the higher first."""
    first_at_ms: int
    """When the conversation first asked; requeues keep it."""
    weight: int
    """Hundredths of a chat."""
    epoch: int
    wanted_staff: str = ""
    """Who gets it if they are in the team and free; else the normal rule."""
    skip: list[str] = []
    """Who is passed over while somebody else fits."""
    present: bool = True
    """False: the customer is not connected; keeps the place and is passed over."""
    language: str = ""
    """Asked of the agent while anybody at work in the team speaks it."""
    skills: dict[str, int] = {}
    """Name → least level; asked of the agent until the team's `relax_ms` have passed."""
    entered_at_ms: int = 0
    """When this visit began: what `relax_ms` and `overflow_ms` count from; 0 is now."""
    been: list[str] = []
    """Teams in whose queue it was while it waited: it does not overflow there again."""
    refusable: bool = False
    """A new arrival, which a full queue turns away."""


class Place(Struct, frozen=True):
    """Where a conversation stands in its team's queue."""

    conversation_id: str
    team_id: str
    position: int
    """1 is next."""
    wait_low_seconds: int | None
    wait_high_seconds: int | None
    """The range that holds four waits of five; None while too little was measured."""


async def enter(router: Router, visit: Visit) -> list[Proposal]:
    """Put a conversation in line, or back in line, and match.

    What Redis held of it (an assignment, a claim, an offer) is freed first. The same or an older episode
    again changes nothing. Raises QueueFull for one that is `refusable` where nobody can have it at once and
    the queue has its largest size already; NotReady, Unavailable.
    """
    entered = await router.call("entries_enter", visit, _Entered)
    if entered.full:
        raise QueueFull(visit.team_id)
    return entered.proposals


async def leave(
    router: Router, conversation_id: str, epoch: int | None = None
) -> tuple[bool, list[Proposal]]:
    """Take a waiting, offered or claimed conversation out of the queue; an assigned one stays.

    `epoch` is the one that the database gave the leaving: told late, it leaves a newer visit alone.
    Returns whether it was there, and what the freed capacity led to.
    """
    left = await router.call("entries_leave", {"id": conversation_id, "epoch": epoch}, _Left)
    return left.there, left.proposals


async def position(router: Router, conversation_ids: Sequence[str]) -> list[Place]:
    """Where these stand, in one script; those that do not wait are left out."""
    if not conversation_ids:
        return []
    found = await router.call("entries_position", {"ids": list(conversation_ids)}, _Found)
    ranges = {team.team_id: team for team in found.teams}
    return [_place(rank, ranges[rank.team_id]) for rank in found.ranks]


class _Entered(Struct):
    full: bool
    proposals: list[Proposal]


class _Left(Struct):
    there: bool
    proposals: list[Proposal]


class _Rank(Struct):
    id: str
    team_id: str
    rank: int


class _Found(Struct):
    ranks: list[_Rank]
    teams: list[estimates.Flow]


def _place(rank: _Rank, flow: estimates.Flow) -> Place:
    low, high = estimates.wait_seconds(flow, rank.rank + 1) or (None, None)
    return Place(rank.id, rank.team_id, rank.rank + 1, low, high)
