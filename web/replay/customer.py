"""A customer: asks, waits in line, talks to whoever comes, and at the end reads the whole ticket."""

import asyncio
from typing import Final

from chat.protocol import PROTOCOL
from chat.protocol.commands import FetchEntries, StartConversation, VisitorHello
from chat.protocol.events import (
    Acked,
    AnyEvent,
    EntriesFetched,
    EntryAppended,
    SiteChanged,
    TicketChanged,
    VisitorWelcomed,
)
from chat.protocol.views import SiteView, TicketView
from web.replay.play import Play, Plays, Tempo
from web.replay.screen import Line, Screen, line_of
from web.replay.session import Door, Session, fresh
from web.replay.speaker import Speaker

NEWEST: Final = 2**31 - 1
"""A seq above all that a thread can have, from which one reads back."""
PAGE: Final = 200


class Customer:
    """plays: where the agents find a play by its conversation's id, entered as soon as that is known."""

    def __init__(
        self, play: Play, door: Door, site: str, token: str, name: str, tempo: Tempo, plays: Plays
    ) -> None:
        self.play = play
        self._site = site
        self._token = token
        self._name = name
        self._tempo = tempo
        self._plays = plays
        self._speaker: Speaker | None = None
        self._ticket: TicketView | None = None
        self._loop = asyncio.get_running_loop()
        self._attended: asyncio.Future[None] = self._loop.create_future()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self.in_line: asyncio.Future[None] = self._loop.create_future()
        """Done when the first question is durable."""
        self.session = Session(door, self._hello, self._hear)

    async def perform(self) -> None:
        """From the first question to the end of the thread. Raises `Refused` where it cannot go on."""
        running = asyncio.create_task(self.session.run())
        acting = asyncio.create_task(self._act())
        try:
            await asyncio.wait({running, acting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done() and not acting.done():
                running.result()
            await acting
        finally:
            for task in (acting, running):
                task.cancel()
            await asyncio.gather(acting, running, return_exceptions=True)

    async def _act(self) -> None:
        first = self.play.turn(0)
        assert first is not None
        # As long as nobody is there the widget offers only to leave a message.
        await self._attended
        self.play.started_at = self._loop.time()
        start = StartConversation(ref=fresh(), client_id=fresh(), body=first.text, name=self._name)
        acked = await self.session.ask(start, lambda: self.play.sending(first, self._loop.time()))
        assert isinstance(acked, Acked)
        self._meet(acked.conversation_id).acked(first, acked)
        self.in_line.set_result(None)
        await self._over
        self.play.thread = await self._read()
        self.play.over()

    async def _read(self) -> list[Line]:
        """The ticket's thread as the database has it, page by page from the end."""
        lines: list[Line] = []
        before = NEWEST
        while True:
            page = await self.session.ask(
                FetchEntries(
                    ref=fresh(), conversation_id=self.play.conversation_id, before=before, limit=PAGE
                )
            )
            assert isinstance(page, EntriesFetched)
            lines = [line for entry in page.entries if (line := line_of(entry)) is not None] + lines
            if not page.more or not page.entries:
                return lines
            before = page.entries[0].seq

    def _hello(self) -> VisitorHello:
        cursors = [self._speaker.screen.cursor()] if self._speaker else []
        return VisitorHello(
            ref=fresh(), protocol=PROTOCOL, site=self._site, token=self._token, cursors=cursors
        )

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case EntryAppended():
                self._meet(event.conversation_id).show([event.entry])
                self._look()
            case TicketChanged():
                self._changed(event.ticket)
            case VisitorWelcomed():
                self._attend(event.site)
                if event.ticket is not None:
                    self._changed(event.ticket)
            case SiteChanged():
                self._attend(event.site)
            case _:
                pass

    def _meet(self, conversation_id: str) -> Speaker:
        """This customer's side of the conversation, from the first moment that its id is known."""
        if self._speaker is None:
            self.play.conversation_id = conversation_id
            self.play.customer = Screen(conversation_id)
            self._speaker = Speaker("customer", self.play, self.play.customer, self.session, self._tempo)
            self._plays.enter(self.play)
        return self._speaker

    def _attend(self, site: SiteView) -> None:
        if site.attended and not self._attended.done():
            self._attended.set_result(None)

    def _changed(self, ticket: TicketView) -> None:
        self._meet(ticket.conversation_id)
        if self._ticket is None or ticket.version >= self._ticket.version:
            self._ticket = ticket
        if ticket.agent is not None:
            self.play.assigned(self._loop.time())
        self._look()

    def _look(self) -> None:
        """It is over when the ticket says so and the screen has all that the ticket counts."""
        ticket, speaker = self._ticket, self._speaker
        if ticket is None or speaker is None or self._over.done():
            return
        if ticket.live == "ended" and speaker.screen.head >= ticket.public_head:
            self._over.set_result(None)
