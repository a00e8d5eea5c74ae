"""A customer and their agent: paired, heard, resumed."""

import asyncio

import pytest

from chat.protocol.codes import Code
from chat.protocol.commands import AddNote, Cursor, EndConversation, SendMessage
from chat.protocol.events import Acked, Done, EntryAppended, QueueMoved, TicketChanged
from tests.chat.people import declare, opened, paired, said_like, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web import demo
from web.replay.client import Refused


async def test_a_customer_is_paired_with_a_free_agent_at_once(desk: RunningDesk) -> None:
    """The ticket says who, and both see the first message."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("My chain came off")
        await paired(agent, conversation_id)
        ticket = (await customer.expect(TicketChanged, lambda event: event.ticket.agent is not None)).ticket
        assert ticket.status == "open"
        seen = await opened(agent, conversation_id)
        assert [entry.body for entry in seen.public if entry.kind == "message"] == ["My chain came off"]
        await customer.close()


async def test_both_sides_hear_each_message_once_and_in_order(desk: RunningDesk) -> None:
    """Numbers rise without gaps, for the customer as for the agent."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("0")
        await paired(agent, conversation_id)
        head = (await opened(agent, conversation_id)).public[-1].seq
        for number in range(1, 11):
            side = customer if number % 2 else agent
            await side.say(conversation_id, str(number))
        for side in (customer, agent):
            said = [await side.expect(EntryAppended, said_like(str(number))) for number in range(1, 11)]
            assert [event.entry.seq for event in said] == list(range(head + 1, head + 11))
        await customer.close()


async def test_the_same_client_id_is_acknowledged_alike_and_stored_once(desk: RunningDesk) -> None:
    """A retry after a lost answer is no second message."""
    customer, conversation_id = await desk.customer("hello", leave=True)
    command = SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="once")
    first = await customer.ask(command)
    second = await customer.ask(
        SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=command.client_id, body="once")
    )
    assert isinstance(first, Acked)
    assert isinstance(second, Acked)
    assert (first.seq, first.at) == (second.seq, second.at)
    fence = await customer.say(conversation_id, "fence")
    assert fence.seq == first.seq + 1
    await customer.close()


async def test_resuming_brings_exactly_what_was_missed(desk: RunningDesk) -> None:
    """Not what the cursor has, not twice, and then what comes live."""
    async with staff(desk, availability="available") as agent:
        token = await desk.visitor()
        customer = await desk.socket("/ws/visitor")
        await customer.visit(demo.SITE_KEY, token)
        conversation_id = (await customer.start("first")).conversation_id
        await paired(agent, conversation_id)
        await opened(agent, conversation_id)
        known = (await customer.say(conversation_id, "known")).seq
        customer.wire.abort()
        missed = [(await agent.say(conversation_id, f"missed {n}")).seq for n in range(3)]
        back = await desk.socket("/ws/visitor")
        await back.visit(demo.SITE_KEY, token, [Cursor(conversation_id=conversation_id, public=known)])
        got = [(await back.expect(EntryAppended)).entry.seq for _ in missed]
        live = (await agent.say(conversation_id, "live")).seq
        got.append((await back.expect(EntryAppended)).entry.seq)
        assert got == [*missed, live]
        await back.close()


async def test_a_note_reaches_colleagues_and_never_the_customer(desk: RunningDesk) -> None:
    """The staff thread is another thread: the customer's numbers have no holes."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as supervisor:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await opened(supervisor, conversation_id)
        before = (await customer.say(conversation_id, "before")).seq
        note = AddNote(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="secret note")
        await agent.ask(note)
        noted = await supervisor.expect(EntryAppended, lambda event: event.thread == "staff")
        assert noted.entry.body == "secret note"
        after = (await agent.say(conversation_id, "after")).seq
        await customer.expect(EntryAppended, lambda event: event.entry.seq == after)
        assert after == before + 1
        assert not [e for e in customer.heard if isinstance(e, EntryAppended) and e.thread == "staff"]
        await customer.close()


async def test_who_waits_is_told_the_place_and_paired_when_a_chat_ends(desk: RunningDesk) -> None:
    """Nobody has to press anything for the next customer to be served."""
    async with staff(desk, availability="available") as agent:
        served = []
        for number in range(3):
            customer, conversation_id = await desk.customer(f"customer {number}")
            await paired(agent, conversation_id)
            served.append((customer, conversation_id))
        waiting, waiting_id = await desk.customer("I wait")
        second, second_id = await desk.customer("I wait longer")
        place = await second.expect(QueueMoved)
        assert place.place.position == 2
        await agent.ask(EndConversation(ref=fresh(), conversation_id=served[0][1]))
        await paired(agent, waiting_id)
        moved = await second.expect(QueueMoved)
        assert (moved.place.conversation_id, moved.place.position) == (second_id, 1)
        for customer in [waiting, second, *(customer for customer, _ in served)]:
            await customer.close()


async def test_a_message_in_a_solved_ticket_opens_it_again(desk: RunningDesk) -> None:
    """To the same agent, while they are there."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        assert isinstance(
            await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id)), Done
        )
        await customer.expect(TicketChanged, lambda event: event.ticket.status == "solved")
        await customer.say(conversation_id, "one more thing")
        await paired(agent, conversation_id)
        await customer.expect(TicketChanged, lambda event: event.ticket.status == "open")
        await customer.close()


async def test_an_agent_without_the_chat_cannot_write_in_it(desk: RunningDesk) -> None:
    """Seeing a team's conversation is not holding it."""
    async with staff(desk, availability="available") as agent, staff(desk, index=1) as other:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        with pytest.raises(Refused) as refused:
            await other.say(conversation_id, "I am not the one")
        assert refused.value.code is Code.NOT_ASSIGNED
        await customer.close()


async def test_a_visitor_cannot_reach_somebody_elses_conversation(desk: RunningDesk) -> None:
    """An id alone opens nothing, and does not tell that it exists."""
    customer, conversation_id = await desk.customer("private", leave=True)
    stranger, _ = await desk.customer("stranger", leave=True)
    with pytest.raises(Refused) as refused:
        await stranger.say(conversation_id, "let me in")
    assert refused.value.code is Code.NOT_FOUND
    await customer.close()
    await stranger.close()


async def test_two_agents_who_take_one_chat_get_one_winner(desk: RunningDesk) -> None:
    """The other is told who was quicker."""
    from chat.protocol.commands import TakeConversation

    async with staff(desk) as one, staff(desk, index=1) as two:
        customer, conversation_id = await desk.customer("who takes me?", leave=True)

        async def take(listener: Listener) -> object:
            command = TakeConversation(ref=fresh(), conversation_id=conversation_id)
            try:
                return await listener.ask(command)
            except Refused as refused:
                return refused.code

        outcomes = await asyncio.gather(take(one), take(two))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Code", "Done"]
        assert Code.ALREADY_TAKEN in outcomes
        await customer.close()


async def test_an_agent_who_goes_away_gets_nothing_new(desk: RunningDesk) -> None:
    """And the customer who then comes waits, until somebody is available."""
    async with staff(desk, availability="available") as agent:
        await declare(agent, "away")
        async with staff(desk, index=1, availability="away") as other:
            await declare(agent, "available")
            first, first_id = await desk.customer("hello")
            await paired(agent, first_id)
            await declare(other, "available")
            second, second_id = await desk.customer("hello again")
            await paired(other, second_id)
            await first.close()
            await second.close()
