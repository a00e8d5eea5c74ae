"""An agent: takes what the service assigns, answers, and ends each chat when all is said."""

import asyncio
from typing import Final

from chat.protocol import PROTOCOL
from chat.protocol.codes import Code
from chat.protocol.commands import (
    AcceptOffer,
    EndConversation,
    LeaveConversation,
    OpenConversation,
    SetAvailability,
    StaffHello,
)
from chat.protocol.events import (
    AnyEvent,
    ConversationChanged,
    ConversationOpened,
    EntryAppended,
    OfferMade,
    StaffChanged,
    StaffWelcomed,
)
from chat.protocol.views import ConversationSummary, Entry, StaffView
from web.replay.client import Refused
from web.replay.play import Play, Plays, Tempo
from web.replay.screen import Screen
from web.replay.session import Door, Session, fresh
from web.replay.speaker import Speaker

EXPECTED: Final = frozenset({Code.OFFER_GONE, Code.ENDED, Code.NOT_ASSIGNED, Code.NOT_FOUND})
"""Refusals that only say that somebody else was faster, or that a retry had already been done."""


class Chat:
    """A conversation that this agent holds: its screen, and the side that speaks once the play is known."""

    def __init__(self, conversation_id: str) -> None:
        self.screen = Screen(conversation_id)
        self.speaker: Speaker | None = None
        self.opened = False

    def show(self, entries: list[Entry]) -> None:
        if self.speaker is not None:
            self.speaker.show(entries)
            return
        for entry in entries:
            self.screen.show(entry)


class Agent:
    """overloads: how often the service itself said that this agent's load is above the capacity."""

    def __init__(self, staff_id: str, door: Door, tempo: Tempo, plays: Plays) -> None:
        self.staff_id = staff_id
        self._tempo = tempo
        self._plays = plays
        self._chats: dict[str, Chat] = {}
        self._versions: dict[str, int] = {}
        self.failures: list[BaseException] = []
        self.overloads = 0
        self.session = Session(door, self._hello, self._hear)

    @property
    def held(self) -> int:
        return len(self._chats)

    async def sign_on(self) -> None:
        """Declare oneself available; returns when the service has taken it."""
        await self.session.ask(SetAvailability(ref=fresh(), availability="available"))

    async def sign_off(self) -> None:
        await self.session.ask(SetAvailability(ref=fresh(), availability="offline"))

    def _hello(self) -> StaffHello:
        # A chat whose opening is not answered yet is opened again instead, from its own cursor.
        cursors = [chat.screen.cursor() for chat in self._chats.values() if chat.opened]
        return StaffHello(ref=fresh(), protocol=PROTOCOL, cursors=cursors)

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case EntryAppended(thread="public"):
                chat = self._chats.get(event.conversation_id)
                if chat is not None:
                    chat.show([event.entry])
            case ConversationChanged():
                self._changed(event.summary)
            case ConversationOpened():
                self._opened(event)
            case OfferMade():
                self._do(AcceptOffer(ref=fresh(), offer_id=event.offer.offer_id))
            case StaffChanged():
                self._measure(event.staff)
            case StaffWelcomed():
                self._welcomed(event)
            case _:
                pass

    def _welcomed(self, welcomed: StaffWelcomed) -> None:
        """The snapshot after a reconnect: what was given and taken meanwhile."""
        self._measure(welcomed.me)
        mine = {summary.conversation_id for summary in welcomed.mine}
        for conversation_id in self._chats.keys() - mine:
            self._drop(conversation_id)
        for summary in welcomed.mine:
            self._changed(summary)
        for offer in welcomed.offers:
            self._do(AcceptOffer(ref=fresh(), offer_id=offer.offer_id))

    def _changed(self, summary: ConversationSummary) -> None:
        conversation_id = summary.conversation_id
        if summary.version < self._versions.get(conversation_id, 0):
            return
        self._versions[conversation_id] = summary.version
        assignee = summary.assignee.id if summary.assignee else ""
        if assignee == self.staff_id and summary.live == "assigned":
            self._hold(conversation_id)
        else:
            self._drop(conversation_id)

    def _hold(self, conversation_id: str) -> None:
        if conversation_id in self._chats:
            return
        chat = self._chats[conversation_id] = Chat(conversation_id)
        self._do(OpenConversation(ref=fresh(), cursor=chat.screen.cursor()))

    def _opened(self, opened: ConversationOpened) -> None:
        chat = self._chats.get(opened.summary.conversation_id)
        if chat is None:
            return
        chat.opened = True
        if opened.public:
            chat.screen.begin_at(opened.public[0].seq)
        chat.show(opened.public)
        if chat.speaker is None:
            self._plays.when_known(chat.screen.conversation_id, lambda play: self._speak(chat, play))

    def _speak(self, chat: Chat, play: Play) -> None:
        """The conversation is one of the replay's: take our side in it."""
        conversation_id = chat.screen.conversation_id
        play.agents.pop(self.staff_id, None)
        play.agents[self.staff_id] = chat.screen
        chat.speaker = Speaker(
            "agent", play, chat.screen, self.session, self._tempo, lambda: self._end(conversation_id)
        )
        chat.speaker.caught_up(0)

    def _end(self, conversation_id: str) -> None:
        self._do(EndConversation(ref=fresh(), conversation_id=conversation_id))

    def _drop(self, conversation_id: str) -> None:
        """Not ours any more: ended, given back, or taken over."""
        chat = self._chats.pop(conversation_id, None)
        if chat is None:
            return
        if chat.speaker is not None:
            chat.speaker.silence()
        self._do(LeaveConversation(ref=fresh(), conversation_id=conversation_id))

    def _measure(self, staff: StaffView) -> None:
        if staff.id == self.staff_id and staff.load > staff.capacity:
            self.overloads += 1

    def _do(self, command: AcceptOffer | OpenConversation | EndConversation | LeaveConversation) -> None:
        self.session.ask(command).add_done_callback(self._done)

    def _done(self, reply: "asyncio.Future[AnyEvent]") -> None:
        if reply.cancelled():
            return
        error = reply.exception()
        if error is not None and not (isinstance(error, Refused) and error.code in EXPECTED):
            self.failures.append(error)
