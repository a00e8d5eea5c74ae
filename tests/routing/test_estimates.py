"""What is told of the wait: from measured hand-overs, or nothing. Its calibration: test_simulation.py."""

import pytest
from redis.asyncio import Redis

from routing import entries, rebuild, teams
from routing.agents import Agent
from routing.entries import Place
from routing.teams import TeamSettings
from tests.routing.desk import BEAT, START, Desk

EACH = 30_000
"""How long a chat lasts in a steady queue."""


async def test_nothing_is_said_of_the_wait_while_too_little_is_known(desk: Desk) -> None:
    """Seven gaps between hand-overs are too few, eight enough."""
    await steady(desk, 7)
    assert await told(desk, "c15") == Place("c15", "t", 8)
    await hand_over(desk, "c07")
    assert (await told(desk, "c15")).wait_high_seconds is not None


async def test_a_steady_queue_tells_its_pace(desk: Desk) -> None:
    """One chat ends every 30 s: the third in line waits 90 s, give or take a tenth or two."""
    await steady(desk, 12)
    place = await told(desk, "c15")
    low, high = stated(place)
    assert place.position == 3
    assert 70 <= low < 90 < high <= 115


async def test_what_finds_an_agent_on_arrival_is_not_measured(desk: Desk) -> None:
    """A quiet hour says nothing about a busy one."""
    await quiet(desk)


async def test_what_is_offered_on_arrival_is_not_measured(offering: Desk) -> None:
    """Neither does the time that an agent takes to accept."""
    await quiet(offering)


async def quiet(desk: Desk) -> None:
    """Twenty who did not wait, and one who does."""
    await desk.sign_in("a", 100)
    for n in range(20):
        await desk.arrive(f"c{n}")
        await beats(desk, BEAT)
        for offer in [each for each in desk.pending if each.kind == "offer"]:
            await desk.accept(offer)
        await desk.settle()
        await beats(desk, 60_000)
        await desk.end(f"c{n}")
    await desk.arrive("x")
    await desk.arrive("y")
    assert (await told(desk, "y")).wait_high_seconds is None


async def test_a_queue_that_has_stopped_moving_lengthens_the_estimate(desk: Desk) -> None:
    """An overdue hand-over is evidence."""
    await steady(desk, 12)
    usual = stated(await told(desk, "c15"))
    await desk.settle()
    await beats(desk, 20 * EACH)
    assert stated(await told(desk, "c15"))[1] > 1.3 * usual[1]


async def test_nothing_is_said_while_nobody_works_or_the_queue_is_paused(desk: Desk) -> None:
    """It would never come true."""
    await steady(desk, 12)
    await teams.put(desk.router, TeamSettings("t", paused=True))
    assert await told(desk, "c15") == Place("c15", "t", 3)
    await teams.put(desk.router, TeamSettings("t"))
    assert (await told(desk, "c15")).wait_high_seconds is not None
    await desk.declare("a", 100, availability="away")
    assert await told(desk, "c15") == Place("c15", "t", 3)


@pytest.mark.parametrize("how", ["away", "paused"])
async def test_a_time_in_which_nobody_was_handed_over_is_not_measured(how: str, desk: Desk) -> None:
    """A pause, or a night, says nothing about the pace before or after."""
    await steady(desk, 12)
    usual = stated(await told(desk, "c14"))
    if how == "away":
        await desk.declare("a", 100, availability="away")
    else:
        await teams.put(desk.router, TeamSettings("t", paused=True))
    await beats(desk, 3_600_000)
    if how == "away":
        await desk.declare("a", 100)
    else:
        await teams.put(desk.router, TeamSettings("t"))
    await hand_over(desk, "c12")
    low, high = stated(await told(desk, "c15"))
    assert low >= 0.8 * usual[0]
    assert high <= 1.2 * usual[1]


async def test_what_was_measured_is_forgotten_after_a_shift(desk: Desk) -> None:
    """Eight hours without a hand-over, although there is work: who works now may be others."""
    await steady(desk, 15)
    await desk.settle()
    await desk.arrive("before")
    assert (await told(desk, "before")).wait_high_seconds is not None
    desk.router.now_ms += 8 * 3_600_000 + 1
    await desk.beat()
    await desk.arrive("after")
    assert (await told(desk, "after")).wait_high_seconds is None


