"""What a customer says of themselves: a name, and where answers reach them while away."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce
from chat.access import Visitor
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from store import conversations, customers
from store.conversations import Conversation
from store.customers import Customer


async def change(context: Context, visitor: Visitor, name: str, email: str) -> Customer:
    """Set name and mail address, an empty one stays as it is; the staff see it at once.

    Raises `Refused`.
    """
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Customer, list[Conversation]]:
        customer = await customers.set_contact(tx, visitor.id, at, name or None, email or None)
        if customer is None:
            raise Refused(Code.UNAUTHENTICATED)
        return customer, await conversations.of_customer(tx, visitor.id)

    customer, rows = await context.database.transact(work)
    for row in rows:
        if row.live != "ended":
            announce.changed(context, row)
    return customer
