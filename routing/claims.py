"""Claims: capacity reserved for one conversation, until the database has agreed or refused."""

from typing import Literal

from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router


class Refusal(Struct, frozen=True):
    """Why a named agent does not get the conversation."""

    code: Literal["at_capacity", "already_taken", "not_available", "not_found"]
    staff_id: str = ""
    """Already taken: by whom."""


async def take(
    router: Router,
    conversation_id: str,
    staff_id: str,
    epoch: int,
    force: bool = False,
    *,
    own: bool = False,
    team_id: str = "",
    weight: int = 100,
) -> Proposal | Refusal:
    """Reserve a named agent for a conversation: Take, take-over, reassignment, transfer to an agent.

    It may wait, be offered to somebody (that offer is withdrawn) or, with `force`, be held by somebody
    (who keeps it until the claim is confirmed). The agent need not be of the team, but never goes above
    capacity, and must be available and present unless it is their `own` doing. A conversation that Redis
    does not know (a left message) is not found, unless `team_id` says where it belongs.
    `epoch` is the assignment epoch that the caller read; an older one than known here is refused as taken.
    """
    named = {
        "id": conversation_id,
        "staff": staff_id,
        "epoch": epoch,
        "force": force,
        "own": own,
        "team": team_id,
        "weight": weight,
    }
    answer = await router.call("claims_take", named, _Taken)
    return answer.claim or Refusal(answer.code or "not_found", answer.staff)


async def confirm(router: Router, proposal_id: str) -> list[Proposal]:
    """The claim was written: it becomes the assignment, the previous holder is freed.

    A claim that is no more (requeued, ended, wiped) is left alone.
    """
    return await router.call("claims_confirm", {"id": proposal_id}, list[Proposal])


async def void(router: Router, proposal_id: str, epoch: int) -> list[Proposal]:
    """The claim was not written: back to the same place in line, or to the holder before.

    `epoch` is the conversation's present one in the database. Unknown claims are left alone.
    """
    return await router.call("claims_void", {"id": proposal_id, "epoch": epoch}, list[Proposal])


class _Taken(Struct):
    claim: Proposal | None = None
    code: Literal["at_capacity", "already_taken", "not_available", "not_found"] | None = None
    staff: str = ""
