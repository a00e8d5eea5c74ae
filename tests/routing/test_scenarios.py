"""The numbered scenarios of routing, each against the real scripts in a real Redis, in their order.

What a scenario needs at length has more tests in the file of its noun; here each is seen once, whole. What
the room above has to do for 9, 11, 21, 22 and 24 is in tests/chat/test_scenarios.py and test_doors.py.
"""

import asyncio

import pytest
from redis.asyncio import Redis

from routing import claims, entries, teams
from routing.claims import Refusal
from routing.entries import Visit
from routing.errors import QueueFull
from routing.proposals import Proposal
from routing.teams import Admission, TeamSettings
from tests.routing.desk import START, Desk, pairs, virtual

FR, EN = ("fr",), ("en",)


async def test_01_who_speaks_the_language_gets_the_customer_and_else_anybody(desk: Desk) -> None:
    """Whatever the loads below capacity; nobody speaks it: any eligible agent, not a refusal."""
    await desk.sign_in("a", 300, languages=FR)
    await desk.sign_in("b", 300, languages=EN)
    await desk.arrive("f1", language="fr")
    assert pairs(await desk.arrive("f2", language="fr")) == [("f2", "a")]
    assert pairs(await desk.arrive("i1", language="it")) == [("i1", "b")]


async def test_02_language_and_skill_beat_either(desk: Desk) -> None:
    """The agent with both."""
    await desk.sign_in("a", languages=FR)
    await desk.sign_in("b", skills={"tax": 9})
    await desk.sign_in("c", languages=FR, skills={"tax": 1})
    for id in ("c1", "c2", "c3"):
        assert pairs(await desk.arrive(id, language="fr", skills={"tax": 1})) == [(id, "c")]
    assert await desk.arrive("c4", language="fr", skills={"tax": 1}) == []


async def test_03_a_returning_customer_gets_their_last_agent_if_that_one_can(desk: Desk) -> None:
    """Available and below capacity; else normal routing."""
    await desk.sign_in("a", 300)
    await desk.sign_in("b", 100)
    assert pairs(await desk.arrive("c1", wanted="b")) == [("c1", "b")]
    assert pairs(await desk.arrive("c2", wanted="b")) == [("c2", "a")]
    await desk.declare("a", 300, availability="away")
    await desk.sign_in("d", 100)
    assert pairs(await desk.arrive("c3", wanted="a")) == [("c3", "d")]


async def test_04_the_fewest_chats_win_and_on_a_tie_the_longest_idle(desk: Desk) -> None:
    """Deterministic for the same state."""
    await desk.sign_in("b")
    desk.router.now_ms += 1
    await desk.sign_in("a")
    order = []
    for n in range(4):
        desk.router.now_ms += 1
        order += pairs(await desk.arrive(f"c{n}"))
    assert [staff_id for _, staff_id in order] == ["b", "a", "b", "a"]
    await desk.settle()
    desk.router.now_ms += 1
    await desk.end("c0")
    desk.router.now_ms += 1
    assert pairs(await desk.arrive("c4")) == [("c4", "b")], "fewer chats, though idle for less"


async def test_05_a_team_cap_stands_beside_the_global_one(desk: Desk) -> None:
    """With 1 of 2 eligible, with 2 not, and still in another team."""
    await teams.put(desk.router, TeamSettings("t", capacity=200))
    await desk.sign_in("a", 300, ("t", "u"))
    assert len([await desk.arrive("c1"), await desk.arrive("c2")]) == 2
    assert await desk.arrive("c3") == []
    assert pairs(await desk.arrive("c4", "u")) == [("c4", "a")]


async def test_06_a_weight_counts_in_the_load(desk: Desk) -> None:
    """Mail 0.3, call 2."""
    await desk.sign_in("a", 230)
    await desk.arrive("call", weight=200)
    assert pairs(await desk.arrive("mail", weight=30)) == [("mail", "a")]
    assert await desk.arrive("mail2", weight=30) == []
    assert (await desk.state("a")).load == 230


async def test_07_an_agent_outside_the_team_is_never_chosen_unless_named(desk: Desk) -> None:
    """Not even when nobody else is there."""
    await desk.sign_in("a", teams=("u",))
    assert await desk.arrive("c1") == []
    assert isinstance(await desk.take("c1", "a"), Proposal)


async def test_08_away_offline_and_not_present_are_never_chosen(desk: Desk) -> None:
    """Declared or observed; at once when that changes."""
    await desk.sign_in("a", availability="away")
    await desk.sign_in("b", availability="offline")
    await desk.declare("c")
    assert await desk.arrive("c1") == []
    assert [each.proposals for each in await desk.advance(60_000) if each.proposals] == []
    assert pairs(await desk.declare("a")) == [("c1", "a")]


