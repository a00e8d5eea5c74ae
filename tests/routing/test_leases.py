"""Presence of agents and of waiting customers."""

from itertools import chain

from routing import agents, entries, leases, rebuild
from routing.rebuild import Timing
from routing.teams import TeamSettings
from tests.routing.desk import START, Desk, pairs


async def test_an_agent_without_an_answer_gets_no_new_work_after_8_seconds(desk: Desk) -> None:
    """And gets it as soon as one comes."""
    await desk.sign_in("a")
    desk.cut("a")
    await desk.advance(7_999)
    assert (await desk.state("a")).present
    swept = await desk.advance(1)
    assert ("a", False) in swept[-1].presence_changed
    assert await desk.arrive("c1") == []
    desk.staff.add(("a", "again"))
    assert pairs(await desk.beat()) == [("c1", "a")]
    assert (await desk.sweep()).presence_changed == [("a", True)]


async def test_an_agent_without_an_answer_is_lost_after_20_seconds(desk: Desk) -> None:
    """With all conversations, again every 5 s until they were requeued, then no more."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    await desk.arrive("c2")
    await desk.settle()
    await desk.advance(20_001)
    desk.cut("a")
    last = desk.router.now_ms - 1
    swept = await desk.advance(26_000)
    lost = [(each.now_ms - last, each.lost) for each in swept if each.lost]
    assert lost == [(20_000, [("a", ["c1", "c2"])]), (25_000, [("a", ["c1", "c2"])])]
    await desk.requeue("c1", skip=["a"])
    await desk.requeue("c2", skip=["a"])
    assert not [each for each in await desk.advance(12_000) if each.lost]
    assert await desk.places("c1", "c2") == [1, 2]


async def test_lost_conversations_are_back_at_their_old_place_and_others_get_them_first(desk: Desk) -> None:
    """The lost agent is skipped while somebody else fits."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1", first_at=START)
    await desk.settle()
    desk.cut("a")
    await desk.advance(20_000)
    await desk.arrive("c2")
    await desk.requeue("c1", first_at=START, skip=["a"])
    assert await desk.places("c1", "c2") == [1, 2]
    assert pairs(await desk.sign_in("b", 100)) == [("c1", "b")]
    assert pairs(await desk.sign_in("a", 100)) == [("c2", "a")]


async def test_only_a_decliner_or_lost_agent_left_gets_it_after_a_moment(desk: Desk) -> None:
    """Nobody else fits: no customer waits beside a free agent."""
    await desk.sign_in("a", 100)
    await desk.arrive("c1", skip=["a"])
    swept = await desk.advance(2_000)
    assert pairs(chain.from_iterable(each.proposals for each in swept)) == [("c1", "a")]


