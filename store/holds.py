"""Senders whose order is at stake: one of their messages failed, and later ones may be under way."""

from datetime import datetime, timedelta

from msgspec import Struct

from store.drafts import Draft

Sender = tuple[str, str]
HOLD = timedelta(seconds=10)


class Hold(Struct, frozen=True):
    """The first message that failed, when it was submitted, and when that stops to matter."""

    client_id: str
    turn: int
    until: datetime


class Holds:
    """Which messages must not be written because an earlier one of their sender was not.

    A sender is an author in a conversation. A hold ends when the client id that failed is written, or
    submitted again; or after 10 s, when nothing that was sent in ignorance can still arrive, so that
    a message that can never be written does not silence its sender. Messages without a client id
    cannot be sent again, and neither hold nor are held.
    """

    def __init__(self) -> None:
        self._holds: dict[Sender, Hold] = {}

    def put(self, draft: Draft, turn: int, at: datetime) -> None:
        """Note that `draft` was not written; an earlier failure of its sender stands."""
        if draft.client_id is None:
            return
        sender = _sender(draft)
        hold = self._holds.get(sender)
        if hold is not None and hold.turn <= turn and hold.until > at:
            return
        self._holds.pop(sender, None)
        self._drop_lapsed(at)
        self._holds[sender] = Hold(draft.client_id, turn, at + HOLD)

    def holds(self, draft: Draft, turn: int, at: datetime) -> bool:
        """Whether `draft` must not be written now. The message that is waited for ends the hold."""
        hold = self._holds.get(_sender(draft))
        if hold is None or draft.client_id is None or turn <= hold.turn:
            return False
        if hold.client_id == draft.client_id or hold.until <= at:
            del self._holds[_sender(draft)]
            return False
        return True

    def lift(self, draft: Draft) -> None:
        """Note that `draft` was written."""
        hold = self._holds.get(_sender(draft))
        if hold is not None and hold.client_id == draft.client_id:
            del self._holds[_sender(draft)]

    def _drop_lapsed(self, at: datetime) -> None:
        """All last equally long, so the lapsed ones are the first: this costs what it removes."""
        while self._holds:
            sender, hold = next(iter(self._holds.items()))
            if hold.until > at:
                return
            del self._holds[sender]


def _sender(draft: Draft) -> Sender:
    return (draft.conversation_id, draft.author_id)
