"""What a customer says of themselves: a name, and where answers reach them while away."""

from datetime import datetime

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
        customer = await told(tx, visitor, at, name, email)
        return customer, await conversations.of_customer(tx, visitor.id)

    customer, rows = await context.database.transact(work)
    for row in rows:
        if row.live != "ended":
            announce.changed(context, row)
    return customer


async def told(tx: AsyncConnection, visitor: Visitor, at: datetime, name: str, email: str) -> Customer:
    """Write down what somebody says of themselves, in this transaction; an empty one stays as it is.

    Of a customer whom their site has named it fills in what the site has left out, and nothing else: rules
    and staff trust what a site has signed. Raises `Refused`.
    """
    known = await customers.get(tx, visitor.id)
    if known is not None and known.external_id is not None:
        name, email = known.name or name, known.email or email
    customer = await customers.set_contact(tx, visitor.id, at, name or None, email or None)
    if customer is None:
        raise Refused(Code.UNAUTHENTICATED)
    return customer
