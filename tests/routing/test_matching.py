"""Who gets whom: the scenarios of automatic assignment."""

from routing import teams
from routing.teams import TeamSettings
from tests.routing.desk import START, Desk, pairs


async def test_the_fewest_chats_win(desk: Desk) -> None:
    """Each new chat goes to whoever carries least."""
    await desk.sign_in("a")
    await desk.sign_in("b")
    assert pairs(await desk.arrive("c1")) == [("c1", "a")]
    assert pairs(await desk.arrive("c2")) == [("c2", "b")]
    await desk.settle()
    await desk.end("c1")
    assert pairs(await desk.arrive("c3")) == [("c3", "a")]


async def test_on_a_tie_the_longest_idle_wins(desk: Desk) -> None:
    """Idle counts from when a chat was last given or ended, whatever the id."""
    await desk.sign_in("a")
    await desk.sign_in("b")
    await desk.arrive("c1")
    await desk.arrive("c2")
    await desk.settle()
    desk.router.now_ms += 1
    await desk.end("c2")
    desk.router.now_ms += 1
    await desk.end("c1")
    assert pairs(await desk.arrive("c3")) == [("c3", "b")]


async def test_the_same_state_gives_the_same_choice(desk: Desk) -> None:
    """Ties of load and idle time go by id, not by the order of signing in."""
    for staff_id in ("b", "c", "a"):
        await desk.sign_in(staff_id)
    assert pairs(await desk.arrive("c1")) == [("c1", "a")]


async def test_the_longest_idle_wins_whatever_the_load_where_the_team_wants_it_so(desk: Desk) -> None:
    """The strategy is the team's, and a change takes effect on the next decision."""
    await desk.sign_in("a")
    await desk.sign_in("b")
    for at, id in enumerate(("c1", "c2", "c3")):
        desk.router.now_ms = START + at
        await desk.arrive(id)
    await desk.settle()
    desk.router.now_ms += 1
    await desk.end("c2")
    await desk.arrive("x", team="other")
    await teams.put(desk.router, TeamSettings("t", strategy="longest_idle"))
    assert (await desk.state("a")).load == 200
    assert pairs(await desk.arrive("c4")) == [("c4", "a")]


async def test_each_team_keeps_its_own_order_of_turn(desk: Desk) -> None:
    """A turn taken in one team is not taken in another."""
    for team in ("t", "u"):
        await teams.put(desk.router, TeamSettings(team, strategy="round_robin"))
    for staff_id in ("a", "b", "c"):
        await desk.sign_in(staff_id, 900, ("t", "u"))
    order = [(await desk.arrive(f"t{n}", "t"))[0].staff_id for n in range(4)]
    assert order == ["a", "b", "c", "a"]
    assert (await desk.arrive("u0", "u"))[0].staff_id == "a"
    assert (await desk.arrive("t4", "t"))[0].staff_id == "b"
    assert (await desk.arrive("u1", "u"))[0].staff_id == "b"


async def test_a_team_cap_bounds_that_team_only(desk: Desk) -> None:
    """Cap 2: with one there is room, with two not, and in another team still."""
    await teams.put(desk.router, TeamSettings("t", capacity=200))
    await desk.sign_in("a", 300, ("t", "u"))
    assert pairs(await desk.arrive("c1") + await desk.arrive("c2")) == [("c1", "a"), ("c2", "a")]
    assert await desk.arrive("c3") == []
    assert pairs(await desk.arrive("c4", "u")) == [("c4", "a")]
    assert await desk.arrive("c5", "u") == []
    await desk.settle()
    assert pairs(await desk.end("c4")) == [("c5", "a")]
    assert pairs(await desk.end("c1")) == [("c3", "a")]


async def test_weights_count_in_the_load(desk: Desk) -> None:
    """A call of 2 does not fit beside two chats; mails of 0.3 fill up what is left."""
    await desk.sign_in("a", 300)
    await desk.arrive("chat")
    assert pairs(await desk.arrive("call", weight=200)) == [("call", "a")]
    assert (await desk.state("a")).load == 300
    await desk.settle()
    await desk.arrive("call2", weight=200)
    for n in range(4):
        await desk.arrive(f"mail{n}", weight=30)
    assert pairs(await desk.end("chat")) == [("mail0", "a"), ("mail1", "a"), ("mail2", "a")]
    assert (await desk.state("a")).load == 290


