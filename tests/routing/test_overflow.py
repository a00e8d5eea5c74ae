"""What a team does with a queue that it cannot serve: overflow, fallback, a largest size, a pause."""

import asyncio

import pytest

from routing import entries, teams
from routing.claims import Refusal
from routing.entries import Visit
from routing.errors import QueueFull
from routing.proposals import Proposal
from routing.teams import Admission, TeamSettings
from tests.routing.desk import START, Desk, pairs

OVERFLOWING = TeamSettings("t", overflow_team_id="u", overflow_ms=60_000)


async def test_overflow_after_the_teams_time_keeps_the_first_time(desk: Desk) -> None:
    """It comes before who was in the other team's line since, and is told until it has moved."""
    await teams.put(desk.router, OVERFLOWING)
    await desk.sign_in("b", 100, ("u",))
    await desk.arrive("busy", "u")
    await desk.settle()
    await desk.arrive("c1")
    desk.router.now_ms += 1
    await desk.arrive("u1", "u")
    assert [each for one in await desk.advance(59_998) for each in one.overflowed] == []
    assert [each for one in await desk.advance(1) for each in one.overflowed] == [("c1", "u")]
    assert [each for one in await desk.advance(5_000) for each in one.overflowed] == [("c1", "u")]
    await desk.arrive("c1", "u", first_at=START, been=["t"])
    assert await desk.places("c1", "u1") == [1, 2]
    assert pairs(await desk.end("busy")) == [("c1", "b")]


async def test_nobody_overflows_to_a_team_that_could_not_serve_them(desk: Desk) -> None:
    """Nobody at work, paused or full: they stay, and go as soon as it can."""
    await teams.put(desk.router, OVERFLOWING)
    await desk.arrive("c1")
    assert [each for one in await desk.advance(90_000) for each in one.overflowed] == []
    await teams.put(desk.router, TeamSettings("u", paused=True))
    await desk.sign_in("b", 100, ("u",))
    assert [each for one in await desk.advance(10_000) for each in one.overflowed] == []
    await teams.put(desk.router, TeamSettings("u", queue_max=0))
    assert [each for one in await desk.advance(10_000) for each in one.overflowed] == []
    await teams.put(desk.router, TeamSettings("u"))
    assert ("c1", "u") in [each for one in await desk.advance(5_000) for each in one.overflowed]


async def test_overflow_in_a_circle_ends(desk: Desk) -> None:
    """A to B and B to A: who came from A stays in B."""
    await teams.put(desk.router, OVERFLOWING)
    await teams.put(desk.router, TeamSettings("u", overflow_team_id="t", overflow_ms=10_000))
    await desk.sign_in("a", 100, ("t",))
    await desk.arrive("busy")
    await desk.settle()
    await desk.arrive("c1", "u", been=["t"])
    assert [each for one in await desk.advance(60_000) for each in one.overflowed] == []


async def test_a_shortened_overflow_time_counts_at_once(desk: Desk) -> None:
    """Also for who waits already."""
    await desk.sign_in("b", 100, ("u",))
    await desk.arrive("c1")
    await desk.advance(10_000)
    await teams.put(desk.router, TeamSettings("t", overflow_team_id="u", overflow_ms=10_000))
    assert (await desk.sweep()).overflowed == [("c1", "u")]


async def test_fallbacks_in_a_circle_end(desk: Desk) -> None:
    """Teams A→B→A, all away: ends; queued in A."""
    await teams.put(desk.router, TeamSettings("a", fallback_team_id="b"))
    await teams.put(desk.router, TeamSettings("b", fallback_team_id="a"))
    assert await teams.admit(desk.router, ["a"]) == {
        "a": Admission("a", False, False, False, False, settling=True)
    }
    await desk.sign_in("x", teams=("b",), availability="away")
    assert (await teams.admit(desk.router, ["a"]))["a"].team_id == "a"
    await desk.declare("x", teams=("b",))
    assert await teams.admit(desk.router, ["a", "b"]) == {
        "a": Admission("b", True, False, False, False, settling=True),
        "b": Admission("b", True, False, False, True, settling=True),
    }


