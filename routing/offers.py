"""Offers: timed proposals that an agent accepts or declines."""

from typing import Literal

from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router


class Gone(Struct, frozen=True, tag="gone"):
    """The offer cannot be accepted any more."""

    reason: Literal["ended", "accepted"]
    """`accepted`: by this agent already (another tab), the claim is under way; `ended`: all else."""


async def accept(router: Router, offer_id: str, staff_id: str) -> Proposal | Gone:
    """Turn an open offer into a claim with the same id; one winner, any other call gets Gone."""
    answer = await router.call("offers_accept", {"id": offer_id, "staff": staff_id}, _Accepted)
    return answer.claim or Gone("accepted" if answer.claimed else "ended")


async def decline(router: Router, offer_id: str, staff_id: str) -> list[Proposal]:
    """Send the conversation back to its old place; this agent is skipped while somebody else fits.

    An offer that is not open to this agent is left alone.
    """
    return await router.call("offers_decline", {"id": offer_id, "staff": staff_id}, list[Proposal])


class _Accepted(Struct):
    claim: Proposal | None = None
    claimed: bool = False
