"""Teams as the router sees them: how each one's queue is handed out."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router

Strategy = Literal["least_loaded", "longest_idle", "round_robin", "most_skilled"]


class TeamSettings(Struct, frozen=True):
    """How a team's queue is handed out."""

    team_id: str
    assignment: Literal["automatic", "offered"] = "automatic"
    offer_timeout_ms: int = 30_000
    strategy: Strategy = "least_loaded"
    capacity: int | None = None
    """The most an agent may carry in this team, hundredths; None: only the agent's own capacity."""
    wrap_up_ms: int = 0
    """How long an ended chat holds its capacity, where `assignments.end` names no time."""
    ask_again_ms: int = 2_000
    """How long a conversation that nobody else can take rests before its decliners are asked again.
    Without a pause, a client that declines by itself would make offers as fast as Redis answers."""
    relax_ms: int | None = None
    """How long only agents with the language and skills asked for are considered; afterwards they come
    first, but anybody of the team may have it. None: for as long as it takes. What was relaxed stays so."""
    overflow_team_id: str = ""
    overflow_ms: int | None = None
    """After this long in line here, `sweeps.Swept.overflowed` tells to move it there, while somebody is at
    work there, the queue is not full or paused, and it has not been there before."""
    fallback_team_id: str = ""
    """Who gets arrivals while nobody here is at work."""
    queue_max: int | None = None
    """The most who may wait, for `Visit.refusable` arrivals; who was in line once is never refused."""
    paused: bool = False
    """Nothing is handed out by itself; a named agent may still take."""


async def put(router: Router, team: TeamSettings) -> list[Proposal]:
    """Add a team or change one; takes effect on the next decision. A cap that was lowered ends nothing."""
    return await router.call("teams_put", team, list[Proposal])


async def states(router: Router) -> dict[str, TeamSettings]:
    """The settings that Redis holds, by the team's id."""
    rows = await router.call("teams_states", {}, list[dict[str, Any]])
    # Lua keeps no field of nothing, and a time without a default would come back as the default.
    return {row["team_id"]: msgspec.convert({"relax_ms": None, **row}, TeamSettings) for row in rows}


class Admission(Struct, frozen=True):
    """Where an arrival would wait now."""

    team_id: str
    """The team asked for, or the first of its fallbacks where somebody is at work."""
    attended: bool
    """Somebody there is available and present, with room or not."""
    full: bool
    """The queue has its largest size: only who can be served at once gets in."""
    paused: bool
    staffed: bool
    """Somebody is at work in the team asked for itself: who waits there already has no fallback."""
    settling: bool
    """Redis was filled just now, or stood still: somebody may be at work who was not heard of yet."""


async def admit(router: Router, team_ids: Sequence[str], closed: Sequence[str] = ()) -> dict[str, Admission]:
    """Ask where arrivals for these teams would wait. Those `closed` take nobody over.

    Fallbacks that lead in a circle end at the team itself. Raises NotReady, Unavailable.
    """
    if not team_ids:
        return {}
    asked = {"ids": list(team_ids), "closed": list(closed)}
    found = await router.call("teams_admit", asked, list[Admission])
    return dict(zip(team_ids, found, strict=True))
