"""The status page's session: whoever holds the link follows one ticket, and may do nothing else."""

from uuid_utils import uuid7

from chat import rooms, roster, views
from chat.connection import Connection, Socket
from chat.context import Context
from chat.errors import Refused
from chat.protocol import PROTOCOL, codec
from chat.protocol.codes import Code
from chat.protocol.commands import FetchEntries, StatusHello
from chat.protocol.events import StatusWelcomed, TicketChanged
from chat.sessions import history
from chat.sessions.intake import Intake
from chat.sessions.sender import Sender
from store import conversations, sites


class StatusSession:
    """`receive` takes frames; `lost` is called once, when the socket is gone."""

    def __init__(self, context: Context, socket: Socket, conversation_id: str):
        self._context = context
        self._conversation_id = conversation_id
        self._connection = Connection(str(uuid7()), socket)
        self._intake = Intake(
            context,
            self._connection,
            codec.status_commands,
            self._hello,
            quick={},
            slow={FetchEntries: self._fetch},
            sender=Sender(context, self._connection),
        )
        context.hub.add(self._connection)
        self.receive = self._intake.receive

    def lost(self) -> None:
        self._intake.lost()
        self._context.feeds.leave(self._connection, self._conversation_id, "public")
        self._context.hub.remove(self._connection)

    async def _hello(self, command: StatusHello) -> None:
        async with self._context.database.read() as tx:
            row = await conversations.get(tx, self._conversation_id)
            site = await sites.get(tx, row.site_id) if row else None
        if row is None or site is None:
            raise Refused(Code.UNAUTHENTICATED)
        self._context.hub.join(self._connection, rooms.customers(row.id))
        self._connection.post(
            codec.encode(
                StatusWelcomed(
                    ref=command.ref,
                    protocol=PROTOCOL,
                    at=self._context.clock.now(),
                    ticket=views.ticket(row),
                    site=roster.site_view(self._context, site),
                )
            )
        )
        await self._context.bus.ready(rooms.conversation(row.id))
        async with self._context.database.read() as tx:
            # Again, now that changes are heard: one made in between was told to nobody here.
            row = await conversations.get(tx, row.id) or row
        self._connection.post(codec.encode(TicketChanged(ticket=views.ticket(row))))
        cursor = next((c.public for c in command.cursors if c.conversation_id == row.id), 0)
        self._context.feeds.join(
            self._connection, row.id, "public", min(cursor, row.public_head), staff=False
        )
        if row.live == "waiting":
            await self._context.places.tell(self._connection, row.id)

    async def _fetch(self, command: FetchEntries) -> None:
        if command.conversation_id != self._conversation_id or command.thread != "public":
            raise Refused(Code.NOT_FOUND)
        await history.fetch(self._context, self._connection, command, staff=False)
