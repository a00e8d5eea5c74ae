"""The sends of one connection: bounded in flight, acknowledged when durable."""

import asyncio
from collections.abc import Callable

from chat import sending
from chat.connection import Connection
from chat.context import Context
from chat.errors import Refused
from chat.protocol import codec
from chat.protocol.codes import Code
from chat.protocol.events import Acked
from store.entries import Draft, Stored


class Sender:
    """Submits drafts and answers their `ref`."""

    def __init__(self, context: Context, connection: Connection):
        self._context = context
        self._connection = connection
        self._in_flight = 0
        self._idle: asyncio.Future[None] | None = None

    def send(
        self,
        ref: str,
        draft: Draft,
        refused: Callable[[Refused], bool] | None = None,
        turn: int | None = None,
    ) -> None:
        """Raises `Refused` (`busy`) beyond the bound. `refused` may take a refusal over: then it is
        not answered here. `turn`: the one that was reserved for it, if it has waited."""
        self.begin(draft)

        def answer(outcome: Stored | Refused) -> None:
            self.settle()
            if isinstance(outcome, Stored):
                self._connection.post(acked(ref, outcome))
            elif refused is None or not refused(outcome):
                self.refuse(ref, outcome)

        sending.send(self._context, draft, answer, turn)

    def refuse(self, ref: str, refused: Refused) -> None:
        self._connection.post(codec.failed(ref, refused))

    async def idle(self) -> None:
        """Wait until nothing is in flight."""
        while self._in_flight:
            if self._idle is None:
                self._idle = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._idle)

    def begin(self, draft: Draft) -> None:
        """Count a send in flight. Raises `Refused` (`busy`) beyond the bound."""
        if self._in_flight >= self._context.limits.sends_in_flight:
            self.hold(draft)
            raise Refused(Code.BUSY, retry_after_ms=100)
        self._in_flight += 1

    def reserve(self) -> int:
        """The place of a send that has to wait before it can be submitted."""
        return self._context.log.reserve()

    def hold(self, draft: Draft, turn: int | None = None) -> None:
        """A send that never reached the log was refused: the later ones wait until it comes again."""
        self._context.log.hold(draft, turn)

    def settle(self) -> None:
        self._in_flight -= 1
        if not self._in_flight and self._idle is not None:
            self._idle.set_result(None)
            self._idle = None


def acked(ref: str, stored: Stored) -> bytes:
    return codec.encode(
        Acked(
            ref=ref,
            conversation_id=stored.conversation_id,
            client_id=stored.client_id or "",
            thread=stored.thread,
            seq=stored.seq,
            at=stored.at,
        )
    )
