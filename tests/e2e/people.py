"""People at a running desk, each with a sign-in and a socket of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from chat.protocol.commands import Cursor, EndConversation, OpenConversation, SetAvailability
from chat.protocol.events import ConversationChanged, ConversationOpened, EntryAppended, SiteChanged
from tests.clients import Listener
from tests.clients.listener import fresh
from web.replay.desk import Colleague, Desk
from web.replay.session import Door

SITE = "demo"


@dataclass
class Pair:
    """A customer and the agent who has the conversation open. `token`: the customer's, to come back with."""

    customer: Listener
    token: str
    agent: Listener
    conversation_id: str
    said: int = 0

    async def exchange(self) -> None:
        """A line each way, and each arrives as it was said."""
        for speaker, listener in ((self.customer, self.agent), (self.agent, self.customer)):
            self.said += 1
            body = f"line {self.said}"
            acked = await speaker.say(self.conversation_id, body)
            arrived = await listener.expect(EntryAppended, said(acked.seq))
            assert arrived.entry.body == body


def said(seq: int) -> Callable[[EntryAppended], bool]:
    """The entry with that seq."""
    return lambda event: event.entry.seq == seq


async def connect(desk: Desk, path: str, cookie: str = "") -> Listener:
    """A socket, before any hello."""
    door = Door(desk.sockets(path, 0), cookie)
    listener = Listener()
    await listener.open(door.url, origin=door.origin, cookie=cookie)
    return listener


async def visitor(desk: Desk) -> Listener:
    """A new visitor who has said hello."""
    listener = await connect(desk, "/ws/visitor")
    await listener.visit(SITE, await desk.visitor(SITE))
    return listener


async def attended(desk: Desk, token: str = "") -> Listener:
    """A visitor, by default a new one, as soon as the widget says that somebody is there."""
    listener = await connect(desk, "/ws/visitor")
    welcomed = await listener.visit(SITE, token or await desk.visitor(SITE))
    if not welcomed.site.attended:
        await listener.expect(SiteChanged, lambda event: event.site.attended)
    return listener


async def staff(desk: Desk, colleague: Colleague) -> Listener:
    """A member of staff who has said hello, and is not available yet."""
    listener = await connect(desk, "/ws/staff", colleague.cookie)
    await listener.sign_on()
    return listener


@asynccontextmanager
async def pair(desk: Desk, agent_at: Desk | None = None) -> AsyncIterator[Pair]:
    """An agent hired for it, at another process where one is given, and a customer paired with them; both
    leave at the end."""
    at = agent_at or desk
    async with AsyncExitStack() as stack:
        (colleague,) = await at.hire(1, 300)
        stack.push_async_callback(at.dismiss, colleague)
        agent = await staff(at, colleague)
        stack.push_async_callback(agent.close)
        await agent.ask(SetAvailability(ref=fresh(), availability="available"))
        token = await desk.visitor(SITE)
        customer = await attended(desk, token)
        stack.push_async_callback(customer.close)
        started = await customer.start("hello")
        await agent.expect(
            ConversationChanged,
            lambda event: (
                event.summary.conversation_id == started.conversation_id
                and event.summary.assignee is not None
            ),
        )
        opened = await agent.ask(
            OpenConversation(ref=fresh(), cursor=Cursor(conversation_id=started.conversation_id))
        )
        assert isinstance(opened, ConversationOpened)
        yield Pair(customer, token, agent, started.conversation_id)
        # Else it would be back in line, before the customer of the next pair.
        await agent.ask(EndConversation(ref=fresh(), conversation_id=started.conversation_id))