async def test_an_agent_outside_the_team_is_never_chosen(desk: Desk) -> None:
    """Free, present, available: but of another team."""
    await desk.sign_in("a", teams=("u",))
    assert await desk.arrive("c1") == []
    assert pairs(await desk.declare("a", teams=("u", "t"))) == [("c1", "a")]
    await desk.settle()
    await desk.declare("a", teams=("u",))
    assert await desk.arrive("c2") == []


async def test_away_and_offline_are_never_chosen_nor_available_without_presence(desk: Desk) -> None:
    """Only available and present agents get work, at once when they become so."""
    await desk.sign_in("a", availability="away")
    await desk.sign_in("b", availability="offline")
    await desk.declare("c")
    assert await desk.arrive("c1") == []
    assert pairs(await desk.declare("b")) == [("c1", "b")]
    await desk.declare("b", availability="away")
    assert await desk.arrive("c2") == []
    desk.staff.add(("c", "tab-c"))
    assert pairs(await desk.beat()) == [("c2", "c")]


async def test_an_end_drains_the_queue_in_the_same_step(desk: Desk) -> None:
    """The reply of the ending carries the next claim."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.arrive("c2")
    assert pairs(await desk.end("c1")) == [("c2", "a")]


async def test_who_waited_comes_before_who_arrives(desk: Desk) -> None:
    """All full, A waits, a slot frees as B arrives: A first, in whatever order the two calls come."""
    await desk.sign_in("x", 100)
    await desk.arrive("c0")
    await desk.settle()
    await desk.arrive("a")
    desk.router.now_ms += 1
    await desk.arrive("b")
    assert pairs(await desk.end("c0")) == [("a", "x")]


async def test_priority_comes_before_time_and_time_before_id(desk: Desk) -> None:
    """The order of the queue, with ties by id."""
    await desk.sign_in("x", 100)
    await desk.arrive("c0")
    for id, priority, first_at in (
        ("d", 0, START + 5),
        ("b", 0, START),
        ("c", 0, START),
        ("vip", 9, START + 9),
    ):
        await desk.arrive(id, priority=priority, first_at=first_at)
    order = []
    for ended in ("c0", "vip", "b", "c"):
        await desk.settle()
        order += pairs(await desk.end(ended))
    assert [id for id, _ in order] == ["vip", "b", "c", "d"]


async def test_a_requeued_conversation_keeps_its_place(desk: Desk) -> None:
    """Reopened while its agent is away: routed anew, before who came later."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1", first_at=START)
    await desk.settle()
    desk.router.now_ms += 60_000
    await desk.beat()
    await desk.arrive("c2")
    await desk.declare("a", 100, availability="away")
    await desk.requeue("c1", first_at=START)
    assert await desk.places("c1", "c2") == [1, 2]
    assert pairs(await desk.declare("a", 100)) == [("c1", "a")]


async def test_the_last_agent_is_preferred_while_free(desk: Desk) -> None:
    """A returning customer gets their last agent, else the normal rule."""
    await desk.sign_in("a", 100)
    await desk.sign_in("b", 100)
    made = await desk.arrive("c1", wanted="b")
    assert pairs(made) == [("c1", "b")]
    assert made[0].why == {"rule": "last_agent", "load": 0, "candidates": 2, "next": "a"}
    assert pairs(await desk.arrive("c2", wanted="b")) == [("c2", "a")]


async def test_a_choice_says_why_and_who_was_next(desk: Desk) -> None:
    """What the console and the board show."""
    for staff_id in ("a", "b", "c"):
        await desk.sign_in(staff_id)
    await desk.arrive("c1")
    (second,) = await desk.arrive("c2")
    assert second.why == {"rule": "least_loaded", "load": 0, "candidates": 3, "next": "c"}


async def test_wrap_up_holds_capacity_until_its_time(desk: Desk) -> None:
    """The next chat comes when the wrap-up is over, not before."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1")
    await desk.settle()
    await desk.arrive("c2")
    assert await desk.end("c1", 10_000) == []
    assert (await desk.state("a")).load == 100
    swept = await desk.advance(10_000)
    assert pairs(made for each in swept for made in each.proposals) == [("c2", "a")]
    assert desk.router.now_ms == START + 10_000


async def test_a_lowered_capacity_ends_nothing_and_gives_nothing(desk: Desk) -> None:
    """Above the new capacity an agent keeps what is held and gets no more."""
    await desk.sign_in("a", 300)
    for id in ("c1", "c2", "c3"):
        await desk.arrive(id)
    await desk.settle()
    await desk.declare("a", 100)
    await desk.arrive("c4")
    assert await desk.end("c1") == []
    assert await desk.end("c2") == []
    assert pairs(await desk.end("c3")) == [("c4", "a")]
