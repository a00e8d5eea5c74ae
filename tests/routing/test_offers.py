"""Offers: timed proposals, each of which ends in one state."""

import asyncio

from routing import entries, offers, teams
from routing.offers import Gone
from routing.proposals import Proposal
from routing.teams import TeamSettings
from tests.routing.desk import START, Desk, pairs


async def test_an_offer_reserves_capacity_and_an_accept_makes_it_a_claim(offering: Desk) -> None:
    """Offers count in the load, and keep their id when accepted."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    assert (offer.kind, offer.expires_at_ms) == ("offer", START + 30_000)
    assert (await offering.state("a")).load == 100
    assert await offering.arrive("c2") == []
    claim = await offering.accept(offer)
    assert isinstance(claim, Proposal)
    assert (claim.id, claim.kind, claim.why) == (offer.id, "claim", offer.why)
    await offering.confirm(claim)
    assert (await offering.state("a")).conversation_ids == ["c1"]


async def test_an_unanswered_offer_goes_to_the_next_agent(offering: Desk) -> None:
    """Not to the same agent while another fits."""
    await offering.sign_in("a")
    await offering.sign_in("b")
    (offer,) = await offering.arrive("c1")
    assert offer.staff_id == "a"
    swept = (await offering.advance(30_000))[-1]
    assert swept.expired_offers == [(offer.id, "c1", "a")]
    assert pairs(swept.proposals) == [("c1", "b")]


async def test_an_unanswered_offer_goes_back_to_its_place(offering: Desk) -> None:
    """Back in line at its first time, before who came later."""
    await offering.sign_in("a", 100)
    await offering.arrive("c1")
    await offering.advance(1_000)
    await offering.arrive("c2")
    await offering.declare("a", 100, availability="away")
    await offering.advance(30_000)
    assert await offering.places("c1", "c2") == [1, 2]


async def test_declined_by_all_is_asked_again_in_the_old_order(offering: Desk) -> None:
    """Everybody once, then, after a pause, from the start; the conversation never ends."""
    await offering.sign_in("a")
    await offering.sign_in("b")
    (offer,) = await offering.arrive("c1")
    (second,) = await offering.decline(offer)
    assert (offer.staff_id, second.staff_id) == ("a", "b")
    assert await offering.decline(second) == []
    assert await offering.places("c1") == [1]
    swept = await offering.advance(2_000)
    assert pairs(made for each in swept for made in each.proposals) == [("c1", "a")]


async def test_a_decliner_gets_what_others_wait_for(offering: Desk) -> None:
    """Declining one conversation is not declining the next in line."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    await offering.arrive("c2")
    assert pairs(await offering.decline(offer)) == [("c2", "a")]
    assert await offering.places("c1") == [1]


async def test_a_third_agent_is_asked_before_the_decliner(offering: Desk) -> None:
    """Who has declined stays skipped while the offer goes round."""
    for staff_id in ("a", "b", "c"):
        await offering.sign_in(staff_id)
    (first,) = await offering.arrive("c1")
    (second,) = await offering.decline(first)
    await offering.advance(10_000)
    (third,) = await offering.decline(second)
    assert [each.staff_id for each in (first, second, third)] == ["a", "b", "c"]


async def test_two_accepts_have_one_winner(offering: Desk) -> None:
    """Two tabs press accept in the same instant: one claim, and the other learns of it."""
    await offering.sign_in("a")
    (offer,) = await offering.arrive("c1")
    answers = await asyncio.gather(*[offers.accept(offering.router, offer.id, "a") for _ in range(2)])
    assert sorted(type(each).__name__ for each in answers) == ["Gone", "Proposal"]
    assert Gone("accepted") in answers


async def test_an_ended_offer_cannot_be_accepted(offering: Desk) -> None:
    """Expired, declined, of another agent, or never made."""
    await offering.sign_in("a")
    (offer,) = await offering.arrive("c1")
    assert await offers.accept(offering.router, offer.id, "b") == Gone("ended")
    await offering.decline(offer)
    assert await offers.accept(offering.router, offer.id, "a") == Gone("ended")
    assert await offers.accept(offering.router, "none", "a") == Gone("ended")


async def test_an_agent_who_is_lost_loses_the_offer(offering: Desk) -> None:
    """It is told as expired, long before its own time."""
    await teams.put(offering.router, TeamSettings("t", assignment="offered", offer_timeout_ms=600_000))
    await offering.sign_in("a")
    (offer,) = await offering.arrive("c1")
    offering.cut("a")
    swept = await offering.advance(20_000)
    assert [each for one in swept for each in one.expired_offers] == [(offer.id, "c1", "a")]
    assert await offering.places("c1") == [1]


async def test_a_customer_who_leaves_ends_the_offer(offering: Desk) -> None:
    """The capacity is free at once."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    await offering.arrive("c2")
    there, made = await entries.leave(offering.router, "c1")
    assert (there, pairs(made)) == (True, [("c2", "a")])
    assert await offers.accept(offering.router, offer.id, "a") == Gone("ended")
