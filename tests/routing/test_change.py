"""Who waits is given another priority or weight."""

from msgspec import structs

from routing import claims, entries
from routing.entries import Visit
from routing.proposals import Proposal
from tests.routing.desk import START, Desk, pairs

VISIT = Visit("c", 1, "t", 1, START + 9, 100, 0)


async def change(desk: Desk, **fields: object) -> list[Proposal]:
    """The same visit again, otherwise."""
    return desk.note(await entries.enter(desk.router, structs.replace(VISIT, **fields)))


async def arrive(desk: Desk) -> None:
    """Two of priority 1 wait before the visit that changes."""
    for at, id in enumerate(("a1", "a2")):
        await desk.arrive(id, priority=1, first_at=START + at)
    await desk.arrive("c", priority=1, first_at=START + 9)


async def test_a_higher_priority_goes_ahead_and_back_again_to_its_old_place(desk: Desk) -> None:
    """The first time stays, so that going back is no loss."""
    await arrive(desk)
    await change(desk, priority=3)
    assert await desk.places("c", "a1", "a2") == [1, 2, 3]
    await change(desk, priority=1)
    assert await desk.places("c", "a1", "a2") == [3, 1, 2]
    await change(desk, priority=2)
    assert pairs(await desk.sign_in("x", 100)) == [("c", "x")]


async def test_an_older_visit_or_epoch_changes_nothing(desk: Desk) -> None:
    """It was told late."""
    await arrive(desk)
    await change(desk, epoch=2)
    await change(desk, priority=3, epoch=1)
    await change(desk, priority=3, episode=0, epoch=3)
    assert await desk.places("c", "a1", "a2") == [3, 1, 2]


async def test_a_lighter_weight_is_matched_at_once(desk: Desk) -> None:
    """Where there is no room for a chat there may be for a message."""
    await desk.sign_in("x", 130)
    await desk.arrive("first")
    await desk.settle()
    await desk.arrive("c", priority=1, first_at=START + 9)
    assert desk.pending == []
    assert pairs(await change(desk, weight=30)) == [("c", "x")]
    await desk.settle()
    assert (await desk.state("x")).load == 130


async def test_an_offer_survives_another_priority(offering: Desk) -> None:
    """The agent is asked already; the place in line follows."""
    await offering.sign_in("x", 100)
    (offer,) = await offering.arrive("c", priority=1, first_at=START + 9)
    await offering.arrive("a1", priority=1, first_at=START)
    assert await change(offering, priority=3) == []
    assert await offering.places("c", "a1") == [1, 2]
    claim = await offering.accept(offer)
    assert isinstance(claim, Proposal)


async def test_an_offer_of_another_weight_ends_and_a_new_one_is_made(offering: Desk) -> None:
    """It had reserved the wrong capacity; its agent is not passed over for it."""
    await offering.sign_in("x", 200)
    (offer,) = await offering.arrive("c", priority=1, first_at=START + 9)
    (again,) = await change(offering, weight=200)
    assert (again.staff_id, again.id == offer.id) == ("x", False)
    assert (await offering.state("x")).load == 200
    assert not isinstance(await offering.accept(offer), Proposal)
    assert await change(offering, weight=300) == []
    assert (await offering.state("x")).load == 0


async def test_a_claim_that_comes_to_nothing_goes_back_to_the_new_place(desk: Desk) -> None:
    """The change came while it was being written."""
    await desk.sign_in("x", 100)
    (claim,) = await desk.arrive("c", priority=1, first_at=START + 9)
    await desk.arrive("a1", priority=1, first_at=START)
    await change(desk, priority=3)
    await desk.declare("x", 100, availability="away")
    desk.pending.remove(claim)
    desk.note(await claims.void(desk.router, claim.id, 0))
    assert await desk.places("c", "a1") == [1, 2]


async def test_one_who_is_passed_over_moves_too_and_stays_so(desk: Desk) -> None:
    """The customer is still away."""
    await desk.arrive("a1", priority=1, first_at=START)
    await desk.arrive("c", priority=1, first_at=START + 9, present=False)
    await change(desk, priority=3)
    assert await desk.places("c", "a1") == [1, 2]
    assert pairs(await desk.sign_in("x", 200)) == [("a1", "x")]
