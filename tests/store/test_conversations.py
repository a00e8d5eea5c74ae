"""Conversations with their tickets."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from store import assignments, conversations, customers, entries, visits
from store.conversations import Conversation, New
from store.errors import NotThere
from tests.store.seeds import START, Seeded, draft, later


def new(desk: Seeded, client_id: str | None) -> New:
    return New(
        site_id=desk.site.id,
        customer_id=desk.customer.id,
        team_id=desk.team.id,
        client_id=client_id,
        subject="Hello",
        tags=("a", "b"),
    )


async def test_a_conversation_opens_with_a_ticket_and_the_names_it_is_shown_with(desk: Seeded) -> None:
    """All of the summary comes from one call."""
    async with desk.database.begin() as tx:
        one = await conversations.open(tx, new(desk, "c1"), START)
        two = await conversations.open(tx, new(desk, None), START)
    assert (one.created, one.customer_name, one.team_name, one.assignee_name) == (True, "Cy", "Support", None)
    assert (one.status, one.live, one.tags, one.version, one.epoch) == ("queued", "waiting", ["a", "b"], 1, 0)
    assert two.number > one.number


async def test_the_same_first_message_finds_the_conversation_that_it_opened(desk: Seeded) -> None:
    """Idempotent by (customer, client id), also when asked for many times at once."""

    async def open_it(tx: AsyncConnection) -> Conversation:
        return await conversations.open(tx, new(desk, "c1"), START)

    opened = await asyncio.gather(*(desk.database.transact(open_it) for _ in range(8)))
    assert len({one.id for one in opened}) == 1
    assert sorted(one.created for one in opened) == [False] * 7 + [True]


async def test_a_change_raises_the_version_and_comes_back_fresh(desk: Seeded) -> None:
    """Columns of the conversation and of the ticket in one go."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        changed = await conversations.change(
            tx, one.id, later(5), live="ended", status="solved", solved_at=later(5), rating=4, tags=["x"]
        )
    assert (changed.version, changed.updated_at) == (one.version + 1, later(5))
    assert (changed.live, changed.status, changed.solved_at) == ("ended", "solved", later(5))
    assert (changed.rating, changed.tags) == (4, ["x"])
    assert await desk.reread(one.id) == changed


async def test_any_number_of_conversations_is_looked_at_in_one_query(desk: Seeded) -> None:
    """PostgreSQL takes 32,767 parameters, and a process may hold more conversations than that."""
    one = await desk.conversation()
    async with desk.database.read() as tx:
        found = await conversations.reached(tx, [one.id, *(f"none-{number}" for number in range(40_000))])
        assert await conversations.reached(tx, []) == {}
    assert found == {one.id: (one.version, 0, 0)}


async def test_what_does_not_exist_cannot_be_changed(desk: Seeded) -> None:
    """Not silently."""
    async with desk.database.begin() as tx:
        with pytest.raises(NotThere):
            await conversations.change(tx, "nobody", START, live="ended")
        assert await conversations.lock(tx, "nobody") is None


async def test_a_locked_conversation_is_read_as_it_is_after_the_wait(desk: Seeded) -> None:
    """Twelve read-then-writes at once lose nothing, names of the assignee included."""
    one = await desk.conversation()

    async def count(tx: AsyncConnection) -> None:
        found = await conversations.lock(tx, one.id)
        assert found is not None
        assert (found.assignee_id is None) == (found.assignee_name is None)
        await assignments.start(tx, one.id, desk.ada.id, found.epoch, {}, START)
        await conversations.change(tx, one.id, START, weight=found.weight + 1)

    await asyncio.gather(*(desk.database.transact(count) for _ in range(12)))
    assert (await desk.reread(one.id)).weight == one.weight + 12


async def test_seen_goes_forward_only_and_never_beyond_the_head(desk: Seeded) -> None:
    """A late or made-up cursor changes nothing, and no version rises."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await entries.append(tx, [draft(one.id), draft(one.id)], START)
        seen = [await conversations.mark_seen(tx, one.id, "customer", seq) for seq in (2, 1, 2, 3)]
        assert await conversations.mark_seen(tx, one.id, "staff", 1)
    found = await desk.reread(one.id)
    assert seen == [True, False, False, False]
    assert (found.customer_seen, found.agent_seen, found.version) == (2, 1, one.version)


async def test_open_conversations_are_listed_by_team_and_kind_the_longest_waiting_first(desk: Seeded) -> None:
    """A requeued one stands at its old place."""
    first, second = await desk.conversation(at=later(1)), await desk.conversation(at=later(2))
    left = await desk.conversation("message", at=later(3))
    over = await desk.conversation("ended")
    async with desk.database.begin() as tx:
        await visits.enter(tx, second.id, desk.team.id, 1, later(0), later(2))
        await visits.enter(tx, first.id, desk.team.id, 1, later(1), later(2))
    async with desk.database.read() as tx:
        listed = await conversations.list_open(tx, [desk.team.id], ["waiting", "message"])
        assert await conversations.list_open(tx, [desk.other_team.id], ["waiting"]) == []
        assert [c.id for c in await conversations.waiting(tx)] == [second.id, first.id]
        assert await conversations.assigned(tx) == []
        mine = await conversations.of_customer(tx, desk.customer.id, 2)
    assert [c.id for c in listed] == [second.id, first.id, left.id]
    assert [c.id for c in mine] == [over.id, left.id]


async def test_a_new_name_shows_in_the_customers_conversations_with_a_higher_version(desk: Seeded) -> None:
    """Lists keep the higher version, so it has to rise."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await customers.set_contact(tx, desk.customer.id, later(1), name="Cyd")
    found = await desk.reread(one.id)
    assert (found.customer_name, found.customer_email, found.version) == ("Cyd", "cy@example.com", 2)
