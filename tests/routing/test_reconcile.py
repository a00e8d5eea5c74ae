"""Differences between Redis and the database."""

import pytest
from redis.asyncio import Redis

from routing import assignments, entries
from routing.assignments import Assignment
from routing.entries import Visit
from routing.keys import root
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


def name(prefix: str, of: str) -> str:
    """One of the desk's own keys, to do something behind the scripts' backs; generation 1."""
    return f"{root(prefix)}:1:{of}"


async def forget(redis: Redis, prefix: str, id: str) -> None:
    """Lose a conversation's record."""
    assert await redis.hdel(name(prefix, "convs"), id) == 1


async def until_mended(desk: Desk, visits: list[Visit], rows: list[Assignment]) -> Differences:
    """The second look, after the first has seen something, and a third that finds all well."""
    assert (await reconcile(desk.router, visits, rows)).open
    await desk.advance(2_000)
    found = await reconcile(desk.router, visits, rows)
    assert await reconcile(desk.router, visits, rows) == Differences()
    return found


@pytest.mark.parametrize("part", ["convs", "rank:t", "heads:t"])
async def test_a_waiting_entry_that_was_taken_out_comes_back_at_its_place(
    desk: Desk, redis: Redis, redis_prefix: str, part: str
) -> None:
    """Wholly or by half: the record, the rank, or the lines matched from; routing goes on meanwhile."""
    for id in ("c1", "c2", "c3"):
        await desk.arrive(id, first_at=START)
    if part == "convs":
        await forget(redis, redis_prefix, "c2")
    elif part == "rank:t":
        assert await redis.zrem(name(redis_prefix, part), "c2") == 1
    else:
        assert await redis.delete(name(redis_prefix, part)) == 1
    await desk.sign_in("away", 100, (), "away")
    visits = [Visit(id, 1, "t", 0, START, 100, 0) for id in ("c1", "c2", "c3")]
    assert "c2" in (await until_mended(desk, visits, [])).mended
    assert pairs(await desk.sign_in("a", 300)) == [("c1", "a"), ("c2", "a"), ("c3", "a")]


async def test_a_load_that_is_bound_to_nothing_is_given_back(
    desk: Desk, redis: Redis, redis_prefix: str
) -> None:
    """And whoever waits gets the agent in the same step."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.arrive("c2")
    await forget(redis, redis_prefix, "c1")
    found = await reconcile(desk.router, [Visit("c2", 1, "t", 0, START, 100, 0)], [])
    assert (found.freed, pairs(found.proposals)) == (["a"], [("c2", "a")])
    assert (await desk.state("a")).load == 100


async def test_a_load_that_was_lost_is_bound_again(desk: Desk, redis: Redis, redis_prefix: str) -> None:
    """Else the agent would be given more than they can carry."""
    await desk.sign_in("a", 100)
    idle = await redis.hget(name(redis_prefix, "agents"), "a")
    assert idle is not None
    await desk.arrive("c1")
    await desk.settle()
    await redis.hset(name(redis_prefix, "agents"), "a", idle)
    assert (await desk.state("a")).load == 0
    held = Assignment("c1", "a", desk.epochs["c1"], "t", 100)
    assert (await until_mended(desk, [], [held])).mended == ["c1"]
    assert (await desk.state("a")).load == 100


async def test_an_id_in_a_line_that_nothing_stands_behind_is_struck_out(
    desk: Desk, redis: Redis, redis_prefix: str
) -> None:
    """At once, since it stops those behind it."""
    for id in ("c1", "c2"):
        await desk.arrive(id)
    await forget(redis, redis_prefix, "c1")
    assert await desk.sign_in("a", 100) == []
    found = await reconcile(desk.router, [Visit("c2", 1, "t", 0, START, 100, 0)], [])
    assert (found.buried, pairs(found.proposals)) == (["c1"], [("c2", "a")])


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