async def test_09_an_end_frees_the_agent_and_drains_the_queue_in_one_step(desk: Desk) -> None:
    """The reply of the end has who comes next; a chat that held two places lets two in."""
    await desk.sign_in("a", 200)
    await desk.arrive("call", weight=200)
    await desk.settle()
    for at, id in enumerate(("c1", "c2", "c3")):
        await desk.arrive(id, first_at=START + at)
    assert pairs(await desk.end("call")) == [("c1", "a"), ("c2", "a")]
    assert await desk.places("c3") == [1]


@pytest.mark.parametrize("arrives_first", [True, False])
async def test_10_who_waited_comes_before_who_arrives_as_a_slot_frees(
    arrives_first: bool, desk: Desk
) -> None:
    """All full, A waits, a slot frees as B arrives, in either order of the two calls: A first."""
    await desk.sign_in("x", 100)
    await desk.arrive("c0")
    await desk.settle()
    await desk.arrive("A")
    desk.router.now_ms += 1
    calls = [desk.arrive("B"), desk.end("c0")]
    made = await asyncio.gather(*(calls if arrives_first else reversed(calls)))
    assert [pair for each in made for pair in pairs(each)] == [("A", "x")]
    assert await desk.places("B") == [1]


async def test_11_a_reopened_one_is_routed_anew_at_the_front_of_its_priority(desk: Desk) -> None:
    """While its agent is away; not before a higher priority."""
    await desk.arrive("vip", priority=5, first_at=START + 9)
    await desk.arrive("c1", first_at=START + 5)
    await desk.sign_in("away", availability="away")
    await desk.arrive("old", first_at=START + 4, wanted="away")
    assert await desk.places("vip", "old", "c1") == [1, 2, 3]
    assert pairs(await desk.sign_in("x", 200)) == [("vip", "x"), ("old", "x")]


async def test_12_an_offer_not_answered_goes_to_the_next_agent_or_back_in_line(offering: Desk) -> None:
    """Not to the same agent while another fits."""
    await offering.sign_in("a", 100)
    await offering.sign_in("b", 100)
    assert pairs(await offering.arrive("c1")) == [("c1", "a")]
    swept = await offering.advance(30_000)
    assert [pair for each in swept for pair in pairs(each.proposals)] == [("c1", "b")]
    await offering.declare("a", 100, availability="away")
    offering.router.now_ms += 1
    await offering.arrive("c2")
    await offering.advance(30_000)
    assert await offering.places("c1", "c2") == [1, 2]


async def test_13_declined_by_all_all_are_asked_again_in_the_old_order(offering: Desk) -> None:
    """Never ended."""
    await offering.sign_in("a", 100)
    (offer,) = await offering.arrive("c1")
    await offering.declare("a", 100, availability="away")
    await offering.arrive("c2", first_at=START + 1)
    await offering.decline(offer)
    await offering.advance(2_000)
    assert pairs(await offering.declare("a", 100)) == [("c1", "a")]


async def test_14_three_processes_and_four_chats_at_once_never_exceed_three(
    desk: Desk, redis: Redis, redis_prefix: str
) -> None:
    """One agent with capacity 3."""
    await desk.sign_in("a", 300)
    routers = [virtual(redis, redis_prefix) for _ in range(3)]
    for router in routers:
        router.generation = 1
    visits = [Visit(f"c{n}", 1, "t", 0, START, 100, 0) for n in range(4)]
    made = await asyncio.gather(*[entries.enter(routers[n % 3], visit) for n, visit in enumerate(visits)])
    assert sum(len(each) for each in made) == 3
    await asyncio.gather(*[router.close() for router in routers])


async def test_15_of_two_takes_one_wins_and_the_other_learns_who(desk: Desk) -> None:
    """Already taken by X."""
    await desk.sign_in("a")
    await desk.sign_in("b")
    await teams.put(desk.router, TeamSettings("t", paused=True))
    await desk.arrive("c1")
    answers = await asyncio.gather(desk.take("c1", "b", own=True), desk.take("c1", "a", own=True))
    assert isinstance(answers[0], Proposal)
    assert answers[1] == Refusal("already_taken", "b")


async def test_16_fallbacks_in_a_circle_end_with_the_first(desk: Desk) -> None:
    """A→B→A, all away: queued in A."""
    await teams.put(desk.router, TeamSettings("A", fallback_team_id="B"))
    await teams.put(desk.router, TeamSettings("B", fallback_team_id="A"))
    await desk.sign_in("a", teams=("A", "B"), availability="away")
    assert (await teams.admit(desk.router, ["A"]))["A"] == Admission(
        "A", False, False, False, False, settling=True
    )
    await desk.arrive("c1", "A")
    await desk.advance(60_000)
    assert await desk.places("c1") == [1]
    assert pairs(await desk.declare("a", teams=("A",))) == [("c1", "a")]


