"""The widget's session: a visitor, and the conversations that are theirs."""

from collections.abc import Awaitable, Callable

from uuid_utils import uuid7

from chat import (
    access,
    announce,
    contacts,
    endings,
    following,
    joining,
    opening,
    queueing,
    rating,
    rooms,
    roster,
    views,
)
from chat.access import Visitor
from chat.connection import Connection, Socket
from chat.context import Context
from chat.errors import Refused
from chat.protocol import PROTOCOL, codec
from chat.protocol.codes import Code
from chat.protocol.commands import (
    EndConversation,
    FetchEntries,
    JoinQueue,
    LeaveQueue,
    MarkSeen,
    RateConversation,
    SendMessage,
    SetContact,
    SetTyping,
    StartConversation,
    VisitorHello,
)
from chat.protocol.events import Done, TicketChanged, VisitorWelcomed
from chat.protocol.views import Person
from chat.sessions import history
from chat.sessions.intake import Intake
from chat.sessions.sender import Sender, acked
from store.conversations import Conversation
from store.customers import Customer
from store.entries import Draft
from store.sites import Site

Authenticate = Callable[[str, str], Awaitable[Visitor | None]]
"""Site key and token to the visitor they prove; None when they prove nothing."""


class VisitorSession:
    """`receive` takes frames; `lost` is called once, when the socket is gone."""

    def __init__(self, context: Context, socket: Socket, authenticate: Authenticate):
        self._context = context
        self._authenticate = authenticate
        self._connection = Connection(str(uuid7()), socket)
        self._sender = Sender(context, self._connection)
        self._visitor = Visitor("", "")
        self._person = Person("", "")
        self._own: set[str] = set()
        self._intake = Intake(
            context,
            self._connection,
            codec.visitor_commands,
            self._hello,
            quick={SendMessage: self._send, SetTyping: self._typing, MarkSeen: self._seen},
            slow={
                StartConversation: self._start,
                FetchEntries: self._fetch,
                EndConversation: self._end,
                LeaveQueue: self._leave_queue,
                JoinQueue: self._join_queue,
                SetContact: self._contact,
                RateConversation: self._rate,
            },
            sender=self._sender,
            refused_send=lambda command: self._sender.hold(self._draft(command)),
            arrivals=context.arrivals,
        )
        context.hub.add(self._connection)
        context.visitor_sessions[self._connection] = self
        self.receive = self._intake.receive

    def lost(self) -> None:
        self._intake.lost()
        context = self._context
        context.visitor_sessions.pop(self._connection, None)
        for conversation_id in self._own:
            context.feeds.leave(self._connection, conversation_id, "public")
        context.hub.remove(self._connection)
        for conversation_id in self._own:
            if not context.presence.customer_here(conversation_id):
                context.presence.customer_left(conversation_id)
        context.tasks.spawn(context.presence.remove(self._connection), "presence")

    async def _hello(self, command: VisitorHello) -> None:
        visitor = await self._authenticate(command.site, command.token)
        if visitor is None:
            raise Refused(Code.UNAUTHENTICATED, "This visitor is not known any more.")
        arrival = await self._context.lookups.arrivals.get(visitor)
        if arrival is None:
            raise Refused(Code.UNAUTHENTICATED, "This visitor is not known any more.")
        site, customer, recent = arrival
        self._visitor = visitor
        self._person = Person(customer.id, customer.name)
        current = next((row for row in recent if row.status != "closed"), None)
        self._context.hub.join(self._connection, rooms.site(site.id))
        self._context.hub.join(self._connection, rooms.visitor(visitor.id))
        self._connection.post(codec.encode(self._welcome(command.ref, site, customer, current)))
        wanted = {cursor.conversation_id: cursor.public for cursor in command.cursors}
        for row in recent:
            if row is current or row.id in wanted:
                await self._follow(row, wanted.get(row.id, 0))

    def _welcome(
        self, ref: str, site: Site, customer: Customer, current: Conversation | None
    ) -> VisitorWelcomed:
        return VisitorWelcomed(
            ref=ref,
            protocol=PROTOCOL,
            at=self._context.clock.now(),
            visitor=self._person,
            email=customer.email,
            site=roster.site_view(self._context, site),
            ticket=views.ticket(current, self._context.status_path(current.id)) if current else None,
        )

    async def _follow(self, row: Conversation, cursor: int) -> None:
        if self._connection.socket.closed:
            return
        self._own.add(row.id)
        if not self._context.presence.customer_here(row.id):
            self._context.presence.tell(row.id, "customer", present=True)
        self._context.hub.join(self._connection, rooms.customers(row.id))
        self._context.hub.join(self._connection, rooms.tabs(row.id))
        await self._context.bus.ready(rooms.conversation(row.id))
        feeds = self._context.feeds
        entered = feeds.enter(self._connection, row.id, "public", cursor, staff=False)
        try:
            row = await self._caught_up(row)
        except BaseException:
            if entered:
                feeds.leave(self._connection, row.id, "public")
            raise
        if entered:
            feeds.go_on(self._connection, row.id, "public", row.public_head)
        self._context.presence.expect(self._connection, row.id, live=row.live in ("waiting", "assigned"))
        if row.live == "waiting":
            await self._context.presence.add_customer(self._connection, row.id)
            await self._context.places.tell(self._connection, row.id)

    async def _caught_up(self, row: Conversation) -> Conversation:
        """The ticket as it is now that changes are heard. One that another process made between our
        reading and our listening was told to nobody here, and no later check would find it."""
        now = await self._context.lookups.conversations.get(row.id)
        if now is None:
            return row
        if now.version != row.version:
            path = self._context.status_path(now.id)
            self._connection.post(codec.encode(TicketChanged(ticket=views.ticket(now, path))))
        return now

    def _require_own(self, conversation_id: str) -> None:
        if conversation_id not in self._own:
            raise Refused(Code.NOT_FOUND)

    def _send(self, command: SendMessage) -> None:
        self._require_own(command.conversation_id)
        self._sender.send(command.ref, self._draft(command))

    def _draft(self, command: SendMessage) -> Draft:
        return Draft(
            conversation_id=command.conversation_id,
            thread="public",
            kind="message",
            author_kind="customer",
            author_id=self._visitor.id,
            author_name=self._person.name,
            body=command.body,
            client_id=command.client_id,
        )

    def _typing(self, command: SetTyping) -> None:
        self._require_own(command.conversation_id)
        signs = self._context.signs
        signs.typing(command.conversation_id, "customer", self._person, on=command.typing)

    def _seen(self, command: MarkSeen) -> None:
        self._require_own(command.conversation_id)
        self._context.signs.seen(command.conversation_id, "customer", command.seq)

    async def _start(self, command: StartConversation) -> None:
        opened = await opening.open(self._context, self._visitor, command)
        if command.name:
            self._person = Person(self._person.id, opened.row.customer_name)
        path = self._context.status_path(opened.row.id)
        ticket = TicketChanged(ticket=views.ticket(opened.row, path))
        # The visitor's other tabs learn of the new conversation too.
        announce.event(self._context, [rooms.visitor(self._visitor.id)], ticket)
        self._connection.post(acked(command.ref, opened.first))
        await self._follow(opened.row, 0)
        following.tell(self._context, self._visitor.id, opened.row.id)

    async def follow(self, conversation_id: str) -> None:
        """Another tab of this visitor began it."""
        if conversation_id in self._own:
            return
        async with self._context.database.read() as tx:
            row = await access.of_visitor(tx, self._visitor, conversation_id)
        await self._follow(row, 0)

    async def _fetch(self, command: FetchEntries) -> None:
        self._require_own(command.conversation_id)
        if command.thread != "public":
            raise Refused(Code.NOT_FOUND)
        await history.fetch(self._context, self._connection, command, staff=False)

    async def _end(self, command: EndConversation) -> None:
        await endings.by_visitor(self._context, self._visitor, command.conversation_id)
        self._done(command.ref)

    async def _leave_queue(self, command: LeaveQueue) -> None:
        await queueing.leave(self._context, self._visitor, command.conversation_id)
        self._done(command.ref)

    async def _join_queue(self, command: JoinQueue) -> None:
        await joining.join(self._context, self._visitor, command.conversation_id)
        self._done(command.ref)

    async def _contact(self, command: SetContact) -> None:
        customer = await contacts.change(self._context, self._visitor, command.name, command.email)
        self._person = Person(customer.id, customer.name)
        self._done(command.ref)

    async def _rate(self, command: RateConversation) -> None:
        await rating.rate(
            self._context, self._visitor, command.conversation_id, command.score, command.comment
        )
        self._done(command.ref)

    def _done(self, ref: str) -> None:
        self._connection.post(codec.encode(Done(ref=ref)))
