"""What nobody told is found by looking, and the looking costs little where nothing is under way."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import versions
from chat.protocol.commands import EndConversation
from chat.protocol.events import TicketChanged
from chat.versions import SHARES, Versions
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

    async def of(self, looking: Versions) -> list[str]:
        """Of whom one pass asks."""
        self.asked.clear()
        await looking.check()
        return [id for ids in self.asked for id in ids]


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


async def test_a_chat_that_is_over_is_compared_in_one_pass_of_many(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once in a round; what is under way in each."""
    async with staff(desk, availability="available") as agent:
        resting, over_id = await over(desk, agent)
        talking, live_id = await desk.customer("hello")
        await paired(agent, live_id)
        looking, looks = Versions(desk.edge.desk.context), Looks(monkeypatch)
        assert {over_id, live_id} <= set(await looks.of(looking))
        asked = [await looks.of(looking) for _ in range(SHARES)]
        assert sum(over_id in ids for ids in asked) == 1
        assert all(live_id in ids for ids in asked)
        await resting.close()
        await talking.close()


async def test_a_chat_that_is_over_is_compared_when_it_was_heard_of(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be under way again, and the next word be the one that is lost."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await over(desk, agent)
        looking, looks = Versions(desk.edge.desk.context), Looks(monkeypatch)
        await looks.of(looking)
        await customer.say(conversation_id, "one more thing")
        await paired(agent, conversation_id)
        assert all([conversation_id in await looks.of(looking) for _ in range(SHARES)])
        await customer.close()


async def test_whatever_nobody_told_of_a_chat_that_is_over_is_told_within_a_round(desk: RunningDesk) -> None:
    """A ticket that was closed by a process that died."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await over(desk, agent)
        looking = Versions(desk.edge.desk.context)
        await looking.check()
        await untold(desk, conversation_id, status="closed")
        for _ in range(SHARES):
            await looking.check()
        await customer.expect(TicketChanged, lambda event: event.ticket.status == "closed", timeout_seconds=1)
        await customer.close()


async def test_after_a_gap_everything_is_compared(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share of what is over does not do: anything may have been said meanwhile."""
    monkeypatch.setattr(versions, "AT_ONCE", 2)
    async with staff(desk, availability="available") as agent:
        rested = [await over(desk, agent) for _ in range(3)]
        looking, looks = Versions(desk.edge.desk.context), Looks(monkeypatch)
        await looking.check()
        looks.asked.clear()
        await looking.check_all()
        assert {id for _, id in rested} <= {id for ids in looks.asked for id in ids}
        assert max(len(ids) for ids in looks.asked) == 2
        for customer, _ in rested:
            await customer.close()
