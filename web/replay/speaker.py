"""One side of one conversation: says the turns that are due, when its screen shows all before them."""

import asyncio
from collections.abc import Callable
from functools import partial

from chat.protocol.commands import SendMessage, SetTyping
from chat.protocol.events import Acked, AnyEvent
from chat.protocol.views import Entry
from web.replay.client import Refused
from web.replay.dialogues import Side
from web.replay.play import Play, Tempo, Turn
from web.replay.screen import Screen
from web.replay.session import Session, fresh


class Speaker:
    """complete: called once, when every turn is on this side's screen."""

    def __init__(
        self,
        side: Side,
        play: Play,
        screen: Screen,
        session: Session,
        tempo: Tempo,
        complete: Callable[[], None] = lambda: None,
    ) -> None:
        self.side = side
        self.play = play
        self.screen = screen
        self._session = session
        self._tempo = tempo
        self._complete: Callable[[], None] | None = complete
        # The first turn opens the conversation, which is the customer's own doing.
        self._said = {0}
        self._loop = asyncio.get_running_loop()
        self._silenced = False

    def show(self, entries: list[Entry]) -> None:
        """Entries were delivered."""
        before = len(self.screen.lines)
        for entry in entries:
            self.screen.show(entry)
        self.caught_up(before)

    def caught_up(self, before: int) -> None:
        """The screen has grown from `before` lines; go on where it is our turn."""
        if len(self.screen.lines) > before:
            self.play.saw(self.side, self.screen, before, self._loop.time())
        self.advance()

    def advance(self) -> None:
        """Say the turn that is due, if it is ours and not yet on its way."""
        turn = self.play.turn(len(self.screen.lines))
        if turn is None:
            complete, self._complete = self._complete, None
            if complete is not None:
                complete()
            return
        if turn.side != self.side or turn.index in self._said or self._silenced:
            return
        self._said.add(turn.index)
        delay = self._tempo.seconds(turn.text)
        if delay == 0:
            self._say(turn)
            return
        self._session.post(SetTyping(ref=fresh(), conversation_id=self.screen.conversation_id, typing=True))
        self._loop.call_later(delay, self._say, turn)

    def silence(self) -> None:
        """The chat is somebody else's now: say nothing that is not said yet."""
        self._silenced = True

    def _say(self, turn: Turn) -> None:
        if self._silenced:
            return
        command = SendMessage(
            ref=fresh(), conversation_id=self.screen.conversation_id, client_id=fresh(), body=turn.text
        )
        reply = self._session.ask(command, lambda: self.play.sending(turn, self._loop.time()))
        reply.add_done_callback(partial(self._answered, turn))

    def _answered(self, turn: Turn, reply: "asyncio.Future[AnyEvent]") -> None:
        if reply.cancelled():
            return
        error = reply.exception()
        if isinstance(error, Refused):
            self.play.refusals.append(error.code.value)
            self._said.discard(turn.index)
            return
        self.acked(turn, reply.result())

    def acked(self, turn: Turn, reply: AnyEvent) -> None:
        """A turn of ours is durable."""
        assert isinstance(reply, Acked)
        self.play.durable(turn, reply.seq)
        before = len(self.screen.lines)
        self.screen.acked(reply, self.side, turn.text)
        self.caught_up(before)
