"""Teams as the router sees them: how each one's queue is handed out."""

from typing import Literal

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


async def put(router: Router, team: TeamSettings) -> list[Proposal]:
    """Add a team or change one; takes effect on the next decision. A cap that was lowered ends nothing."""
    return await router.call("teams_put", team, list[Proposal])
