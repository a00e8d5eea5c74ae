"""The message path: a draft goes into the next group commit, and who it concerns hears of it after.

Everything here is synchronous and costs the same however many connections or chats there are.
"""

from collections.abc import Callable

import structlog

from chat import announce, letters, lines, reopening
from chat.context import Context
from chat.errors import Refused
from chat.gate import later_ms
from chat.protocol.codes import Code
from store import entries
from store.entries import Draft, Stored
from store.errors import OutOfOrder

log = structlog.get_logger(__name__)

Answer = Callable[[Stored | Refused], None]


def send(context: Context, draft: Draft, answer: Answer, turn: int | None = None) -> None:
    """Submit a draft; `answer` gets what became of it, after the commit, in the order of sending. `turn`:
    the one that the log reserved for it, if any."""

    def done(outcome: Stored | entries.Refused | Exception) -> None:
        if isinstance(outcome, Stored):
            answer(outcome)
            if not outcome.known:
                announce.appended(context, outcome)
            _follow_up(context, outcome)
        elif isinstance(outcome, entries.Refused):
            answer(lines.refusal(outcome))
        elif isinstance(outcome, OutOfOrder):
            answer(Refused(Code.ORDER, retry_after_ms=250))
        else:
            log.warning("send_not_now", error=str(outcome))
            answer(Refused(Code.UNAVAILABLE, retry_after_ms=later_ms()))

    context.log.submit(draft, done, turn)


def _follow_up(context: Context, stored: Stored) -> None:
    """A customer's message in a ticket that had ended opens it again; an agent's to a customer who is
    away goes by mail as well, also where only the second try was told that it is written."""
    if stored.thread != "public":
        return
    if stored.live == "ended" and stored.author_kind == "customer" and not stored.known:
        context.tasks.spawn(_reopen(context, stored.conversation_id), "reopen")

    elif (
        stored.author_kind == "staff"
        and not context.presence.customer_here(stored.conversation_id)
        and not letters.is_due(context, stored.conversation_id)
    ):
        # Once a minute at most: the customer may well be here at another process, and talk.
        context.tasks.spawn(letters.answer_later(context, stored.conversation_id), "letter")


async def _reopen(context: Context, conversation_id: str) -> None:
    async with context.gate.turn():
        await reopening.reopen(context, conversation_id)