async def test_a_reload_loses_nothing(desk: Desk) -> None:
    """The old socket closes, a new one answers some seconds later."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    await desk.settle()
    desk.cut("a")
    await leases.drop(desk.router, "staff", "a", "tab-a")
    swept = await desk.advance(6_000)
    desk.staff.add(("a", "new"))
    await desk.beat()
    swept += await desk.advance(40_000)
    assert not [each for each in swept if each.lost or ("a", False) in each.presence_changed]


async def test_a_closed_socket_starts_the_grace_when_it_closes(desk: Desk) -> None:
    """Not at its last answer; a socket that had long been dead gets no new grace."""
    await desk.sign_in("a")
    desk.router.now_ms += 3_000
    await leases.drop(desk.router, "staff", "a", "tab-a")
    desk.cut("a")
    await desk.advance(7_999)
    assert (await desk.state("a")).present
    await desk.advance(1)
    assert not (await desk.state("a")).present
    await leases.drop(desk.router, "staff", "a", "tab-a")
    swept = await desk.advance(12_000)
    assert [each.lost for each in swept if each.lost] == [[("a", [])]]


async def test_a_background_tab_that_only_answers_pings_stays_present_for_hours(desk: Desk) -> None:
    """Nothing but renewals, and nobody is lost."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    await desk.settle()
    for _ in range(3 * 3600 // 4):
        desk.router.now_ms += 4_000
        await desk.beat()
        assert not (swept := await desk.sweep()).lost
        assert ("a", False) not in swept.presence_changed


async def test_signing_out_is_immediate(offering: Desk) -> None:
    """Chats are lost and offers withdrawn in the same step, and a late answer changes nothing."""
    await offering.sign_in("a")
    (first,) = await offering.arrive("c1")
    await offering.accept(first)
    await offering.settle()
    (second,) = await offering.arrive("c2")
    swept = await leases.sign_out(offering.router, "a")
    assert swept.lost == [("a", ["c1"])]
    assert swept.expired_offers == [(second.id, "c2", "a")]
    assert await offering.beat() == []
    assert not (await offering.state("a")).present
    assert pairs(await leases.renew(offering.router, [("a", "another")])) == []
    assert (await offering.state("a")).present


async def test_a_removed_agent_is_forgotten_when_nothing_of_theirs_is_left(desk: Desk) -> None:
    """What they held is reported, and answers of their tabs do not hide it."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    await desk.settle()
    assert (await agents.remove(desk.router, "a")).lost == [("a", ["c1"])]
    assert [each.lost for each in await desk.advance(5_000) if each.lost] == [[("a", ["c1"])]]
    await desk.requeue("c1", skip=["a"])
    assert await agents.states(desk.router) == []


async def test_a_customer_away_for_10_seconds_keeps_the_place_and_is_passed_over(desk: Desk) -> None:
    """And is served first when back."""
    await desk.arrive("c1")
    desk.router.now_ms += 1
    await desk.arrive("c2")
    desk.leave_page("c1")
    await desk.advance(10_000)
    assert await desk.places("c1", "c2") == [1, 2]
    assert pairs(await desk.sign_in("a", 100)) == [("c2", "a")]
    await desk.settle()
    desk.customers.add(("c1", "back"))
    await desk.beat()
    assert pairs(await desk.end("c2")) == [("c1", "a")]


async def test_a_customer_who_comes_back_is_matched_at_once(desk: Desk) -> None:
    """With an agent free, the answer to the ping brings the claim."""
    await desk.sign_in("a")
    assert await desk.arrive("c1", present=False) == []
    desk.customers.add(("c1", "back"))
    assert pairs(await desk.beat()) == [("c1", "a")]


async def test_a_customer_away_for_120_seconds_is_reported_as_gone_until_somebody_acts(desk: Desk) -> None:
    """The place is kept until then."""
    await desk.arrive("c1")
    desk.leave_page("c1")
    swept = await desk.advance(126_000)
    assert [(each.now_ms - START, each.gone) for each in swept if each.gone] == [
        (120_000, ["c1"]),
        (125_000, ["c1"]),
    ]
    assert (await entries.leave(desk.router, "c1"))[0]
    assert not [each for each in await desk.advance(10_000) if each.gone]


async def test_after_a_standstill_nobody_is_lost_for_one_full_lease(desk: Desk) -> None:
    """Redis or all processes stood still, so nobody could answer."""
    await desk.sign_in("a")
    await desk.arrive("c1")
    await desk.settle()
    await desk.advance(4_000)
    desk.router.now_ms += 60_000
    swept = await desk.sweep()
    assert (swept.lost, swept.presence_changed) == ([], [("a", False)])
    await desk.beat()
    assert not [each for each in await desk.advance(30_000) if each.lost]
    desk.router.now_ms += 60_000
    desk.cut("a")
    restart = desk.router.now_ms
    lost = [each for each in await desk.advance(30_000) if each.lost]
    assert lost[0].now_ms == restart + 20_000


async def test_times_are_the_desks_own(desk: Desk) -> None:
    """How long a lease lasts stands in Redis, for all processes."""
    await rebuild.load(
        desk.router, 2, [TeamSettings("t")], [], [], [], timing=Timing(stale=1_000, lost=2_000)
    )
    await desk.sign_in("a")
    desk.cut("a")
    swept = await desk.advance(2_000)
    assert swept[-1].lost == [("a", [])]
