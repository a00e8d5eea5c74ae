"""A proposal: the router's answer who gets whom, before the database has agreed."""

from typing import Literal

from msgspec import Struct

Kind = Literal["claim", "offer"]


class Proposal(Struct, frozen=True, kw_only=True):
    """Capacity of `staff_id` is reserved for the conversation.

    A claim wants a conditional write on `epoch` and then `claims.confirm` (or `claims.void`).
    An offer wants the agent's `offers.accept` or `offers.decline`; accepted, it comes back as a claim
    with the same id.
    """

    id: str
    """A UUIDv7; an offer's row takes it over."""
    kind: Kind
    conversation_id: str
    episode: int
    epoch: int
    """The assignment epoch that the conversation must still have when the claim is written."""
    generation: int
    """Of Redis' state. The write must find the database's generation the same, read under a lock that a
    rebuild excludes: else a claim from before a wipe would be written after the rebuild has read the rows."""
    staff_id: str
    team_id: str
    previous_staff_id: str = ""
    """Who holds it until the claim is confirmed: a transfer or a take-over."""
    withdrawn_offer_id: str = ""
    """An offer to somebody else that this claim ended."""
    withdrawn_staff_id: str = ""
    why: dict[str, str | int]
    """`rule` (the team's strategy, "last_agent" or "named"), `load` (hundredths, before it), `candidates`
    (how many could have had it; absent where there were too many to count), `next` (who would have
    been next: a staff id, or empty)."""
    made_at_ms: int
    expires_at_ms: int
    """An offer goes back in line then; a claim is only reported as stale."""
