"""Differences between Redis and the database."""

import pytest

from routing import assignments, entries
from routing.assignments import Assignment
from routing.entries import Visit
from routing.reconcile import Differences, Known, compare, reconcile
from tests.routing.desk import START, Desk, pairs

VISIT = Visit("c", 2, "t", 0, START, 100, 4)
HELD = Assignment("c", "a", 4, "t", 100)


def known(
    state: str = "waiting",
    staff: str = "",
    episode: int = 2,
    epoch: int = 4,
    team: str = "t",
    priority: int = 0,
    weight: int = 100,
) -> Known:
    return Known("c", state, team, staff, episode, epoch, priority, START, weight)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "redis",
    [known(), known("offered"), known("claimed", epoch=1), known("assigned", "a", epoch=5), known(episode=3)],
)
def test_what_waits_as_the_database_says_or_newer_is_no_difference(redis: Known) -> None:
    """Offers and claims are on their way; a higher epoch or episode is younger than what was read."""
    assert list(compare([VISIT], [], {"c": redis})) == []


@pytest.mark.parametrize(
    "redis",
    [
        None,
        known("assigned", "a"),
        known(episode=1),
        known(epoch=3),
        known(team="u"),
        known(priority=2),
        known(weight=30),
    ],
)
def test_what_should_wait_and_does_not_is_a_difference(redis: Known | None) -> None:
    """Missing, held by somebody, of an older visit, or at another place or weight."""
    (found,) = compare([VISIT], [], {"c": redis} if redis else {})
    assert (found.kind, found.visit) == ("wrong" if redis else "missing", VISIT)


@pytest.mark.parametrize("redis", [known("assigned", "a"), known("claimed"), known(epoch=5)])
def test_what_is_held_as_the_database_says_or_newer_is_no_difference(redis: Known) -> None:
    """As for what waits."""
    assert list(compare([], [HELD], {"c": redis})) == []


@pytest.mark.parametrize(
    "redis",
    [
        None,
        known("assigned", "b"),
        known(),
        known("assigned", "a", epoch=3),
        known("assigned", "a", weight=200),
    ],
)
def test_what_should_be_held_and_is_not_is_a_difference(redis: Known | None) -> None:
    """Missing, with somebody else, in line, or of another weight."""
    (found,) = compare([], [HELD], {"c": redis} if redis else {})
    assert (found.kind, found.assignment) == ("wrong" if redis else "missing", HELD)


async def test_a_difference_is_mended_when_it_is_still_there_at_a_later_look(desk: Desk) -> None:
    """One that was only a moment's is not; what mending frees is matched."""
    await desk.sign_in("a", 200)
    await desk.sign_in("b", 100, ())
    await desk.arrive("extra")
    await desk.arrive("wrong")
    await desk.settle()
    await desk.arrive("fine")
    visits = [Visit("fine", 1, "t", 0, START, 100, 0), Visit("missing", 1, "t", 0, START - 5, 100, 0)]
    rows = [Assignment("wrong", "b", 2, "t", 100)]
    first = await reconcile(desk.router, visits, rows)
    assert first == Differences(missing=["missing"], extra=["extra"], wrong=["wrong"])
    await desk.advance(1_999)
    assert (await reconcile(desk.router, visits, rows)).mended == []
    await desk.advance(1)
    second = await reconcile(desk.router, visits, rows)
    assert sorted(second.mended) == ["extra", "missing", "wrong"]
    assert pairs(second.proposals) == [("missing", "a"), ("fine", "a")]
    assert (await desk.state("b")).conversation_ids == ["wrong"]
    assert await reconcile(desk.router, [], rows) == Differences()


async def test_a_difference_that_changed_meanwhile_is_looked_at_anew(desk: Desk) -> None:
    """Redis moved on between the looks: mending on old knowledge would undo it."""
    await desk.sign_in("a", 200)
    await desk.arrive("c1")
    await desk.settle()
    assert (await reconcile(desk.router, [], [])).extra == ["c1"]
    await desk.advance(5_000)
    await assignments.put(desk.router, "c1", "a", 8, "t", 100)
    again = await reconcile(desk.router, [], [])
    assert (again.extra, again.mended) == (["c1"], [])


async def test_an_agreement_between_two_looks_forgets_the_difference(desk: Desk) -> None:
    """Only what differs at both looks, in the same way, is mended."""
    await desk.arrive("c1")
    visit = Visit("c1", 1, "t", 0, START, 100, 0)
    await reconcile(desk.router, [], [])
    await desk.advance(5_000)
    assert await reconcile(desk.router, [visit], []) == Differences()
    await desk.advance(5_000)
    assert (await reconcile(desk.router, [], [])).mended == []
    assert (await entries.leave(desk.router, "c1"))[0]
