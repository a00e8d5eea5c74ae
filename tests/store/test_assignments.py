"""Who holds a conversation, and that SQL arbitrates."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store import assignments, tables, visits
from store.errors import NotThere
from tests.store.seeds import START, Seeded, later


async def test_starting_makes_the_conversation_assigned_and_closes_its_visit(desk: Seeded) -> None:
    """Conversation, ticket, visit and interval change in the one transaction."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await visits.enter(tx, one.id, desk.team.id, 1, START, START)
        epoch = await assignments.start(tx, one.id, desk.ada.id, 0, {"strategy": "least_loaded"}, later(9))
    found = await desk.reread(one.id)
    assert (epoch, found.epoch, found.live, found.status) == (1, 1, "assigned", "open")
    assert (found.assignee_id, found.assignee_name, found.first_waited_at) == (desk.ada.id, "Ada", START)
    async with desk.database.read() as tx:
        (visit,) = await visits.of_conversation(tx, one.id)
        (held,) = await assignments.open_of(tx, desk.ada.id)
    assert (visit.left_at, visit.outcome) == (later(9), "assigned")
    assert (held.staff_name, held.epoch, held.why) == ("Ada", 1, {"strategy": "least_loaded"})


async def test_a_claim_of_an_older_epoch_has_no_effect(desk: Seeded) -> None:
    """After somebody else's start, an end, or a raised epoch."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        assert await assignments.start(tx, one.id, desk.ada.id, 0, {}, START) == 1
        assert await assignments.start(tx, one.id, desk.bo.id, 0, {}, START) is None
        assert await assignments.end(tx, one.id, "lost", START) == 2
        assert await assignments.start(tx, one.id, desk.bo.id, 1, {}, START) is None
        assert await assignments.raise_epoch(tx, one.id) == 3
        assert await assignments.start(tx, one.id, desk.bo.id, 2, {}, START) is None
        assert await assignments.start(tx, one.id, desk.bo.id, 3, {}, START) == 4
    assert (await desk.reread(one.id)).assignee_id == desk.bo.id


async def test_of_many_claims_at_once_one_wins(desk: Seeded) -> None:
    """However many processes write the same epoch."""
    one = await desk.conversation()

    async def claim(tx: AsyncConnection, staff_id: str) -> int | None:
        return await assignments.start(tx, one.id, staff_id, 0, {}, START)

    people = [desk.ada.id, desk.bo.id] * 5
    won = await asyncio.gather(*(desk.database.transact(partial(claim, staff_id=p)) for p in people))
    assert sorted(won, key=str) == [1] + [None] * 9
    async with desk.database.read() as tx:
        assert len(await assignments.all_open(tx)) == 1


async def test_the_table_itself_allows_one_open_assignment(desk: Seeded) -> None:
    """Whatever code would try."""
    one = await desk.conversation()
    row = {"conversation_id": one.id, "staff_id": desk.ada.id, "epoch": 1, "started_at": START, "why": {}}
    with pytest.raises(IntegrityError):
        async with desk.database.begin() as tx:
            await tx.execute(insert(tables.assignment), [{"id": "a", **row}, {"id": "b", **row}])


async def test_a_change_of_hands_ends_one_interval_where_the_next_begins(desk: Seeded) -> None:
    """The history never overlaps, and says why each ended."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await assignments.start(tx, one.id, desk.ada.id, 0, {}, later(0))
        await assignments.start(tx, one.id, desk.bo.id, 1, {}, later(5), "taken_over", later(35))
        await assignments.end(tx, one.id, "ended", later(9), wrap_up_until=later(39))
        assert await assignments.end(tx, one.id, "ended", later(10)) is None
    async with desk.database.read() as tx:
        history = await assignments.history(tx, one.id)
        wrapping = await assignments.wrapping_up(tx, later(36))
    assert [(a.staff_name, a.started_at, a.ended_at, a.end_reason, a.epoch) for a in history] == [
        ("Ada", later(0), later(5), "taken_over", 1),
        ("Bo", later(5), later(9), "ended", 2),
    ]
    assert [a.staff_id for a in wrapping] == [desk.bo.id]
    found = await desk.reread(one.id)
    assert (found.assignee_id, found.epoch, found.live) == (None, 3, "assigned")


async def test_what_has_ended_is_not_assigned(desk: Seeded) -> None:
    """And what does not exist has no epoch."""
    one = await desk.conversation("ended")
    async with desk.database.begin() as tx:
        assert await assignments.start(tx, one.id, desk.ada.id, 0, {}, START) is None
        assert await assignments.start(tx, "nobody", desk.ada.id, 0, {}, START) is None
        with pytest.raises(NotThere):
            await assignments.raise_epoch(tx, "nobody")
        assert await assignments.history(tx, one.id) == []


async def test_a_left_message_can_be_taken(desk: Seeded) -> None:
    """It never stood in the queue."""
    one = await desk.conversation("message")
    async with desk.database.begin() as tx:
        assert await assignments.start(tx, one.id, desk.ada.id, 0, {}, START) == 1
    assert (await desk.reread(one.id)).live == "assigned"