async def test_a_customer_who_was_away_does_not_slow_the_line(desk: Desk) -> None:
    """They were passed over: their wait is not the queue's doing."""
    await desk.sign_in("a", 100)
    for n in range(10):
        await desk.arrive(f"held{n}")
        await desk.settle()
        await desk.arrive(f"gone{n}")
        desk.leave_page(f"gone{n}")
        await beats(desk, 60_000)
        desk.customers.add((f"gone{n}", "tab"))
        await beats(desk, 2 * BEAT)
        await desk.end(f"held{n}")
        await desk.settle()
        await desk.end(f"gone{n}")
    await desk.arrive("held")
    await desk.settle()
    await desk.arrive("c1")
    assert stated(await told(desk, "c1"))[1] < 10


async def test_who_asks_for_a_rare_skill_is_told_otherwise(desk: Desk) -> None:
    """Each line has its own pace, and its own places."""
    await desk.sign_in("a", 100, skills={"law": 1})
    await desk.sign_in("b", 100)
    for n in range(40):
        await desk.arrive(f"c{n:02}", first_at=START + n, skills={"law": 1} if n % 4 == 0 else {"plain": 1})
    await desk.declare("b", 100, skills={"plain": 1})
    held = {"a": "", "b": ""}
    for turn in range(1, 18):
        held |= {staff_id: id for id, staff_id in (await desk.settle()).items()}
        await beats(desk, EACH)
        await desk.end(held["b"])
        if turn % 2 == 0:
            await desk.end(held["a"])
    await desk.settle()
    law, plain = stated(await told(desk, "c36")), stated(await told(desk, "c25"))
    assert law[0] <= 2 * EACH / 1_000 <= law[1] <= 3 * EACH / 1_000
    assert law[0] > 1.5 * plain[0] > 0
    assert law[1] > 1.5 * plain[1]


async def test_the_measures_of_a_queue_are_bounded(desk: Desk, redis: Redis, redis_prefix: str) -> None:
    """Whatever languages people ask for."""
    await desk.sign_in("a", 100)
    await desk.arrive("before")
    for n in range(300):
        await desk.arrive(f"c{n}", language=f"l{n}", first_at=START + n)
    for id in ["before", *[f"c{n}" for n in range(299)]]:
        await desk.settle()
        desk.router.now_ms += 10
        await desk.end(id)
    fields = await redis.hlen(f"{{{redis_prefix}}}:routing:1:flows:t")
    assert 200 < fields <= 256


async def test_after_a_wipe_nothing_is_said_until_it_was_measured_again(desk: Desk) -> None:
    """And the time before the rebuild is not taken for a gap."""
    await steady(desk, 12)
    await desk.settle()
    waiting = [
        entries.Visit(f"c{n}", 1, "t", 0, START + n, 100, 0, entered_at_ms=START) for n in range(13, 30)
    ]
    agent = Agent("a", "available", 100, ["t"])
    await rebuild.load(desk.router, 2, [TeamSettings("t")], [agent], waiting, [])
    desk.customers |= {(visit.conversation_id, "tab") for visit in waiting}
    await desk.beat()
    assert (await told(desk, "c29")).wait_high_seconds is None
    for n in range(13, 21):
        await hand_over(desk, f"c{n}")
    place = await told(desk, "c29")
    low, high = stated(place)
    assert low < place.position * EACH / 1_000 < high < 1.3 * place.position * EACH / 1_000


async def steady(desk: Desk, chats: int) -> None:
    """One agent, sixteen who wait, so many handed over after as many ends."""
    await desk.sign_in("a", 100)
    for n in range(16):
        await desk.arrive(f"c{n:02}", first_at=START + n)
    for n in range(chats):
        await hand_over(desk, f"c{n:02}")


async def hand_over(desk: Desk, id: str) -> None:
    """The chat that the agent has goes on for 30 s, and the next begins."""
    await desk.settle()
    await beats(desk, EACH)
    await desk.end(id)


async def told(desk: Desk, id: str) -> Place:
    """What this customer is told."""
    (place,) = await entries.position(desk.router, [id])
    return place


def stated(place: Place) -> tuple[int, int]:
    """The range, which must be there."""
    assert place.wait_low_seconds is not None
    assert place.wait_high_seconds is not None
    return place.wait_low_seconds, place.wait_high_seconds


async def beats(desk: Desk, ms: int) -> None:
    """Time passes and everybody answers."""
    for _ in range(0, ms, BEAT):
        desk.router.now_ms += min(BEAT, ms)
        await desk.beat()
        await desk.sweep()
    desk.router.now_ms += ms - BEAT * -(-ms // BEAT)
