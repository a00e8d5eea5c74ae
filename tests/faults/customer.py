"""A customer of the bench: asks, goes on talking, and stays until told that it is over."""

import asyncio
import random
import secrets
from collections.abc import Callable, Iterator

from chat.protocol import PROTOCOL
from chat.protocol.commands import Command, Cursor, StartConversation, VisitorHello
from chat.protocol.events import AnyEvent, QueueMoved, SiteChanged, TicketChanged, VisitorWelcomed
from chat.protocol.views import SiteView, TicketView
from tests.faults import records
from tests.faults.records import Journal
from tests.faults.talking import LAST, Talker, now
from web.replay.session import Door, fresh


class Customer(Talker):
    """Says a line every `gap_seconds` or so, `lines` of them, or for as long as `go_on` says."""

    def __init__(
        self,
        name: str,
        door: Door,
        journal: Journal,
        site: str,
        token: str,
        *,
        lines: int,
        gap_seconds: float,
        go_on: Callable[[], bool] = lambda: False,
        leave_message: bool = False,
        padding: int = 0,
        script: Iterator[str] | None = None,
    ) -> None:
        super().__init__(name, door, journal)
        self._site = site
        self._token = token
        self._lines = lines
        self._gap_seconds = gap_seconds
        self._go_on = go_on
        self._leave = leave_message
        self._padding = padding
        self._script = iter(()) if script is None else script
        self.conversation_id = ""
        self.ticket: TicketView | None = None
        self.attended = asyncio.Event()
        self.over = asyncio.Event()

    async def perform(self) -> None:
        """From the first line until told that it is over, and shown all of it."""
        self.start()
        finished = False
        try:
            await self._talk()
            await self.over.wait()
            await self.answered()
            finished = True
        finally:
            await self.leave(finished=finished)

    async def _talk(self) -> None:
        if not self._leave:
            await self.attended.wait()
        first = StartConversation(
            ref=fresh(),
            client_id=fresh(),
            body=next(self._script, f"{self.name} asks"),
            name=self.name,
            leave=self._leave,
        )
        await self._give(first, "")
        said = 1
        while said < self._lines or self._go_on():
            await asyncio.sleep(random.uniform(0.5, 1.5) * self._gap_seconds)
            if self.over.is_set():
                return
            said += 1
            # Not awaited: what a person types next does not wait for the network.
            # What does not compress takes its room on the disk.
            more = secrets.token_hex(self._padding // 2)
            line = next(self._script, f"{self.name} says {said}")
            self.say(self.conversation_id, f"{line} {more}".rstrip())
        self.say(self.conversation_id, f"{self.name} says goodbye {LAST}")

    def _hello(self, cursors: list[Cursor]) -> Command:
        return VisitorHello(
            ref=fresh(), protocol=PROTOCOL, site=self._site, token=self._token, cursors=cursors
        )

    def hear(self, event: AnyEvent) -> None:
        match event:
            case VisitorWelcomed():
                self._attend(event.site)
                if event.ticket is not None:
                    self._told(event.ticket)
            case SiteChanged():
                self._attend(event.site)
            case TicketChanged():
                self._told(event.ticket)
            case QueueMoved():
                place = event.place
                self.note(
                    records.Placed(
                        at=now(), who=self.name, conversation=place.conversation_id, position=place.position
                    )
                )
            case _:
                pass
        self._look()

    def _attend(self, site: SiteView) -> None:
        if site.attended:
            self.attended.set()

    def _told(self, ticket: TicketView) -> None:
        self.conversation_id = ticket.conversation_id
        self.screen(ticket.conversation_id)
        agent = ticket.agent.id if ticket.agent else ""
        self.note(
            records.Ticket(
                at=now(),
                who=self.name,
                conversation=ticket.conversation_id,
                version=ticket.version,
                live=ticket.live,
                agent=agent,
            )
        )
        if self.ticket is None or ticket.version >= self.ticket.version:
            self.ticket = ticket

    def _look(self) -> None:
        """Over, when the ticket says so and the screen has all that the ticket counts."""
        ticket = self.ticket
        if ticket is None or ticket.live not in ("ended", "message"):
            return
        if self.screen(ticket.conversation_id).head >= ticket.public_head:
            self.over.set()
