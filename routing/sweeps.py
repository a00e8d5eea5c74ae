"""The sweep: what has become due. Any number of processes may sweep; each due thing happens once."""

from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router


class Swept(Struct, frozen=True, kw_only=True):
    """What has become due. Lost, gone, stale and overflowed are told again after 5 s, until the caller
    has acted."""

    proposals: list[Proposal] = []
    expired_offers: list[tuple[str, str, str]] = []
    """(offer id, conversation id, staff id): not answered in time, or the agent is lost. Told once."""
    stale_claims: list[Proposal] = []
    """Claims older than 5 s, neither confirmed nor void."""
    lost: list[tuple[str, list[str]]] = []
    """(staff id, conversation ids): no answer for 20 s."""
    gone: list[str] = []
    """Conversations whose waiting customer was away for 120 s."""
    overflowed: list[tuple[str, str]] = []
    """(conversation id, team id): has waited its team's time, and may wait in that team's queue instead."""
    presence_changed: list[tuple[str, bool]] = []
    """(staff id, present), since the last sweep of any process."""
    next_due_ms: int | None = None
    """When the next thing is due, in Redis time; None when nothing is."""
    now_ms: int = 0


async def sweep(router: Router) -> Swept:
    """Do what is due, at most 200 things, atomically, and match.

    Raises NotReady also when the server is not the one that the state was built on (another run id).
    """
    return await router.call("sweeps_sweep", {"limit": 200}, Swept)