async def test_17_each_team_keeps_its_own_order_of_turn(desk: Desk) -> None:
    """Round robin, with a pointer of its own."""
    for team in ("t", "u"):
        await teams.put(desk.router, TeamSettings(team, strategy="round_robin"))
    for id in "ab":
        await desk.sign_in(id, 900, ("t", "u"))
    order = [(await desk.arrive(f"c{n}", team))[0].staff_id for n, team in enumerate("tuttu")]
    assert order == ["a", "a", "b", "a", "b"]


async def test_18_a_position_counts_its_own_queue_and_higher_priorities_that_came_later(desk: Desk) -> None:
    """And nothing else."""
    await desk.arrive("other", "u")
    await desk.arrive("c1")
    await desk.arrive("c2", first_at=START + 1)
    assert await desk.places("c1", "c2", "other") == [1, 2, 1]
    await desk.arrive("vip", priority=1, first_at=START + 2)
    await desk.arrive("vip elsewhere", "u", priority=1, first_at=START + 2)
    await desk.arrive("c3", first_at=START + 3)
    assert await desk.places("vip", "c1", "c2", "c3") == [1, 2, 3, 4]
    assert await desk.places("vip elsewhere", "other") == [1, 2]


async def test_19_levels_relax_after_the_teams_time(desk: Desk) -> None:
    """First the exact skill, then any agent of the team."""
    await teams.put(desk.router, TeamSettings("t", relax_ms=20_000))
    await desk.sign_in("elsewhere", teams=("u",), skills={"tax": 1})
    await desk.sign_in("a", skills={"tax": 1})
    await desk.arrive("c1", skills={"tax": 2})
    swept = await desk.advance(19_999)
    assert [each.proposals for each in swept if each.proposals] == []
    assert [pairs(each.proposals) for each in await desk.advance(1)][-1] == [("c1", "a")]


async def test_20_overflow_keeps_the_first_time(desk: Desk) -> None:
    """In the other team it stands before who came since."""
    await teams.put(desk.router, TeamSettings("t", overflow_team_id="u", overflow_ms=10_000))
    await desk.sign_in("b", 100, ("u",))
    await desk.arrive("busy", "u")
    await desk.settle()
    await desk.arrive("c1")
    told = [each for swept in await desk.advance(10_000) for each in swept.overflowed]
    assert told == [("c1", "u")]
    await desk.arrive("u1", "u", first_at=START + 5_000)
    await desk.arrive("c1", "u", first_at=START, been=["t"])
    assert await desk.places("c1", "u1") == [1, 2]


async def test_22_a_queue_at_its_maximum_turns_the_next_customer_away(desk: Desk) -> None:
    """And lets one in as soon as one has left. Scenario 21, closed hours, is of the room above: it is told
    before a queue is asked."""
    await teams.put(desk.router, TeamSettings("t", queue_max=1))
    await desk.arrive("c1", refusable=True)
    with pytest.raises(QueueFull):
        await desk.arrive("c2", refusable=True)
    assert await desk.places("c1", "c2") == [1]
    await entries.leave(desk.router, "c1")
    await desk.arrive("c3", refusable=True)
    assert await desk.places("c3") == [1]


async def test_23_a_tab_that_only_answers_pings_stays_present_for_hours(desk: Desk) -> None:
    """Two hours in the background, with a chat; then it answers no more."""
    await desk.sign_in("a", 200)
    await desk.arrive("c1")
    await desk.settle()
    for _ in range(2 * 900):
        desk.router.now_ms += 4_000
        await desk.beat()
        swept = await desk.sweep()
        assert not swept.lost
        assert ("a", False) not in swept.presence_changed
    assert pairs(await desk.arrive("c2")) == [("c2", "a")]
    desk.cut("a")
    lost = [each for swept in await desk.advance(20_000) for each in swept.lost]
    assert lost == [("a", ["c1"])]


async def test_24_a_process_that_wakes_late_finds_its_claims_refused(desk: Desk) -> None:
    """Reported, given up and made again for another; what the old one's process does changes nothing."""
    await desk.sign_in("a", 100)
    (old,) = await desk.arrive("c1")
    swept = await desk.advance(30_000)
    assert {claim.id for each in swept for claim in each.stale_claims} == {old.id}
    await desk.declare("a", 100, availability="away")
    await claims.void(desk.router, old.id, 1)
    (new,) = await desk.sign_in("b", 100)
    assert (new.staff_id, new.epoch) == ("b", 1)
    await claims.confirm(desk.router, old.id)
    assert (await desk.state("a")).load == 0
    await claims.confirm(desk.router, new.id)
    await claims.confirm(desk.router, old.id)
    await claims.void(desk.router, old.id, 9)
    assert [(await desk.state(id)).conversation_ids for id in "ab"] == [[], ["c1"]]
    assert await desk.take("c1", "a", own=True) == Refusal("already_taken", "b")
