"""Named agents, and claims between the decision and the database."""

import asyncio

from redis.asyncio import Redis

from routing import assignments, claims, entries, offers, teams
from routing.claims import Refusal
from routing.offers import Gone
from routing.proposals import Proposal
from routing.teams import TeamSettings
from tests.routing.desk import Desk, pairs, virtual


async def test_two_takes_in_the_same_instant_have_one_winner(desk: Desk) -> None:
    """The other is told by whom it was taken."""
    await desk.sign_in("a", teams=())
    await desk.sign_in("b", teams=())
    await desk.arrive("c1")
    answers = await asyncio.gather(desk.take("c1", "a"), desk.take("c1", "b"))
    assert isinstance(answers[0], Proposal)
    assert answers[1] == Refusal("already_taken", "a")


async def test_three_processes_never_give_more_than_the_capacity(
    redis: Redis, redis_prefix: str, desk: Desk
) -> None:
    """Four chats at once, one agent with capacity 3."""
    await desk.sign_in("a", 300)
    routers = [virtual(redis, redis_prefix) for _ in range(3)]
    for router in routers:
        router.generation = 1
    visits = [entries.Visit(f"c{n}", 1, "t", 0, desk.router.now_ms, 100, 0) for n in range(4)]
    spread = [routers[n % 3] for n in range(4)]
    made = await asyncio.gather(*[entries.enter(*each) for each in zip(spread, visits, strict=True)])
    assert len([proposal for each in made for proposal in each]) == 3
    assert (await desk.state("a")).load == 300
    await asyncio.gather(*[router.close() for router in routers])


async def test_a_named_agent_need_not_be_of_the_team_but_never_goes_above_capacity(desk: Desk) -> None:
    """Full is full, also for a supervisor's choice."""
    await desk.sign_in("a", 100, ("u",))
    await desk.arrive("c1")
    await desk.arrive("c2")
    assert isinstance(await desk.take("c1", "a"), Proposal)
    assert await desk.take("c2", "a") == Refusal("at_capacity")


async def test_a_named_agent_is_available_and_present_unless_it_is_their_own_doing(desk: Desk) -> None:
    """Somebody away may take by themselves, but is not given anything."""
    await desk.sign_in("a", availability="away")
    await desk.arrive("c1")
    assert await desk.take("c1", "a") == Refusal("not_available")
    assert await desk.take("c1", "nobody") == Refusal("not_available")
    assert isinstance(await desk.take("c1", "a", own=True), Proposal)


async def test_a_conversation_that_is_not_here_is_not_found_unless_its_team_is_named(desk: Desk) -> None:
    """A left message is claimed within capacity, and a void forgets it again."""
    await desk.sign_in("a", 100)
    assert await desk.take("m1", "a") == Refusal("not_found")
    claim = await claims.take(desk.router, "m1", "a", 7, team_id="t", weight=100)
    assert isinstance(claim, Proposal)
    assert await claims.void(desk.router, claim.id, 8) == []
    assert await desk.take("m1", "a") == Refusal("not_found")
    assert (await desk.state("a")).load == 0


async def test_taking_an_offered_conversation_withdraws_the_offer(offering: Desk) -> None:
    """One winner; the freed capacity of the other is matched."""
    await offering.sign_in("a", 100)
    await offering.sign_in("b", 100, ())
    (offer,) = await offering.arrive("c1")
    await offering.arrive("c2")
    claim = await offering.take("c1", "b")
    assert isinstance(claim, Proposal)
    assert (claim.withdrawn_offer_id, claim.withdrawn_staff_id) == (offer.id, "a")
    assert await offers.accept(offering.router, offer.id, "a") == Gone("ended")
    assert pairs(await offering.confirm(claim)) == [("c2", "a")]


async def test_a_transfer_leaves_it_with_the_holder_until_confirmed(desk: Desk) -> None:
    """Then the one's capacity is free and matched, and the other holds it."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.sign_in("b", 100, ("u",))
    await desk.arrive("c2")
    assert await desk.take("c1", "b") == Refusal("already_taken", "a")
    claim = await desk.take("c1", "b", force=True)
    assert isinstance(claim, Proposal)
    assert claim.previous_staff_id == "a"
    assert (await desk.state("a")).conversation_ids == ["c1"]
    assert pairs(await desk.confirm(claim)) == [("c2", "a")]
    assert (await desk.state("b")).conversation_ids == ["c1"]


async def test_a_void_transfer_leaves_the_holder_as_before(desk: Desk) -> None:
    """The other's reserved capacity is free again."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.sign_in("b", 100)
    claim = await desk.take("c1", "b", force=True)
    assert isinstance(claim, Proposal)
    await claims.void(desk.router, claim.id, 2)
    assert [(await desk.state(id)).load for id in ("a", "b")] == [100, 0]
    assert isinstance(await claims.take(desk.router, "c1", "b", 2, force=True), Proposal)


