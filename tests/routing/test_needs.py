"""What an entry asks of its agent: language, skills with levels, and when that relaxes."""

import random

import pytest
from redis.asyncio import Redis

from routing import teams
from routing.teams import Strategy, TeamSettings
from tests.routing.desk import START, Desk, pairs


async def test_a_language_wins_over_any_load_below_capacity(desk: Desk) -> None:
    """The one who speaks it gets the customer, however idle the others are."""
    await desk.sign_in("a", languages=["fr"])
    await desk.sign_in("b", languages=["en"])
    for id in ("c1", "c2", "c3"):
        assert pairs(await desk.arrive(id, language="fr")) == [(id, "a")]
    assert await desk.arrive("c4", language="fr") == []
    assert pairs(await desk.arrive("c5", language="en")) == [("c5", "b")]


async def test_a_language_that_nobody_at_work_speaks_is_not_a_refusal(desk: Desk) -> None:
    """Any eligible agent, and who still waits for the last speaker when that one leaves."""
    await desk.sign_in("b", languages=["en"])
    assert pairs(await desk.arrive("c1", language="it")) == [("c1", "b")]
    await desk.sign_in("a", 100, languages=["fr"])
    await desk.arrive("c2", language="fr")
    assert await desk.arrive("c3", language="fr") == []
    assert pairs(await desk.declare("a", 100, availability="away", languages=["fr"])) == [("c3", "b")]


async def test_the_agent_with_both_beats_one_with_either(desk: Desk) -> None:
    """Language and skill together, whatever the loads."""
    await desk.sign_in("a", languages=["fr"])
    await desk.sign_in("b", skills={"tax": 3})
    await desk.sign_in("both", languages=["fr"], skills={"tax": 1})
    await desk.arrive("x", wanted="both")
    assert pairs(await desk.arrive("c1", language="fr", skills={"tax": 1})) == [("c1", "both")]


async def test_a_level_too_low_does_not_do(desk: Desk) -> None:
    """Until it is raised: the very next decision goes by it."""
    await desk.sign_in("a", skills={"tax": 1})
    assert await desk.arrive("c1", skills={"tax": 2}) == []
    (made,) = await desk.declare("a", skills={"tax": 2})
    assert (made.conversation_id, made.why["fit"]) == ("c1", "all")


async def test_levels_relax_after_the_teams_time(desk: Desk) -> None:
    """First the exact skill, then any agent of the team, to the millisecond."""
    await teams.put(desk.router, TeamSettings("t", relax_ms=30_000))
    await desk.sign_in("a")
    await desk.sign_in("expert", 100, skills={"tax": 5})
    await desk.arrive("c1", skills={"tax": 3})
    assert await desk.arrive("c2", skills={"tax": 3}) == []
    assert await desk.advance(29_999) != []
    assert [each.conversation_id for each in desk.pending] == ["c1"]
    swept = await desk.advance(1)
    (made,) = [made for each in swept for made in each.proposals]
    assert (made.conversation_id, made.staff_id, made.why["fit"]) == ("c2", "a", "any")
    assert desk.router.now_ms == START + 30_000


async def test_who_has_it_comes_first_even_after_relaxing(desk: Desk) -> None:
    """Then who speaks the language, then who has the skills, then anybody."""
    await teams.put(desk.router, TeamSettings("t", relax_ms=0))
    await desk.sign_in("any", 100)
    await desk.sign_in("skilled", 100, skills={"tax": 1})
    await desk.sign_in("speaks", 100, languages=["fr"])
    await desk.sign_in("both", 100, languages=["fr"], skills={"tax": 1})
    made = [(await desk.arrive(f"c{n}", language="fr", skills={"tax": 1}))[0] for n in range(4)]
    assert [each.staff_id for each in made] == ["both", "speaks", "skilled", "any"]
    assert [each.why["fit"] for each in made] == ["all", "language", "skills", "any"]
    assert [each.why["next"] for each in made] == ["speaks", "skilled", "any", ""]


