"""The session of a console or board: a member of staff, with what their role and teams allow.

Who asks is read from the database at every command that acts. A send names the epoch under which
this agent holds the chat, and the log compares it in the locked row.
"""

import structlog
from uuid_utils import uuid7

from chat import access, availability, endings, offering, queueing, requirements, rooms, transfers
from chat.access import Staff
from chat.connection import Connection, Socket
from chat.context import Context
from chat.errors import Refused
from chat.protocol import codec
from chat.protocol.codes import CloseCode, Code
from chat.protocol.commands import (
    AcceptOffer,
    AddNote,
    DeclineOffer,
    EndConversation,
    FetchEntries,
    LeaveConversation,
    MarkSeen,
    OpenConversation,
    RequeueConversation,
    SendMessage,
    SetAvailability,
    SetPriority,
    SetTyping,
    StaffHello,
    TakeConversation,
    TransferConversation,
    WatchBoard,
    WatchRows,
)
from chat.protocol.events import Done
from chat.sessions import history, welcome
from chat.sessions.holding import Holding
from chat.sessions.intake import Intake
from chat.sessions.sender import Sender
from chat.sessions.viewing import Viewing
from store import conversations
from store.entries import Draft
from store.errors import Unavailable

log = structlog.get_logger(__name__)


class StaffSession:
    """`receive` takes frames; `lost` is called once, when the socket is gone."""

    def __init__(self, context: Context, socket: Socket, staff_id: str, session_id: str):
        self.staff_id = staff_id
        self.session_id = session_id
        self._context = context
        self._connection = Connection(str(uuid7()), socket)
        self._sender = Sender(context, self._connection)
        self._me = Staff(staff_id, "", "agent", frozenset())
        self._holding = Holding(context, self._sender, staff_id)
        self._viewing = Viewing(context, self._connection)
        self._intake = Intake(
            context,
            self._connection,
            codec.staff_commands,
            self._hello,
            quick={SendMessage: self._send, SetTyping: self._typing, MarkSeen: self._seen},
            slow={
                SetAvailability: self._availability,
                AcceptOffer: self._accept,
                DeclineOffer: self._decline,
                TakeConversation: self._take,
                OpenConversation: self._open,
                LeaveConversation: self._leave,
                WatchRows: self._rows,
                AddNote: self._note,
                FetchEntries: self._fetch,
                TransferConversation: self._transfer,
                RequeueConversation: self._requeue,
                SetPriority: self._priority,
                EndConversation: self._end,
                WatchBoard: self._board,
            },
            sender=self._sender,
            refused_send=lambda command: self._sender.hold(self._draft(command)),
        )
        context.hub.add(self._connection)
        context.staff_sessions[self._connection] = self
        self.receive = self._intake.receive

    @property
    def connection(self) -> Connection:
        return self._connection

    def lost(self) -> None:
        self._intake.lost()
        self._context.staff_sessions.pop(self._connection, None)
        self._viewing.leave_all()
        self._context.previews.watch(self._connection, set())
        self._context.hub.remove(self._connection)
        self._context.tasks.spawn(self._context.presence.remove(self._connection), "presence")

    async def _actor(self) -> Staff:
        """Who asks, as of now."""
        async with self._context.database.read() as tx:
            self._me = await access.staff_actor(tx, self.staff_id)
        return self._me

    async def recheck(self, conversation_id: str) -> None:
        """A conversation that is open or on screen here has moved: out of sight, if so.

        Where that cannot be found out the console is sent away: it comes back, and is asked who it is anew.
        """
        try:
            me = await self._actor()
            async with self._context.database.read() as tx:
                row = await conversations.get(tx, conversation_id)
        except Unavailable as error:
            log.warning("recheck_not_now", conversation_id=conversation_id, error=str(error))
            self._connection.socket.close(CloseCode.RESTART, "look again")
            return
        if row is None or not me.sees(row):
            self._viewing.leave(conversation_id)
            self._context.previews.forget(self._connection, conversation_id)
        else:
            self._viewing.moved(conversation_id, mine=row.assignee_id == me.id)

    async def _hello(self, command: StaffHello) -> None:
        me = await self._actor()
        await self._context.presence.add_staff(self._connection, me.id)
        hub = self._context.hub
        with self._connection.behind():
            hub.join(self._connection, rooms.staff(me.id))
            hub.join(self._connection, rooms.DESK)
            await self._context.bus.ready(rooms.staff(me.id))
            event = await welcome.staff(self._context, me, command.ref, self._join_teams)
            self._connection.socket.post(codec.encode(event))
        for cursor in command.cursors:
            await self._viewing.resume(me, cursor)

    async def _join_teams(self, team_ids: list[str]) -> None:
        for team_id in team_ids:
            self._context.hub.join(self._connection, rooms.team(team_id))
            await self._context.bus.ready(rooms.team(team_id))

    def _send(self, command: SendMessage) -> None:
        self._holding.send(command.ref, self._draft(command))

    def _draft(self, command: SendMessage) -> Draft:
        return Draft(
            conversation_id=command.conversation_id,
            thread="public",
            kind="message",
            author_kind="staff",
            author_id=self._me.id,
            author_name=self._me.name,
            body=command.body,
            client_id=command.client_id,
        )

    def _typing(self, command: SetTyping) -> None:
        self._viewing.require(command.conversation_id)
        signs = self._context.signs
        signs.typing(command.conversation_id, "staff", self._viewing.person, on=command.typing)

    def _seen(self, command: MarkSeen) -> None:
        self._viewing.require(command.conversation_id)
        # A supervisor who looks in silently has not read it for the agent.
        if self._viewing.holds(command.conversation_id):
            self._context.signs.seen(command.conversation_id, "staff", command.seq)

    async def _availability(self, command: SetAvailability) -> None:
        me = await self._actor()
        await availability.declare(self._context, me, command.availability, command.staff_id)
        self._done(command.ref)

    async def _accept(self, command: AcceptOffer) -> None:
        await offering.accept(self._context, await self._actor(), command.offer_id)
        self._done(command.ref)

    async def _decline(self, command: DeclineOffer) -> None:
        await offering.decline(self._context, await self._actor(), command.offer_id, command.reason)
        self._done(command.ref)

    async def _take(self, command: TakeConversation) -> None:
        await transfers.take(self._context, await self._actor(), command.conversation_id)
        self._done(command.ref)

    async def _open(self, command: OpenConversation) -> None:
        await self._viewing.open(await self._actor(), command)

    async def _leave(self, command: LeaveConversation) -> None:
        self._viewing.leave(command.conversation_id)
        self._done(command.ref)

    async def _rows(self, command: WatchRows) -> None:
        me = await self._actor()
        async with self._context.database.read() as tx:
            rows = await conversations.many(tx, command.conversation_ids)
        self._context.previews.watch(self._connection, {row.id for row in rows.values() if me.sees(row)})
        self._done(command.ref)

    async def _note(self, command: AddNote) -> None:
        me = await self._actor()
        if command.whisper and not me.supervises:
            raise Refused(Code.FORBIDDEN)
        async with self._context.database.read() as tx:
            await access.of_staff(tx, me, command.conversation_id, "note")
        draft = Draft(
            conversation_id=command.conversation_id,
            thread="staff",
            kind="whisper" if command.whisper else "note",
            author_kind="staff",
            author_id=me.id,
            author_name=me.name,
            body=command.body,
            client_id=command.client_id,
        )
        self._sender.send(command.ref, draft)

    async def _fetch(self, command: FetchEntries) -> None:
        me = await self._actor()
        async with self._context.database.read() as tx:
            await access.of_staff(tx, me, command.conversation_id, "see")
        await history.fetch(self._context, self._connection, command, staff=True)

    async def _transfer(self, command: TransferConversation) -> None:
        me = await self._actor()
        if bool(command.team_id) == bool(command.staff_id):
            raise Refused(Code.INVALID, "Choose a team or an agent to transfer to.")
        move, target = (
            (transfers.to_team, command.team_id)
            if command.team_id
            else (transfers.to_staff, command.staff_id)
        )
        await move(self._context, me, command.conversation_id, target, command.note)
        self._done(command.ref)

    async def _requeue(self, command: RequeueConversation) -> None:
        await queueing.requeue(self._context, await self._actor(), command.conversation_id)
        self._done(command.ref)

    async def _priority(self, command: SetPriority) -> None:
        me = await self._actor()
        await requirements.set_priority(self._context, me, command.conversation_id, command.priority)
        self._done(command.ref)

    async def _end(self, command: EndConversation) -> None:
        me = await self._actor()
        await endings.by_staff(self._context, me, command.conversation_id, command.status)
        self._done(command.ref)

    async def _board(self, command: WatchBoard) -> None:
        me = await self._actor()
        if not me.supervises:
            raise Refused(Code.FORBIDDEN)
        if command.on:
            self._context.hub.join(self._connection, rooms.BOARD)
        else:
            self._context.hub.leave(self._connection, rooms.BOARD)
        self._done(command.ref)

    def _done(self, ref: str) -> None:
        self._connection.post(codec.encode(Done(ref=ref)))
