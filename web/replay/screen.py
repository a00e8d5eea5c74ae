"""A public thread as one client shows it: lines by seq, each once, and what came against the contract."""

from typing import Literal

from msgspec import UNSET, Struct

from chat.protocol.commands import Cursor
from chat.protocol.events import Acked
from chat.protocol.views import Entry
from web.replay.dialogues import Side


class Line(Struct, frozen=True):
    """A message on a screen, or in the ticket's thread."""

    seq: int
    side: Side
    body: str
    client_id: str = ""


class Screen:
    """What a client has of a conversation's public thread.

    The server owes it every entry once, each one seq after the last; `duplicates` and `gaps` count
    the deliveries that were not so. A client's own retries cannot raise them, since they deliver nothing.
    """

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self.head = 0
        """Everything up to this seq is on the screen; the cursor to resume from."""
        self.lines: list[Line] = []
        """The messages by people, in the order in which they were shown."""
        self.duplicates = 0
        self.gaps = 0
        self._early: dict[int, Line | None] = {}
        self._acked: set[int] = set()

    def cursor(self) -> Cursor:
        return Cursor(conversation_id=self.conversation_id, public=self.head)

    def begin_at(self, seq: int) -> None:
        """An empty screen begins at `seq`, where the server gives only the newest page of a long thread."""
        if not self.lines and self.head == 0:
            self.head = seq - 1

    def show(self, entry: Entry) -> bool:
        """Take an entry that was delivered; whether it was new."""
        if entry.seq <= self.head or entry.seq in self._early:
            if entry.seq in self._acked:
                self._acked.discard(entry.seq)
            else:
                self.duplicates += 1
            return False
        if entry.seq > self.head + 1:
            self.gaps += 1
        self._place(entry.seq, line_of(entry))
        return True

    def acked(self, acked: Acked, side: Side, body: str) -> None:
        """One's own message is durable: it stands at its seq, also where its delivery is still to come."""
        if acked.seq > self.head and acked.seq not in self._early:
            self._acked.add(acked.seq)
            self._place(acked.seq, Line(acked.seq, side, body, acked.client_id))

    def _place(self, seq: int, line: Line | None) -> None:
        self._early[seq] = line
        while self.head + 1 in self._early:
            self.head += 1
            shown = self._early.pop(self.head)
            if shown is not None:
                self.lines.append(shown)


def line_of(entry: Entry) -> Line | None:
    """A person's message, or None for the lines that the system writes."""
    if entry.kind != "message":
        return None
    side: Literal["customer", "agent"] = "customer" if entry.author.kind == "customer" else "agent"
    client_id = "" if entry.client_id is UNSET else entry.client_id
    return Line(entry.seq, side, entry.body, client_id)
