"""Visits to the queue and what the board makes of them."""

import pytest

from store import assignments, teams, visits
from store.errors import NotThere
from tests.store.seeds import START, Seeded, later


async def test_a_requeued_conversation_keeps_its_first_time(desk: Seeded) -> None:
    """Assigned, lost, and back in line: a new episode at the old place."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        assert await visits.enter(tx, one.id, desk.team.id, 2, later(0), later(0)) == 1
        await assignments.start(tx, one.id, desk.ada.id, 0, {}, later(10))
        await assignments.end(tx, one.id, "lost", later(50))
        assert await visits.enter(tx, one.id, desk.team.id, 2, later(0), later(50)) == 2
    found = await desk.reread(one.id)
    assert (found.live, found.status, found.episode, found.first_waited_at) == ("waiting", "queued", 2, START)
    async with desk.database.read() as tx:
        (visit,) = await visits.all_open(tx)
    assert (visit.episode, visit.first_at, visit.entered_at, visit.priority) == (2, later(0), later(50), 2)


@pytest.mark.parametrize("outcome", ["abandoned", "missed", "left_message", "ended"])
async def test_leaving_for_good_forgets_the_first_time(desk: Seeded, outcome: visits.Outcome) -> None:
    """A second leave finds nothing to do."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await visits.enter(tx, one.id, desk.team.id, 1, START, START)
        assert await visits.leave(tx, one.id, outcome, later(3))
        assert not await visits.leave(tx, one.id, outcome, later(4))
    async with desk.database.read() as tx:
        (visit,) = await visits.of_conversation(tx, one.id)
    assert (visit.left_at, visit.outcome) == (later(3), outcome)
    assert (await desk.reread(one.id)).first_waited_at is None


async def test_going_to_another_teams_queue_closes_the_visit_to_the_first(desk: Seeded) -> None:
    """As transferred; never two open visits."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await visits.enter(tx, one.id, desk.team.id, 1, START, START)
        await visits.enter(tx, one.id, desk.other_team.id, 1, START, later(5))
    async with desk.database.read() as tx:
        first, second = await visits.of_conversation(tx, one.id)
        assert await visits.all_open(tx) == [second]
    assert (first.outcome, second.team_id) == ("transferred", desk.other_team.id)
    assert (await desk.reread(one.id)).team_name == "Sales"


async def test_the_line_stands_by_priority_then_first_time(desk: Seeded) -> None:
    """As routing is rebuilt from it."""
    late, early, urgent = [await desk.conversation() for _ in range(3)]
    async with desk.database.begin() as tx:
        await visits.enter(tx, late.id, desk.team.id, 1, later(5), later(9))
        await visits.enter(tx, early.id, desk.team.id, 1, later(4), later(9))
        await visits.enter(tx, urgent.id, desk.team.id, 3, later(8), later(9))
    async with desk.database.read() as tx:
        assert [v.conversation_id for v in await visits.all_open(tx)] == [urgent.id, early.id, late.id]


async def test_the_board_counts_arrivals_outcomes_and_the_wait_of_those_answered(desk: Seeded) -> None:
    """A return to the queue is no second arrival; what is older than `since` does not count."""
    old, answered, gone, missed = [await desk.conversation() for _ in range(4)]
    async with desk.database.begin() as tx:
        await visits.enter(tx, old.id, desk.team.id, 1, later(0), later(0))
        await visits.leave(tx, old.id, "abandoned", later(50))
        for one in (answered, gone, missed):
            await visits.enter(tx, one.id, desk.team.id, 1, later(100), later(100))
        await visits.leave(tx, gone.id, "abandoned", later(110))
        await visits.leave(tx, missed.id, "missed", later(110))
        await assignments.start(tx, answered.id, desk.ada.id, 0, {}, later(130))
        await assignments.end(tx, answered.id, "lost", later(140))
        await visits.enter(tx, answered.id, desk.team.id, 1, later(100), later(140))
        await assignments.start(tx, answered.id, desk.bo.id, 2, {}, later(150.5))
    async with desk.database.read() as tx:
        found = await visits.recent(tx, None, later(60))
        assert await visits.recent(tx, [desk.other_team.id], later(60)) == {}
    team = found[desk.team.id]
    assert (team.arrived, team.answered, team.abandoned, team.missed) == (3, 2, 1, 1)
    assert team.average_wait_seconds == pytest.approx((30 + 50.5) / 2)


async def test_the_service_level_does_not_count_who_left_within_the_target(desk: Seeded) -> None:
    """Answered in time, answered late, gone early, gone late: one in time, two late."""
    prompt, slow, hasty, patient = [await desk.conversation() for _ in range(4)]
    async with desk.database.begin() as tx:
        await teams.change(tx, desk.team.id, wait_target_seconds=30)
        for one in (prompt, slow, hasty, patient):
            await visits.enter(tx, one.id, desk.team.id, 1, later(100), later(100))
        await assignments.start(tx, prompt.id, desk.ada.id, 0, {}, later(130))
        await assignments.start(tx, slow.id, desk.ada.id, 0, {}, later(131))
        await visits.leave(tx, hasty.id, "abandoned", later(129))
        await visits.leave(tx, patient.id, "missed", later(140))
    async with desk.database.read() as tx:
        team = (await visits.recent(tx, None, later(60)))[desk.team.id]
    assert (team.in_time, team.late) == (1, 2)


async def test_only_what_exists_can_queue(desk: Seeded) -> None:
    """Not silently."""
    async with desk.database.begin() as tx:
        with pytest.raises(NotThere):
            await visits.enter(tx, "nobody", desk.team.id, 1, START, START)
