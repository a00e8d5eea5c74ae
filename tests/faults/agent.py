"""An agent of the bench: takes what comes, answers each line, ends a chat when its customer says goodbye."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from chat.protocol import PROTOCOL
from chat.protocol.commands import (
    AcceptOffer,
    Command,
    Cursor,
    EndConversation,
    LeaveConversation,
    OpenConversation,
    SetAvailability,
    StaffHello,
    TakeConversation,
)
from chat.protocol.events import (
    AnyEvent,
    ConversationChanged,
    ConversationOpened,
    EntryAppended,
    OfferEnded,
    OfferMade,
    StaffChanged,
    StaffWelcomed,
)
from chat.protocol.views import Availability, ConversationSummary, Entry, OfferView, StaffView
from tests.faults import records
from tests.faults.records import Journal, Role
from tests.faults.talking import LAST, Talker, now
from web.replay.client import Refused
from web.replay.dialogues import Side
from web.replay.session import Door, fresh


class Agent(Talker):
    """accepts: whether offers are taken as they come. answers: whether lines are answered, and goodbyes
    acted on; without, an agent only holds what is given. words: what to say next to the
    customer of that name, if anything special."""

    role: Role = "agent"
    side: Side = "agent"

    def __init__(
        self,
        name: str,
        door: Door,
        journal: Journal,
        *,
        accepts: bool = True,
        answers: bool = True,
        words: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__(name, door, journal)
        self.accepts = accepts
        self.answers = answers
        self._words = words
        self.held: set[str] = set()
        self.offers: dict[str, OfferView] = {}
        self.waiting: dict[str, ConversationSummary] = {}
        self._versions: dict[str, int] = {}
        self._opened: set[str] = set()
        self._ending: dict[str, int] = {}
        self._one_out = asyncio.Event()
        self._heads: dict[str, int] = {}

    async def declare(self, availability: Availability) -> None:
        """Say it until it is taken."""
        await self.session.ask(SetAvailability(ref=fresh(), availability=availability))
        self.note(records.Declared(at=now(), who=self.name, availability=availability))

    def _hello(self, cursors: list[Cursor]) -> Command:
        return StaffHello(ref=fresh(), protocol=PROTOCOL, cursors=cursors)

    def _shown(self) -> list[Cursor]:
        # One whose opening is not answered yet is opened again instead.
        return [self.screens[id].cursor() for id in sorted(self._opened)]

    def heads(self) -> dict[str, int]:
        return self._heads | {id: self.screens[id].head for id in self._opened}

    def hear(self, event: AnyEvent) -> None:
        match event:
            case StaffWelcomed():
                self._snapshot(event)
            case ConversationChanged():
                self._moved(event.summary)
            case ConversationOpened():
                self._open(event)
            case EntryAppended(thread="public"):
                self._answer(event.conversation_id, event.entry)
                self._see_out(event.conversation_id)
            case OfferMade():
                self._offered(event.offer)
            case OfferEnded():
                self.offers.pop(event.offer_id, None)
                over = records.OfferOver(at=now(), who=self.name, offer=event.offer_id, outcome=event.outcome)
                self.note(over)
            case StaffChanged():
                self._loaded(event.staff)
            case _:
                pass

    def _snapshot(self, welcomed: StaffWelcomed) -> None:
        self._loaded(welcomed.me)
        for gone in self.held - {summary.conversation_id for summary in welcomed.mine}:
            self._drop(gone)
        self.waiting = {summary.conversation_id: summary for summary in welcomed.unassigned}
        for summary in welcomed.mine:
            self._moved(summary)
        self.offers.clear()
        for offer in welcomed.offers:
            self._offered(offer)

    def _moved(self, summary: ConversationSummary) -> None:
        id = summary.conversation_id
        if summary.version < self._versions.get(id, 0):
            return
        self._versions[id] = summary.version
        assignee = summary.assignee.id if summary.assignee else ""
        self.note(
            records.Summary(
                at=now(),
                who=self.name,
                conversation=id,
                version=summary.version,
                epoch=summary.epoch,
                live=summary.live,
                assignee=assignee,
            )
        )
        if summary.live == "waiting":
            self.waiting[id] = summary
        else:
            self.waiting.pop(id, None)
        if summary.live == "assigned" and assignee == self.person:
            self._hold(id)
        elif summary.live == "ended" and id in self._opened:
            # Its last lines may still be on their way.
            self.held.discard(id)
            self._ending[id] = summary.public_head
            self._see_out(id)
        else:
            self._drop(id)

    def _hold(self, id: str) -> None:
        if id not in self.held:
            self.held.add(id)
            self._do(OpenConversation(ref=fresh(), cursor=Cursor(conversation_id=id)))

    def _see_out(self, id: str) -> None:
        """Close a chat that has ended, once all of it is on the screen."""
        if id in self._ending and self.screens[id].head >= self._ending[id]:
            self._heads[id] = self.screens[id].head
            self._drop(id)

    async def see_all_out(self, within_seconds: float) -> None:
        """Wait for the last lines of chats that have just ended; what does not come, the checker finds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                while self._ending:
                    self._one_out.clear()
                    await self._one_out.wait()

    def _drop(self, id: str) -> None:
        self._ending.pop(id, None)
        self._one_out.set()
        if id in self.held or id in self._opened:
            self.held.discard(id)
            self._opened.discard(id)
            self.screens.pop(id, None)
            self._do(LeaveConversation(ref=fresh(), conversation_id=id))

    def _open(self, event: ConversationOpened) -> None:
        id = event.summary.conversation_id
        self.note(
            records.Opened(
                at=now(),
                who=self.name,
                connection=self.connection,
                conversation=id,
                cursor=0,
                seqs=[entry.seq for entry in event.public],
            )
        )
        if id not in self.held:
            return
        self._opened.add(id)
        screen = self.screen(id)
        if event.public:
            screen.begin_at(event.public[0].seq)
        for entry in event.public:
            screen.show(entry)
        for entry in event.public[-1:]:
            self._answer(id, entry)
        if any(_says_goodbye(entry) for entry in event.public):
            self._end(id)

    def _answer(self, id: str, entry: Entry) -> None:
        if not self.answers or id not in self.held or entry.kind != "message":
            return
        if entry.author.kind == "customer":
            self.say(id, self._words(entry.author.name) or f"{self.name} answers {entry.seq}")
            if _says_goodbye(entry):
                self._end(id)

    def _end(self, id: str) -> None:
        if self.answers:
            self._do(EndConversation(ref=fresh(), conversation_id=id))

    def _offered(self, offer: OfferView) -> None:
        self.offers[offer.offer_id] = offer
        self.note(
            records.Offered(
                at=now(),
                who=self.name,
                offer=offer.offer_id,
                conversation=offer.conversation.conversation_id,
            )
        )
        if self.accepts:
            self.accept(offer.offer_id)

    def accept(self, offer_id: str) -> "asyncio.Future[AnyEvent]":
        return self._claim(AcceptOffer(ref=fresh(), offer_id=offer_id), offer_id)

    def take(self, conversation_id: str) -> "asyncio.Future[AnyEvent]":
        return self._claim(TakeConversation(ref=fresh(), conversation_id=conversation_id), conversation_id)

    def _claim(self, command: AcceptOffer | TakeConversation, subject: str) -> "asyncio.Future[AnyEvent]":
        """Ask for a chat; the reply, yes or no, is noted."""
        reply = self.session.ask(command)
        reply.add_done_callback(lambda done: self._claimed(subject, done))
        return reply

    def _claimed(self, subject: str, reply: "asyncio.Future[AnyEvent]") -> None:
        if reply.cancelled():
            return
        error = reply.exception()
        code = error.code.value if isinstance(error, Refused) else ""
        self.note(records.Answered(at=now(), who=self.name, subject=subject, code=code))

    def _loaded(self, staff: StaffView) -> None:
        if staff.id == self.person:
            self.note(records.Load(at=now(), who=self.name, load=staff.load, capacity=staff.capacity))

    def _do(self, command: Command) -> None:
        # A refusal says only that somebody was faster, or that a retry had been done before.
        self.session.ask(command).add_done_callback(_seen)


def _seen(reply: "asyncio.Future[AnyEvent]") -> None:
    if not reply.cancelled() and reply.exception() is not None:
        error = reply.exception()
        assert isinstance(error, Refused), error


def _says_goodbye(entry: Entry) -> bool:
    return entry.kind == "message" and entry.author.kind == "customer" and entry.body.endswith(LAST)