async def test_a_closed_team_is_no_fallback_and_the_next_one_is(desk: Desk) -> None:
    """Although somebody there is at work still."""
    await teams.put(desk.router, TeamSettings("a", fallback_team_id="b"))
    await teams.put(desk.router, TeamSettings("b", fallback_team_id="c"))
    await desk.sign_in("x", teams=("b",))
    assert (await teams.admit(desk.router, ["a"]))["a"].team_id == "b"
    assert (await teams.admit(desk.router, ["a"], closed=["b"]))["a"].team_id == "a"
    await desk.sign_in("y", teams=("c",))
    assert (await teams.admit(desk.router, ["a"], closed=["b"]))["a"].team_id == "c"


async def test_a_full_queue_turns_the_next_customer_away(desk: Desk) -> None:
    """Told at once, and nothing of them stays."""
    await teams.put(desk.router, TeamSettings("t", queue_max=1))
    assert not (await teams.admit(desk.router, ["t"]))["t"].full
    await desk.arrive("c1", refusable=True)
    assert (await teams.admit(desk.router, ["t"]))["t"].full
    with pytest.raises(QueueFull):
        await desk.arrive("c2", refusable=True)
    assert await desk.places("c1", "c2") == [1]
    assert pairs(await desk.sign_in("a")) == [("c1", "a")]


async def test_a_full_queue_refuses_nobody_who_can_be_served_at_once_or_was_in_line(desk: Desk) -> None:
    """A free agent, or a return."""
    await teams.put(desk.router, TeamSettings("t", queue_max=0))
    await desk.sign_in("a", 100)
    assert pairs(await desk.arrive("c1", refusable=True)) == [("c1", "a")]
    await desk.settle()
    await desk.declare("a", 100, availability="away")
    await desk.requeue("c1")
    assert await desk.places("c1") == [1]


async def test_many_at_once_never_make_a_queue_longer_than_its_largest(desk: Desk) -> None:
    """The script that lets them in counts them."""
    await teams.put(desk.router, TeamSettings("t", queue_max=3))
    visits = [Visit(f"c{n}", 1, "t", 0, START, 100, 0, refusable=True) for n in range(9)]
    made = await asyncio.gather(
        *[entries.enter(desk.router, visit) for visit in visits], return_exceptions=True
    )
    assert sum(isinstance(each, QueueFull) for each in made) == 6
    assert await desk.places(*[visit.conversation_id for visit in visits]) == [1, 2, 3]


async def test_a_paused_queue_hands_out_nothing_until_it_is_resumed(desk: Desk) -> None:
    """The order is kept; other teams go on."""
    await teams.put(desk.router, TeamSettings("t", paused=True))
    await desk.sign_in("a", 200, ("t", "u"))
    await desk.arrive("c1")
    await desk.arrive("c2", first_at=START + 1)
    assert pairs(await desk.arrive("u1", "u")) == [("u1", "a")]
    await desk.settle()
    assert await desk.places("c1", "c2") == [1, 2]
    assert pairs(await teams.put(desk.router, TeamSettings("t"))) == [("c1", "a")]


async def test_a_named_agent_takes_from_a_paused_queue(desk: Desk) -> None:
    """A pause is for what happens by itself."""
    await teams.put(desk.router, TeamSettings("t", paused=True))
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    claim = await desk.take("c1", "a", own=True)
    assert isinstance(claim, Proposal)
    assert await desk.take("c1", "a", own=True) == Refusal("already_taken", "a")


async def test_a_paused_queue_promises_no_time(desk: Desk) -> None:
    """However well it was measured; the place stays, and the estimate comes back with the work."""
    await desk.sign_in("a", 100)
    for n in range(14):
        await desk.arrive(f"c{n:02}", first_at=START + n)
    for n in range(10):
        await desk.settle()
        await desk.advance(5_000)
        await desk.end(f"c{n:02}")
    (measured,) = await entries.position(desk.router, ["c13"])
    assert measured.wait_high_seconds is not None
    await teams.put(desk.router, TeamSettings("t", paused=True))
    (paused,) = await entries.position(desk.router, ["c13"])
    assert (paused.position, paused.wait_low_seconds, paused.wait_high_seconds) == (
        measured.position,
        None,
        None,
    )
    await teams.put(desk.router, TeamSettings("t"))
    (resumed,) = await entries.position(desk.router, ["c13"])
    assert resumed.wait_high_seconds is not None
