"""What the customer thought of it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, lines
from chat.access import Visitor
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from store import conversations
from store.conversations import Conversation
from store.entries import Stored


async def rate(
    context: Context, visitor: Visitor, conversation_id: str, score: int, comment: str
) -> Conversation:
    """Set the rating, once the exchange has ended; a later one replaces it. Raises `Refused`."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Stored]:
        row = await access.of_visitor(tx, visitor, conversation_id, lock=True)
        if row.live != "ended":
            raise Refused(Code.FORBIDDEN, "You can rate once the conversation has ended.")
        written = await lines.write(
            tx,
            row.id,
            "rated",
            at,
            author=lines.of_customer(row),
            payload={"score": score, "comment": comment},
        )
        changed = await conversations.change(tx, row.id, at, rating=score, rating_comment=comment)
        return changed, written

    row, written = await context.database.transact(work)
    announce.changed(context, row, [written])
    return row
