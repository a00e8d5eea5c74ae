"""Conversations that wait: entering the queue, leaving it, the place in line."""

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from routing.errors import QueueFull
from routing.proposals import Proposal
from routing.router import Router

_LOT: Final = 100
"""Places asked for in one script, so that it is done in a millisecond or so whoever asks for how many."""


class Visit(Struct, frozen=True, omit_defaults=True):
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
    wait_low_seconds: int | None = None
    wait_high_seconds: int | None = None
    """The range that holds four waits of five; None while too little was measured, or nobody works."""


async def enter(router: Router, visit: Visit) -> list[Proposal]:
    """Put a conversation in line, or back in line, and match.

    What Redis held of it (an assignment, a claim, an offer) is freed first. The same episode again follows
    in priority and weight, at its first time; an older one changes nothing. Raises QueueFull for one that is
    `refusable` where nobody can have it at once and the queue has its largest size already; NotReady,
    Unavailable.
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
    """Where these stand; those that do not wait are left out."""
    lots = [{"ids": conversation_ids[at : at + _LOT]} for at in range(0, len(conversation_ids), _LOT)]
    found = await asyncio.gather(*[router.call("entries_position", lot, list[Place]) for lot in lots])
    return [place for places in found for place in places]


class _Entered(Struct, array_like=True):
    full: bool
    proposals: list[Proposal]


class _Left(Struct):
    there: bool
    proposals: list[Proposal]
