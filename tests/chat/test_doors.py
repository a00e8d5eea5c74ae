"""Closed hours, full queues, fallbacks and overflow, as a customer meets them."""

from typing import Any

from chat import queueing, staffing
from chat.protocol.events import EntryAppended, TicketChanged
from chat.protocol.views import Entry
from store import conversations, sites, teams
from tests.chat.people import staff
from tests.clients.listener import Listener
from tests.web.running import RunningDesk
from web import demo


async def settle(desk: RunningDesk, **settings: Any) -> teams.Team:
    """Change the team that the demo's arrivals come to."""
    context = desk.edge.desk.context
    async with context.database.begin() as tx:
        site = await sites.by_key(tx, demo.SITE_KEY)
        assert site is not None
        row = await teams.change(tx, site.default_team_id, **settings)
    assert row is not None
    await staffing.team_changed(context, row)
    return row


async def told(customer: Listener) -> Entry:
    """The instant reply."""
    return (await customer.expect(EntryAppended, lambda event: event.entry.kind == "greeting")).entry


async def test_closed_hours_are_told_at_once_with_the_next_opening_and_the_message_is_kept(
    desk: RunningDesk,
) -> None:
    """Although an agent is there."""
    async with staff(desk, availability="available"):
        await settle(desk, hours={}, time_zone="Europe/Zurich")
        customer, conversation_id = await desk.customer("Are you open?")
        ticket = (await customer.expect(TicketChanged)).ticket
        assert (ticket.conversation_id, ticket.live, ticket.status) == (conversation_id, "message", "queued")
        assert "We are closed" in (await told(customer)).body
        await customer.close()


async def test_a_full_queue_is_told_and_the_message_is_kept(desk: RunningDesk) -> None:
    """The next customer is offered to leave a message: what they wrote is one already."""
    async with staff(desk, availability="available"):
        await settle(desk, queue_max=0, paused=True)
        customer, conversation_id = await desk.customer("One more?")
        await customer.expect(TicketChanged, lambda event: event.ticket.live == "message")
        assert "cannot take one more" in (await told(customer)).body
        context = desk.edge.desk.context
        async with context.database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        assert row is not None
        assert (row.live, row.status) == ("message", "queued")
        await customer.close()


async def test_an_overflow_moves_the_conversation_with_its_first_time(desk: RunningDesk) -> None:
    """In the database first; telling it twice changes nothing."""
    async with staff(desk, availability="available"):
        team = await settle(desk, paused=True)
        customer, conversation_id = await desk.customer("Who helps?")
        context = desk.edge.desk.context
        async with context.database.begin() as tx:
            other = await teams.add(tx, name="Night")
            before = await conversations.get(tx, conversation_id)
        await queueing.overflow(context, conversation_id, other.id)
        await queueing.overflow(context, conversation_id, other.id)
        async with context.database.read() as tx:
            after = await conversations.get(tx, conversation_id)
        assert before is not None
        assert after is not None
        assert (before.team_id, after.team_id) == (team.id, other.id)
        assert (after.first_waited_at, after.episode) == (before.first_waited_at, before.episode + 1)
        await customer.close()
