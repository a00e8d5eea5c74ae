"""What all clients of the bench share: a session that stays connected, and a journal of what happens."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from chat.protocol.commands import Command, Cursor, SendMessage, StartConversation
from chat.protocol.events import Acked as AckedEvent
from chat.protocol.events import AnyEvent, EntryAppended, Failed, StaffWelcomed, VisitorWelcomed
from chat.protocol.views import Entry
from tests.faults import records
from tests.faults.records import Journal, Role
from web.replay.client import Client, Refused
from web.replay.dialogues import Side
from web.replay.screen import Screen
from web.replay.session import Door, Session, fresh
from web.replay.wire import Wire

LAST: Final = "(end)"
"""What a customer's last line ends with; the agent then ends the chat."""


class KeptSession(Session):
    """The replay's session, which also says when a connection is gone. A `stubborn` one keeps a silent
    connection for as long as it stands, as a frozen client does."""

    def __init__(
        self,
        door: Door,
        hello: Callable[[], Command],
        on_event: Callable[[AnyEvent], None],
        on_closed: Callable[[], None],
    ) -> None:
        super().__init__(door, hello, on_event)
        self._on_closed = on_closed
        self.stubborn = False

    @property
    def wire(self) -> Wire | None:
        """The connection that stands now."""
        return self._client.wire if self._client is not None else None

    async def _watch(self, client: Client) -> None:
        if self.stubborn:
            await asyncio.wait({client.lost})
        await super()._watch(client)

    async def _connected(self) -> bool:
        try:
            return await super()._connected()
        finally:
            self._on_closed()


class Talker:
    """A person in one tab. Subclasses say hello and hear what concerns them."""

    role: Role = "customer"
    side: Side = "customer"

    def __init__(self, name: str, door: Door, journal: Journal) -> None:
        self.name = name
        self.person = ""
        self.connection = 0
        self.screens: dict[str, Screen] = {}
        self._door = door
        self._cursors: dict[str, int] = {}
        self._journal = journal
        self._welcomed = False
        self._running: asyncio.Task[None] | None = None
        self._bodies: dict[str, str] = {}
        self._replies: set[asyncio.Future[AnyEvent]] = set()
        self.acks = 0
        self.session = KeptSession(door, self._greeting, self._hear, self._gone)

    @property
    def connected(self) -> bool:
        """Welcomed, and not known to be cut."""
        return self._welcomed

    def start(self) -> None:
        """Connect, and stay connected."""
        self._running = asyncio.create_task(self.session.run(), name=self.name)

    async def leave(self, *, finished: bool) -> None:
        """Gone for good; `finished` when it has seen all that it waited for."""
        if self._running is not None:
            heads = self.heads()
            await self.end()
            self.note(records.Left(at=now(), who=self.name, finished=finished, heads=heads))

    async def end(self) -> None:
        """Disconnect, and try no more."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    def note(self, record: records.AnyRecord) -> None:
        self._journal.write(record)

    def screen(self, conversation_id: str) -> Screen:
        if conversation_id not in self.screens:
            self.screens[conversation_id] = Screen(conversation_id)
        return self.screens[conversation_id]

    def say(self, conversation_id: str, body: str) -> "asyncio.Future[AnyEvent]":
        """Keep a message until it is answered, whatever becomes of the connection."""
        command = SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body=body)
        return self._give(command, conversation_id)

    async def answered(self) -> None:
        """Until all that was said is acked, or refused for good."""
        await asyncio.gather(*self._replies, return_exceptions=True)

    def _give(
        self, command: SendMessage | StartConversation, conversation_id: str
    ) -> "asyncio.Future[AnyEvent]":
        client = command.client_id
        self._bodies[command.ref] = command.body

        def leaves() -> None:
            sent = records.Sent(
                at=now(), who=self.name, conversation=conversation_id, client=client, body=command.body
            )
            self.note(sent)

        reply = self.session.ask(command, leaves)
        self._replies.add(reply)
        reply.add_done_callback(self._replies.discard)
        reply.add_done_callback(lambda done: self._settled(client, done))
        return reply

    def _settled(self, client: str, reply: "asyncio.Future[AnyEvent]") -> None:
        if reply.cancelled():
            return
        error = reply.exception()
        if isinstance(error, Refused):
            self.note(
                records.Refused(at=now(), who=self.name, client=client, code=error.code.value, final=True)
            )

    def _greeting(self) -> Command:
        self.connection += 1
        cursors = self._shown()
        self._cursors = {cursor.conversation_id: cursor.public for cursor in cursors}
        return self._hello(cursors)

    def _shown(self) -> list[Cursor]:
        """How far this tab shows the threads that it goes on with."""
        return [screen.cursor() for screen in self.screens.values()]

    def heads(self) -> dict[str, int]:
        """Up to which seq this tab shows each thread that it stayed with."""
        return {id: screen.head for id, screen in self.screens.items()}

    def _hello(self, cursors: list[Cursor]) -> Command:
        raise NotImplementedError

    def _gone(self) -> None:
        if self._welcomed:
            self._welcomed = False
            self.note(records.Closed(at=now(), who=self.name, connection=self.connection))

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case VisitorWelcomed() | StaffWelcomed():
                self.person = event.visitor.id if isinstance(event, VisitorWelcomed) else event.me.id
                self._welcomed = True
                self.note(
                    records.Welcomed(
                        at=now(),
                        who=self.name,
                        role=self.role,
                        person=self.person,
                        connection=self.connection,
                        url=self._door.url,
                        cursors=self._cursors,
                    )
                )
            case AckedEvent():
                self._acked(event)
            case EntryAppended():
                self._shown_entry(event.conversation_id, event.thread, event.entry)
            case Failed() if event.ref in self._bodies:
                self.note(
                    records.Refused(
                        at=now(), who=self.name, client=event.ref, code=event.code.value, final=False
                    )
                )
            case _:
                pass
        self.hear(event)

    def hear(self, event: AnyEvent) -> None:
        """What else an event means for this kind of person."""

    def _acked(self, event: AckedEvent) -> None:
        self.acks += 1
        self.note(
            records.Acked(
                at=now(),
                who=self.name,
                conversation=event.conversation_id,
                client=event.client_id,
                seq=event.seq,
            )
        )
        body = self._bodies.pop(event.ref, "")
        self.screen(event.conversation_id).acked(event, self.side, body)

    def _shown_entry(self, conversation_id: str, thread: str, entry: Entry) -> None:
        self.note(
            records.Shown(
                at=now(),
                who=self.name,
                connection=self.connection,
                conversation=conversation_id,
                thread=thread,
                seq=entry.seq,
                entry=entry.kind,
                author=entry.author.id,
                client=entry.client_id if isinstance(entry.client_id, str) else "",
            )
        )
        if thread == "public":
            self.screen(conversation_id).show(entry)


def now() -> float:
    """Seconds of CLOCK_MONOTONIC, the same in all processes of the machine."""
    return time.monotonic()