async def test_a_void_claim_is_back_at_its_place(desk: Desk) -> None:
    """Before who came later, and matched again with the new epoch."""
    await desk.sign_in("a", 100)
    (claim,) = await desk.arrive("c1")
    desk.router.now_ms += 1
    await desk.arrive("c2")
    (again,) = await claims.void(desk.router, claim.id, 5)
    assert (again.conversation_id, again.epoch, again.staff_id) == ("c1", 5, "a")


async def test_an_unconfirmed_claim_is_reported_until_somebody_acts_and_never_requeued_by_itself(
    desk: Desk,
) -> None:
    """A process died between claim and write."""
    await desk.sign_in("a", 100)
    (claim,) = await desk.arrive("c1")
    swept = await desk.advance(11_000)
    assert [each.id for one in swept for each in one.stale_claims] == [claim.id, claim.id]
    assert (await desk.state("a")).load == 100
    assert await desk.places("c1") == []


async def test_a_process_that_wakes_late_is_refused(desk: Desk) -> None:
    """Its claim was void and given again: confirming the old one changes nothing."""
    await desk.sign_in("a", 100)
    (old,) = await desk.arrive("c1")
    (new,) = await claims.void(desk.router, old.id, 1)
    assert await claims.confirm(desk.router, old.id) == []
    assert (await desk.state("a")).conversation_ids == []
    await claims.confirm(desk.router, new.id)
    assert (await desk.state("a")).conversation_ids == ["c1"]
    assert await claims.void(desk.router, old.id, 9) == []
    assert (await desk.state("a")).conversation_ids == ["c1"]


async def test_a_stale_epoch_does_not_take(desk: Desk) -> None:
    """The caller read the conversation before somebody else had it."""
    await desk.sign_in("a")
    await desk.sign_in("b")
    await desk.arrive("c1")
    await desk.settle()
    assert await claims.take(desk.router, "c1", "b", 0, force=True) == Refusal("already_taken", "a")


async def test_the_same_visit_again_changes_nothing(desk: Desk) -> None:
    """A caller that repeats itself does not free what was claimed meanwhile."""
    await desk.sign_in("a")
    visit = entries.Visit("c1", 1, "t", 0, desk.router.now_ms, 100, 0)
    (claim,) = await entries.enter(desk.router, visit)
    assert await entries.enter(desk.router, visit) == []
    await claims.confirm(desk.router, claim.id)
    assert (await desk.state("a")).conversation_ids == ["c1"]


async def test_an_assignment_of_the_database_counts_whatever_was_known(desk: Desk) -> None:
    """Out of the queue, out of another's hands; an older epoch changes nothing."""
    await desk.sign_in("a", 100)
    await desk.sign_in("b", 100)
    await desk.arrive("c1")
    await desk.settle()
    await assignments.put(desk.router, "c1", "b", 5, "t", 100)
    assert [(await desk.state(id)).conversation_ids for id in ("a", "b")] == [[], ["c1"]]
    await assignments.put(desk.router, "c1", "a", 4, "t", 100)
    assert (await desk.state("b")).conversation_ids == ["c1"]


async def test_leaving_does_not_touch_what_an_agent_holds(desk: Desk) -> None:
    """Only what waits, is offered or claimed can leave the queue."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    assert (await entries.leave(desk.router, "c1"))[0] is True
    await desk.arrive("c2")
    await desk.settle()
    assert (await entries.leave(desk.router, "c2"))[0] is False
    assert (await entries.leave(desk.router, "nothing"))[0] is False
    assert (await desk.state("a")).conversation_ids == ["c2"]


async def test_a_team_cap_binds_a_named_agent_too(desk: Desk) -> None:
    """Beside the global one."""
    await teams.put(desk.router, TeamSettings("t", capacity=100))
    await desk.sign_in("a", 300)
    await desk.arrive("c1")
    await desk.arrive("c2")
    assert await desk.take("c2", "a") == Refusal("at_capacity")
