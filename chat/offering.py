"""Offers: one conversation proposed to one agent for a while, ending in exactly one way."""

from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, matching, rooms, views
from chat.access import Staff
from chat.context import Context
from chat.errors import Refused
from chat.matching import Cause
from chat.protocol.codes import Code
from chat.protocol.events import OfferEnded
from chat.protocol.views import OfferView
from routing import offers as proposed
from routing.errors import NotReady, Unavailable
from routing.proposals import Proposal
from store import conversations, offers
from store.conversations import Conversation

Outcome = Literal["accepted", "declined", "expired", "withdrawn"]


async def accept(context: Context, member: Staff, offer_id: str) -> Conversation:
    """The agent says yes. Raises `Refused` (`offer_gone`) when it is over."""
    try:
        claim = await proposed.accept(context.router, offer_id, member.id)
    except (NotReady, Unavailable):
        context.stale.set()
        raise Refused(
            Code.UNAVAILABLE, "Not now: the queue is being put in order.", retry_after_ms=500
        ) from None
    if not isinstance(claim, Proposal):
        raise Refused(Code.OFFER_GONE)
    await end(context, offer_id, member.id, "accepted")
    return await matching.assign(context, claim, Cause())


async def decline(context: Context, member: Staff, offer_id: str, reason: str) -> None:
    """The agent says no: the conversation goes on at its old place. Raises `Refused`."""
    if not await end(context, offer_id, member.id, "declined", reason):
        raise Refused(Code.OFFER_GONE)
    await matching.after(context, proposed.decline(context.router, offer_id, member.id))


async def open_of(tx: AsyncConnection, staff_id: str, at: datetime) -> list[OfferView]:
    """What is offered to this agent now."""
    # One that nobody noted as expired, because its process died just then, is over all the same.
    found = [offer for offer in await offers.open_of(tx, staff_id) if offer.expires_at > at]
    rows = await conversations.many(tx, [offer.conversation_id for offer in found])
    return [
        OfferView(
            offer.id,
            views.summary(rows[offer.conversation_id]),
            offer.offered_at,
            offer.expires_at,
            views.why(offer.why),
        )
        for offer in found
    ]


async def end(context: Context, offer_id: str, staff_id: str, outcome: Outcome, reason: str = "") -> bool:
    """Write how an offer of this agent's ended and take the card from all their tabs.

    False when there is no such open offer.
    """
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> bool:
        offer = await offers.get(tx, offer_id)
        if offer is None or offer.staff_id != staff_id:
            return False
        return await offers.ended(tx, offer_id, outcome, reason, at)

    ended = await context.database.transact(work)
    if ended:
        event = OfferEnded(offer_id=offer_id, outcome=outcome)
        announce.event(context, [rooms.staff(staff_id)], event)
    return ended
