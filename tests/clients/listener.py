"""A client that keeps what it was told until a test asks for it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import uuid_utils

from chat.protocol import PROTOCOL
from chat.protocol.commands import (
    Cursor,
    SendMessage,
    StaffHello,
    StartConversation,
    StatusHello,
    VisitorHello,
)
from chat.protocol.events import Acked, AnyEvent, StaffWelcomed, StatusWelcomed, VisitorWelcomed
from web.replay.client import Client

E = TypeVar("E", bound=AnyEvent)


def fresh() -> str:
    """A new id for a `ref` or a `client_id`."""
    return str(uuid_utils.uuid7())


class Listener(Client):
    """A `Client` whose events can be awaited by type, in any order, each given out once."""

    def __init__(self) -> None:
        super().__init__(self._hear)
        self._heard: list[AnyEvent] = []
        self._news = asyncio.Event()

    def _hear(self, event: AnyEvent) -> None:
        self._heard.append(event)
        self._news.set()

    @property
    def heard(self) -> list[AnyEvent]:
        """What came and was not taken by `expect` yet, oldest first."""
        return list(self._heard)

    async def expect(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, timeout_seconds: float = 10.0
    ) -> E:
        """The first event of that type, already there or to come. Raises `Lost`, `TimeoutError`."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                for index, event in enumerate(self._heard):
                    if isinstance(event, kind) and where(event):
                        del self._heard[index]
                        return event
                if self.lost.done():
                    raise self.lost.result()
                self._news.clear()
                news = asyncio.ensure_future(self._news.wait())
                either: set[asyncio.Future[Any]] = {news, self.lost}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()

    async def visit(self, site: str, token: str, cursors: list[Cursor] | None = None) -> VisitorWelcomed:
        """Say hello as a visitor with the token of `POST /api/visitors`."""
        hello = VisitorHello(ref=fresh(), protocol=PROTOCOL, site=site, token=token, cursors=cursors or [])
        reply = await self.ask(hello)
        assert isinstance(reply, VisitorWelcomed)
        return reply

    async def sign_on(self, cursors: list[Cursor] | None = None) -> StaffWelcomed:
        """Say hello as a member of staff; the cookie of the connection says who."""
        reply = await self.ask(StaffHello(ref=fresh(), protocol=PROTOCOL, cursors=cursors or []))
        assert isinstance(reply, StaffWelcomed)
        return reply

    async def watch(self) -> StatusWelcomed:
        """Say hello as a status page."""
        reply = await self.ask(StatusHello(ref=fresh(), protocol=PROTOCOL))
        assert isinstance(reply, StatusWelcomed)
        return reply

    async def start(self, body: str, *, leave: bool = False, **fields: Any) -> Acked:
        """Open a conversation with a first message; `fields` are others of the command's."""
        reply = await self.ask(
            StartConversation(ref=fresh(), client_id=fresh(), body=body, leave=leave, **fields)
        )
        assert isinstance(reply, Acked)
        return reply

    async def say(self, conversation_id: str, body: str) -> Acked:
        """Send a message and wait until it is durable."""
        reply = await self.ask(
            SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body=body)
        )
        assert isinstance(reply, Acked)
        return reply
