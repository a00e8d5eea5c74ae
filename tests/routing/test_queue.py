"""Position and estimate, and the board."""

import math
import random

from routing import board, entries, estimates, teams
from routing.board import QueueState
from routing.estimates import Flow
from routing.teams import TeamSettings
from tests.routing.desk import BEAT, START, Desk


async def test_a_position_counts_only_its_own_queue_and_higher_priorities(desk: Desk) -> None:
    """Who came later with a higher priority is ahead; who waits elsewhere is not."""
    await teams.put(desk.router, TeamSettings("u"))
    await desk.arrive("u1", "u")
    for at, id in enumerate(("c1", "c2", "c3")):
        await desk.arrive(id, first_at=START + at)
    await desk.arrive("vip", priority=5, first_at=START + 9)
    assert await desk.places("vip", "c1", "c2", "c3", "u1", "nothing") == [1, 2, 3, 4, 1]


async def test_an_offered_conversation_still_has_its_place(offering: Desk) -> None:
    """Its customer waits until an agent has accepted."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    await offering.arrive("c2")
    assert await offering.places("c1", "c2") == [1, 2]
    await offering.accept(offer)
    assert await offering.places("c1", "c2") == [1]


async def test_nothing_is_said_of_the_wait_while_too_little_is_known(desk: Desk) -> None:
    """No hand-over was measured yet."""
    await desk.arrive("c1")
    (place,) = await entries.position(desk.router, ["c1"])
    assert (place.position, place.wait_low_seconds, place.wait_high_seconds) == (1, None, None)


async def test_a_steady_queue_tells_its_pace(desk: Desk) -> None:
    """One chat ends every 30 s: the third in line waits 90 s."""
    await desk.sign_in("a", 100)
    for n in range(16):
        await desk.arrive(f"c{n:02}", first_at=START + n)
    for n in range(12):
        await desk.settle()
        await beats(desk, 30_000)
        await desk.end(f"c{n:02}")
    (place,) = await entries.position(desk.router, ["c15"])
    assert (place.position, place.wait_low_seconds, place.wait_high_seconds) == (3, 90, 90)


async def test_what_finds_an_agent_on_arrival_is_not_measured(desk: Desk) -> None:
    """A quiet hour says nothing about a busy one."""
    await desk.sign_in("a", 100)
    for n in range(20):
        await desk.arrive(f"c{n}")
        await desk.settle()
        await beats(desk, 60_000)
        await desk.end(f"c{n}")
    await desk.arrive("x")
    await desk.settle()
    await desk.arrive("y")
    (place,) = await entries.position(desk.router, ["y"])
    assert place.wait_high_seconds is None


def test_the_range_holds_four_of_five_exponential_waits() -> None:
    """For service times of mean 60 s, known well, the exact quantiles are 6.3 and 138 s."""
    gaps = [round(-60_000 * math.log(1 - (n + 0.5) / 30)) for n in range(30)]
    found = estimates.wait_seconds(Flow("t", gaps, 0, 1), 1)
    assert found is not None
    assert 3 <= found[0] <= 9
    assert 125 <= found[1] <= 155


def test_the_stated_share_of_waits_falls_into_the_range() -> None:
    """Seeded samples of exponential gaps, known by 15 or 30 of them: 80 % ± 5 points."""
    chance = random.Random(7)
    for known, position in ((30, 1), (30, 5), (15, 3), (30, 20)):
        inside = 0
        for _ in range(2_000):
            drawn = [round(chance.expovariate(1 / 60_000)) for _ in range(known + position)]
            found = estimates.wait_seconds(Flow("t", drawn[:known], 0, 1), position)
            assert found is not None
            inside += found[0] <= sum(drawn[known:]) / 1000 <= found[1]
        assert 0.75 <= inside / 2_000 <= 0.85, (known, position)


def test_a_queue_that_has_stopped_moving_lengthens_the_estimate() -> None:
    """An overdue hand-over is evidence; with nobody at work nothing is said."""
    gaps = [30_000, 31_000] * 10
    usual = estimates.wait_seconds(Flow("t", gaps, 0, 1), 4)
    slow = estimates.wait_seconds(Flow("t", gaps, 600_000, 1), 4)
    assert usual is not None
    assert slow is not None
    assert slow[1] > usual[1]
    assert estimates.wait_seconds(Flow("t", gaps, 0, 0), 4) is None


async def test_the_board_counts_who_waits_who_works_and_who_could(desk: Desk) -> None:
    """Waiting, oldest, active; available, away, full."""
    await desk.sign_in("full", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.arrive("c2", first_at=START - 7)
    await desk.arrive("c3", priority=9)
    await desk.sign_in("away", availability="away")
    await desk.declare("unseen")
    await desk.sign_in("offline", availability="offline")
    assert await board.queues(desk.router) == [QueueState("t", 2, START - 7, 1, 0, 2, 1)]


async def beats(desk: Desk, ms: int) -> None:
    """Time passes and everybody answers."""
    for _ in range(0, ms, BEAT):
        desk.router.now_ms += min(BEAT, ms)
        await desk.beat()
        await desk.sweep()
    desk.router.now_ms += ms - BEAT * -(-ms // BEAT)
