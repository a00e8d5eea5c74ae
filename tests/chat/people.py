"""Customers and agents for tests of the live conversation."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chat.protocol.commands import Cursor, OpenConversation, SetAvailability
from chat.protocol.events import ConversationChanged, ConversationOpened, EntryAppended
from chat.protocol.views import Availability
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk


@asynccontextmanager
async def staff(
    desk: RunningDesk, role: str = "agent", index: int = 0, *, availability: Availability | None = None
) -> AsyncIterator[Listener]:
    """A member of staff with a console, signed in with a demo login."""
    async with desk.signed_in(role, index) as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        listener = await desk.socket("/ws/staff", cookie=cookie)
        await listener.sign_on()
        if availability is not None:
            await declare(listener, availability)
        yield listener
        await listener.close()


async def declare(listener: Listener, availability: Availability) -> None:
    await listener.ask(SetAvailability(ref=fresh(), availability=availability))


async def paired(listener: Listener, conversation_id: str) -> None:
    """Wait until this agent's console shows the conversation as assigned."""
    await listener.expect(
        ConversationChanged,
        lambda event: event.summary.conversation_id == conversation_id and event.summary.live == "assigned",
    )


async def opened(listener: Listener, conversation_id: str, public: int = 0) -> ConversationOpened:
    """Open a conversation in a console."""
    reply = await listener.ask(
        OpenConversation(ref=fresh(), cursor=Cursor(conversation_id=conversation_id, public=public))
    )
    assert isinstance(reply, ConversationOpened)
    return reply


def said_like(body: str) -> Callable[[EntryAppended], bool]:
    """Matches a message by its text."""
    return lambda event: event.entry.body == body and event.entry.kind == "message"