async def test_a_shortened_time_relaxes_at_once(desk: Desk) -> None:
    """A team's settings take effect on the next decision."""
    await desk.sign_in("a")
    await desk.arrive("c1", skills={"tax": 1})
    await desk.advance(10_000)
    await teams.put(desk.router, TeamSettings("t", relax_ms=10_000))
    assert pairs((await desk.sweep()).proposals) == [("c1", "a")]


async def test_who_asks_for_nothing_is_not_held_up_by_who_asks_for_a_skill(desk: Desk) -> None:
    """First come, first served among those whom the agent may have."""
    await desk.arrive("c1", skills={"tax": 1})
    await desk.arrive("c2", first_at=START + 1)
    assert pairs(await desk.sign_in("a", 100)) == [("c2", "a")]
    assert pairs(await desk.sign_in("b", 100, skills={"tax": 1})) == [("c1", "b")]


async def test_the_most_skilled_wins_where_the_team_wants_it_so(desk: Desk) -> None:
    """By the levels of what is asked for, then by load."""
    await teams.put(desk.router, TeamSettings("t", strategy="most_skilled"))
    await desk.sign_in("a", skills={"tax": 2})
    await desk.sign_in("b", skills={"tax": 5})
    await desk.sign_in("c", skills={"tax": 5, "law": 9})
    order = [(await desk.arrive(f"c{n}", skills={"tax": 1}))[0].staff_id for n in range(3)]
    assert order == ["b", "c", "b"]
    assert (await desk.arrive("c3"))[0].staff_id == "a"


async def test_the_last_agent_is_preferred_whatever_is_asked_for(desk: Desk) -> None:
    """Also when that agent comes free later."""
    await desk.sign_in("b", 100)
    await desk.arrive("c1")
    await desk.settle()
    assert await desk.arrive("c2", wanted="b", skills={"tax": 1}) == []
    (made,) = await desk.end("c1")
    assert (made.staff_id, made.why["rule"]) == ("b", "last_agent")


async def test_what_was_asked_for_once_leaves_nothing_behind(
    desk: Desk, redis: Redis, redis_prefix: str
) -> None:
    """Customers who ask for ever new things do not fill Redis, and those who wait are still served."""
    await desk.arrive("waits", skills={"s0": 1})
    await desk.sign_in("a", 100, skills={f"s{n}": 1 for n in range(1, 50)})

    async def kept() -> set[bytes]:
        return {each async for each in redis.scan_iter(f"{{{redis_prefix}}}*", count=1000)}

    before = await kept()
    for n in range(1, 50):
        (made,) = await desk.arrive(f"c{n}", skills={f"s{n}": 1, f"s{n % 9 + 1}": 1})
        assert made.staff_id == "a"
        await desk.end(f"c{n}")
    assert {each for each in await kept() - before if b":line:" in each or b":able:" in each} == set()
    assert pairs(await desk.sign_in("b", 100, skills={"s0": 1})) == [("waits", "b")]


@pytest.mark.parametrize("strategy", ["least_loaded", "longest_idle", "round_robin", "most_skilled"])
@pytest.mark.parametrize("rare", [True, False])
async def test_many_agents_are_chosen_from_as_few_are(desk: Desk, strategy: Strategy, rare: bool) -> None:
    """Whether the few who can are looked at, or the free are walked: the same agent as by looking at all."""
    await teams.put(desk.router, TeamSettings("t", strategy=strategy))
    draw = random.Random(7)
    known = {}
    for n in range(150):
        skills = {"tax": draw.randint(1, 3)} if draw.random() < (0.2 if rare else 0.7) else {}
        speaks = ["fr"] if draw.random() < 0.6 else []
        known[f"a{n:03}"] = (skills.get("tax", 0), bool(speaks))
        await desk.sign_in(f"a{n:03}", 100, languages=speaks, skills=skills)
    able = [id for id, (level, french) in known.items() if level >= 2 and french]
    if strategy == "most_skilled":
        able.sort(key=lambda id: (-known[id][0], id))
    assert (len([1 for level, _ in known.values() if level >= 2]) <= 64) == rare
    given = []
    for n in range(len(able)):
        (made,) = await desk.arrive(f"c{n:03}", language="fr", skills={"tax": 2})
        given.append(made.staff_id)
    assert given == able
    assert await desk.arrive("late", language="fr", skills={"tax": 2}) == []
