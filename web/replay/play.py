"""One dialogue on its way through the service, and the evidence that it leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from web.replay.dialogues import Dialogue, Side
from web.replay.journal import Journal
from web.replay.screen import Line, Screen

READING_SECONDS: Final = 1.5
TYPED_A_SECOND: Final = 6.0
"""Characters; 72 words a minute, a practised typist's pace."""


class Turn(Struct, frozen=True):
    index: int
    side: Side
    text: str


class Hold(Struct, frozen=True):
    """That a member of staff held the conversation, by the service's own record."""

    staff_id: str
    started_at: datetime
    ended_at: datetime | None


class Play:
    """A dialogue, which of its turns is due, and when what happened. Times are loop times in seconds."""

    def __init__(
        self, number: int, dialogue: Dialogue, moved: Callable[[], None], journal: Journal | None = None
    ) -> None:
        self.number = number
        self.dialogue = dialogue
        self._moved = moved
        self._journal = journal
        self.conversation_id = ""
        self.started_at: float | None = None
        self.assigned_at: float | None = None
        self.ended = False
        """The customer was told that the conversation is over."""
        self.sent_at: dict[int, float] = {}
        self.reached_at: dict[int, float] = {}
        self.acked: dict[int, int] = {}
        """Seq by turn, for what the service said is durable."""
        self.customer: Screen | None = None
        self.agents: dict[str, Screen] = {}
        """By staff id, in the order in which they joined; the last one saw it to the end."""
        self.thread: list[Line] = []
        self.holds: list[Hold] = []
        self.refusals: list[str] = []

    def turn(self, index: int) -> Turn | None:
        """The turn after `index` others, or None when all is said."""
        if index >= len(self.dialogue.turns):
            return None
        side, text = self.dialogue.turns[index]
        return Turn(index, side, text)

    def sending(self, turn: Turn, now: float) -> None:
        """A turn leaves its speaker; the first time counts, and later tries from then, as for people."""
        self.sent_at.setdefault(turn.index, now)
        self._moved()

    def durable(self, turn: Turn, seq: int) -> None:
        """Its speaker was told that a turn is stored."""
        self.acked[turn.index] = seq
        if self._journal is not None:
            self._journal.write(self.conversation_id, seq, turn.side, turn.text)

    def saw(self, side: Side, screen: Screen, first: int, now: float) -> None:
        """Lines from index `first` on are new on that side's screen."""
        for index in range(first, len(screen.lines)):
            if screen.lines[index].side != side:
                self.reached_at.setdefault(index, now)
        self._moved()

    def assigned(self, now: float) -> None:
        """The customer was told who it is."""
        if self.assigned_at is None:
            self.assigned_at = now
            self._moved()

    def over(self) -> None:
        self.ended = True
        self._moved()


class Plays:
    """The plays by their conversations' ids, which only the customer learns, and the agent waits for."""

    def __init__(self) -> None:
        self._known: dict[str, Play] = {}
        self._awaited: dict[str, list[Callable[[Play], None]]] = {}

    def enter(self, play: Play) -> None:
        self._known[play.conversation_id] = play
        for told in self._awaited.pop(play.conversation_id, []):
            told(play)

    def when_known(self, conversation_id: str, told: Callable[[Play], None]) -> None:
        """Call `told` with the play, now or as soon as its customer has entered it."""
        play = self._known.get(conversation_id)
        if play is not None:
            told(play)
        else:
            self._awaited.setdefault(conversation_id, []).append(told)

    def strangers(self) -> list[str]:
        """Conversations that our agents got and that no customer of ours ever had."""
        return sorted(self._awaited)


class Tempo:
    """How long a person takes over a turn: reading what came, then typing. `speed` 0 is no time at all."""

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def seconds(self, text: str) -> float:
        if self._speed == 0:
            return 0.0
        return (READING_SECONDS + len(text) / TYPED_A_SECOND) / self._speed

    def of(self, dialogue: Dialogue) -> float:
        """Seconds that a whole dialogue takes."""
        return sum(self.seconds(text) for _, text in dialogue.turns)
