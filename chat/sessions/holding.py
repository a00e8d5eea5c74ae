"""An agent's sends: each names the epoch under which this agent holds the chat.

The epoch is learnt from the database once, and again when the log refuses it; until it is known the
agent's messages wait here, in order.
"""

from collections import defaultdict

import msgspec

from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.sessions.sender import Sender
from store import conversations
from store.entries import Draft
from store.errors import Unavailable


class Holding:
    def __init__(self, context: Context, sender: Sender, staff_id: str):
        self._context = context
        self._sender = sender
        self._staff_id = staff_id
        self._epochs: dict[str, int] = {}
        self._waiting: dict[str, list[tuple[str, Draft, int]]] = defaultdict(list)
        """With the turn in which each came: one refused for want of room meanwhile comes after them."""

    def send(self, ref: str, draft: Draft) -> None:
        """Submit under the known epoch, or learn it first. Raises `Refused` (`busy`)."""
        conversation_id = draft.conversation_id
        epoch = self._epochs.get(conversation_id)
        if epoch is not None and conversation_id not in self._waiting:
            self._submit(ref, draft, epoch)
            return
        self._sender.begin(draft)
        waiting = self._waiting[conversation_id]
        waiting.append((ref, draft, self._sender.reserve()))
        if len(waiting) == 1:
            self._context.tasks.spawn(self._learn(conversation_id), "holding")

    def _submit(self, ref: str, draft: Draft, epoch: int, turn: int | None = None) -> None:
        def refused(refusal: Refused) -> bool:
            if refusal.code is not Code.NOT_ASSIGNED or self._epochs.get(draft.conversation_id) != epoch:
                return False
            # Taken away and perhaps given again: ask once more before saying no.
            del self._epochs[draft.conversation_id]
            try:
                self.send(ref, draft)
            except Refused as busy:
                self._sender.refuse(ref, busy)
            return True

        self._sender.send(ref, msgspec.structs.replace(draft, epoch=epoch), refused, turn)

    async def _learn(self, conversation_id: str) -> None:
        refusal = Refused(Code.NOT_ASSIGNED)
        try:
            async with self._context.database.read() as tx:
                row = await conversations.get(tx, conversation_id)
            if row is not None and row.assignee_id == self._staff_id:
                self._epochs[conversation_id] = row.epoch
        except Unavailable:
            refusal = Refused(Code.UNAVAILABLE, retry_after_ms=1000)
        epoch = self._epochs.get(conversation_id)
        for ref, draft, turn in self._waiting.pop(conversation_id, []):
            self._sender.settle()
            try:
                if epoch is None:
                    if refusal.code is Code.UNAVAILABLE:
                        self._sender.hold(draft, turn)
                    raise refusal
                self._submit(ref, draft, epoch, turn)
            except Refused as refused:
                self._sender.refuse(ref, refused)
