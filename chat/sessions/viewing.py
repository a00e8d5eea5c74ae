"""The conversations that a member of staff has open: both threads live, and who else looks on."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, rooms, views
from chat.access import Staff
from chat.connection import Connection
from chat.context import Context
from chat.errors import Refused
from chat.protocol import codec
from chat.protocol.codes import Code
from chat.protocol.commands import Cursor, OpenConversation
from chat.protocol.events import ConversationOpened
from chat.protocol.views import Person, Thread
from store import entries
from store.entries import EntryRow

NEWEST = 100


class Viewing:
    def __init__(self, context: Context, connection: Connection):
        self._context = context
        self._connection = connection
        self._open: dict[str, bool] = {}
        self.person = Person("", "")

    def holds(self, conversation_id: str) -> bool:
        """Whether it was this member's own when it was opened."""
        return self._open.get(conversation_id, False)

    def require(self, conversation_id: str) -> None:
        """Raises `Refused` for a conversation that is not open here."""
        if conversation_id not in self._open:
            raise Refused(Code.NOT_FOUND)

    async def open(self, me: Staff, command: OpenConversation) -> None:
        """Answer with what the cursor misses, then follow. Raises `Refused`."""
        cursor = command.cursor
        await self._enter(me, cursor.conversation_id)
        try:
            async with self._context.database.read() as tx:
                row = await access.of_staff(tx, me, cursor.conversation_id, "see")
                public, public_more = await _missed(tx, row.id, "public", cursor.public)
                staff, staff_more = await _missed(tx, row.id, "staff", cursor.staff)
        except BaseException:
            self.leave(cursor.conversation_id)
            raise
        event = ConversationOpened(
            ref=command.ref,
            summary=views.summary(row),
            public=[views.entry(line, staff=True) for line in public],
            staff=[views.entry(line, staff=True) for line in staff],
            public_more=public_more,
            staff_more=staff_more,
            viewers=self._context.viewers.of(row.id),
            customer_present=self._context.presence.customer_here(row.id),
        )
        self._connection.post(codec.encode(event))
        self._join(row.id, "public", public[-1].seq if public else min(cursor.public, row.public_head))
        self._join(row.id, "staff", staff[-1].seq if staff else min(cursor.staff, row.staff_head))

    async def resume(self, me: Staff, cursor: Cursor) -> None:
        """Go on with a conversation that was open before the connection was lost."""
        try:
            await self._enter(me, cursor.conversation_id)
            async with self._context.database.read() as tx:
                row = await access.of_staff(tx, me, cursor.conversation_id, "see")
        except Refused:
            # It moved out of sight meanwhile: the lists say so.
            self.leave(cursor.conversation_id)
            return
        self._join(row.id, "public", min(cursor.public, row.public_head))
        self._join(row.id, "staff", min(cursor.staff, row.staff_head))

    def moved(self, conversation_id: str, *, mine: bool) -> None:
        """Whose it is has changed while it is open here."""
        if conversation_id in self._open:
            self._open[conversation_id] = mine

    def leave(self, conversation_id: str) -> None:
        if self._open.pop(conversation_id, None) is None:
            return
        self._context.feeds.leave(self._connection, conversation_id, "public")
        self._context.feeds.leave(self._connection, conversation_id, "staff")
        self._context.hub.leave(self._connection, rooms.viewers(conversation_id))
        self._context.viewers.remove(conversation_id, self._connection)

    def leave_all(self) -> None:
        for conversation_id in list(self._open):
            self.leave(conversation_id)

    async def _enter(self, me: Staff, conversation_id: str) -> None:
        """Check, then listen; whoever calls reads after that. What is noted first is undone by `leave`,
        wherever this ends."""
        async with self._context.database.read() as tx:
            row = await access.of_staff(tx, me, conversation_id, "see")
        if self._connection.socket.closed:
            raise Refused(Code.NOT_FOUND)
        self.person = Person(me.id, me.name)
        self._open[conversation_id] = row.assignee_id == me.id
        self._context.hub.join(self._connection, rooms.viewers(conversation_id))
        self._context.viewers.add(conversation_id, self._connection, self.person)
        await self._context.bus.ready(rooms.conversation(conversation_id))

    def _join(self, conversation_id: str, thread: Thread, cursor: int) -> None:
        self._context.feeds.join(self._connection, conversation_id, thread, cursor, staff=True)


async def _missed(
    tx: AsyncConnection, conversation_id: str, thread: Thread, cursor: int
) -> tuple[list[EntryRow], bool]:
    """What comes after the cursor, or the newest page when there is nothing yet or too much."""
    newest = await entries.newest(tx, conversation_id, thread, NEWEST)
    if cursor and newest and newest[0].seq <= cursor + 1:
        return [row for row in newest if row.seq > cursor], False
    return newest, bool(newest) and newest[0].seq > 1
