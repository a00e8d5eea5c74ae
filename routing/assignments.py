"""Conversations that an agent holds."""

from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router


class Assignment(Struct, frozen=True):
    """Who holds a conversation, as the database says."""

    conversation_id: str
    staff_id: str
    epoch: int
    team_id: str
    weight: int
    episode: int = 0
    """The last visit to the queue; a requeue must name a higher one."""


class WrapUp(Struct, frozen=True):
    """Capacity that an ended chat still holds."""

    conversation_id: str
    staff_id: str
    team_id: str
    weight: int
    until_ms: int


async def put(
    router: Router,
    conversation_id: str,
    staff_id: str,
    epoch: int,
    team_id: str,
    weight: int,
    episode: int = 0,
) -> list[Proposal]:
    """State that the database has this assignment, whatever Redis held; asks no capacity.

    To give a conversation to an agent within capacity use `claims.take`. An epoch older than known here
    changes nothing.
    """
    row = Assignment(conversation_id, staff_id, epoch, team_id, weight, episode)
    return await router.call("assignments_put", row, list[Proposal])


async def end(
    router: Router, conversation_id: str, wrap_up_ms: int | None = None, epoch: int | None = None
) -> list[Proposal]:
    """Forget a conversation in whatever state, free its agent and match in the same step.

    `wrap_up_ms` keeps the capacity of the agent who held it so long; None is the team's own time.
    `epoch` is the one that the database gave the end: told late, it leaves a newer holder alone.
    """
    named = {"id": conversation_id, "wrap_up": wrap_up_ms, "epoch": epoch}
    return await router.call("assignments_end", named, list[Proposal])
