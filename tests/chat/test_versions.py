"""What nobody told is found by looking, a little at a time."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import versions
from chat.protocol.commands import EndConversation
from chat.protocol.events import TicketChanged
from chat.versions import Versions
from store import conversations
from store.conversations import Changes, Reached
from tests.chat.people import paired, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk


class Looks:
    """Real looks at the database, noting of which conversations the test's own asked: the desk looks, too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self._reached = conversations.reached
        self._test = asyncio.current_task()
        monkeypatch.setattr(conversations, "reached", self._look)

    async def _look(self, tx: AsyncConnection, ids: Sequence[str]) -> dict[str, Reached]:
        if asyncio.current_task() is self._test:
            self.asked.append(list(ids))
        return await self._reached(tx, ids)


async def untold(desk: RunningDesk, conversation_id: str, **changes: object) -> None:
    """Change a conversation, as a process does that dies before it can tell."""
    fields = Changes(**changes)  # type: ignore[typeddict-item]
    at = desk.edge.desk.context.clock.now()
    async with desk.edge.desk.context.database.begin() as tx:
        await conversations.change(tx, conversation_id, at, **fields)


async def over(desk: RunningDesk, agent: Listener) -> tuple[Listener, str]:
    """A customer who stays connected after the chat has ended."""
    customer, conversation_id = await desk.customer("hello")
    await paired(agent, conversation_id)
    await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
    await customer.expect(TicketChanged, lambda event: event.ticket.live == "ended")
    return customer, conversation_id


async def test_what_nobody_told_of_a_chat_that_is_over_is_told_at_the_next_look(desk: RunningDesk) -> None:
    """A ticket that was closed by a process that died."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await over(desk, agent)
        looking = Versions(desk.edge.desk.context)
        await looking.check()
        await untold(desk, conversation_id, status="closed")
        await looking.check()
        await customer.expect(TicketChanged, lambda event: event.ticket.status == "closed", timeout_seconds=1)
        await customer.close()


async def test_all_that_is_held_is_compared_in_small_looks(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes meanwhile has its turn in between."""
    monkeypatch.setattr(versions, "AT_ONCE", 2)
    async with staff(desk, availability="available") as agent:
        rested = [await over(desk, agent) for _ in range(3)]
        looks = Looks(monkeypatch)
        await Versions(desk.edge.desk.context).check()
        assert {id for _, id in rested} <= {id for ids in looks.asked for id in ids}
        assert max(len(ids) for ids in looks.asked) == 2
        for customer, _ in rested:
            await customer.close()
