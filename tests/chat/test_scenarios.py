"""The numbered scenarios of routing, as far as this room has to do its part; tests/routing has the others."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from chat import matching
from chat.errors import Refused
from chat.matching import Cause
from chat.protocol.commands import EndConversation, LeaveQueue
from chat.protocol.events import Done, QueueMoved, StaffWelcomed, TicketChanged
from routing import claims
from routing.proposals import Proposal
from store import conversations
from store.conversations import Conversation
from tests.chat.people import declare, paired, staff
from tests.chat.test_doors import settle, told
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk

End = Callable[[Listener, Listener, str], Coroutine[Any, Any, object]]


async def solve(agent: Listener, customer: Listener, conversation_id: str) -> object:
    """The agent: done."""
    return await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))


async def snooze(agent: Listener, customer: Listener, conversation_id: str) -> object:
    """The agent: waiting for the customer."""
    return await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id, status="pending"))


async def end(agent: Listener, customer: Listener, conversation_id: str) -> object:
    """The customer has had enough."""
    return await customer.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))


async def full(desk: RunningDesk, agent: Listener) -> list[tuple[Listener, str]]:
    """Three customers, as many as an agent may have."""
    served = []
    for number in range(3):
        served.append(await desk.customer(f"customer {number}"))
        await paired(agent, served[-1][1])
    return served


def me(listener: Listener) -> str:
    """The staff id of who signed in here."""
    return next(event.me.id for event in listener.heard if isinstance(event, StaffWelcomed))


async def row(desk: RunningDesk, conversation_id: str) -> Conversation:
    """As the database has it."""
    async with desk.edge.desk.context.database.read() as tx:
        found = await conversations.get(tx, conversation_id)
    assert found is not None
    return found


@pytest.mark.parametrize(("how", "status"), [(solve, "solved"), (snooze, "pending"), (end, "solved")])
async def test_09_ending_solving_and_snoozing_free_the_agent_for_who_waits(
    how: End, status: str, desk: RunningDesk
) -> None:
    """At once, whoever does it, and whatever becomes of the ticket."""
    async with staff(desk, availability="available") as agent:
        served = await full(desk, agent)
        waiting, waiting_id = await desk.customer("I wait")
        await waiting.expect(QueueMoved)
        customer, conversation_id = served[1]
        assert isinstance(await how(agent, customer, conversation_id), Done)
        await paired(agent, waiting_id)
        ended = await row(desk, conversation_id)
        assert (ended.live, ended.status, ended.assignee_id) == ("ended", status, None)
        for each in [waiting, *(customer for customer, _ in served)]:
            await each.close()


async def test_11_what_is_reopened_while_its_agent_is_away_goes_to_the_front_of_its_priority(
    desk: RunningDesk,
) -> None:
    """Before who waits already, and to whoever is free first."""
    async with staff(desk, index=1, availability="available") as ben, staff(desk) as ada:
        customer, conversation_id = await desk.customer("It squeaks")
        await paired(ben, conversation_id)
        assert isinstance(await solve(ben, customer, conversation_id), Done)
        await declare(ben, "away")
        await declare(ada, "available")
        served = await full(desk, ada)
        waiting, waiting_id = await desk.customer("I wait")
        await waiting.expect(QueueMoved, lambda event: event.place.position == 1)
        await customer.expect(TicketChanged, lambda event: event.ticket.live == "ended")
        await customer.say(conversation_id, "It squeaks again")
        await customer.expect(QueueMoved, lambda event: event.place.position == 1)
        await waiting.expect(QueueMoved, lambda event: event.place.position == 2)
        assert isinstance(await solve(ada, *served[0]), Done)
        await paired(ada, conversation_id)
        assert (await row(desk, waiting_id)).live == "waiting"
        for each in [customer, waiting, *(each for each, _ in served)]:
            await each.close()


async def test_22_a_queue_at_its_maximum_tells_the_next_customer_and_not_who_waits(desk: RunningDesk) -> None:
    """What the next one wrote is kept as a message; when one leaves there is room again."""
    async with staff(desk, availability="available"):
        await settle(desk, queue_max=1, paused=True)
        first, first_id = await desk.customer("One")
        await first.expect(QueueMoved, lambda event: event.place.position == 1)
        second, second_id = await desk.customer("Two")
        await second.expect(TicketChanged, lambda event: event.ticket.live == "message")
        assert "cannot take one more" in (await told(second)).body
        assert (await row(desk, second_id)).status == "queued"
        assert isinstance(await first.ask(LeaveQueue(ref=fresh(), conversation_id=first_id)), Done)
        third, _ = await desk.customer("Three")
        await third.expect(QueueMoved, lambda event: event.place.position == 1)
        for each in (first, second, third):
            await each.close()


async def test_24_a_process_that_wakes_late_cannot_write_its_claim(desk: RunningDesk) -> None:
    """Frozen between claim and write; another found the claim lapsed. Nobody is told of the late one."""
    context = desk.edge.desk.context
    async with staff(desk, index=1, availability="available") as ben, staff(desk) as ada:
        await settle(desk, paused=True)
        customer, conversation_id = await desk.customer("Who helps?")
        await customer.expect(QueueMoved)
        before = await row(desk, conversation_id)
        claim = await claims.take(context.router, conversation_id, me(ben), before.epoch, False)
        assert isinstance(claim, Proposal)
        await matching.settle(context, claim)
        assert (await row(desk, conversation_id)).epoch == before.epoch + 1
        with pytest.raises(Refused):
            await matching.assign(context, claim, Cause())
        assert (await row(desk, conversation_id)).live == "waiting"
        await declare(ben, "away")
        await declare(ada, "available")
        await settle(desk, paused=False)
        await paired(ada, conversation_id)
        with pytest.raises(Refused):
            await matching.assign(context, claim, Cause())
        held = await row(desk, conversation_id)
        assert (held.assignee_id, held.epoch) == (me(ada), before.epoch + 2)
        await customer.close()
