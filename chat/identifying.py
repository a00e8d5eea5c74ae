"""A site says who somebody is; whoever calls this has checked that it was the site."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import requirements
from chat.context import Context
from store import conversations, customers, organisations
from store.conversations import Conversation


async def identify(
    context: Context,
    site_id: str,
    external_id: str,
    *,
    name: str,
    email: str,
    organisation: str,
    attributes: Mapping[str, str],
) -> str:
    """Bring the customer of that id up to date, made where there is none; returns our id of them.

    An empty name, mail address or organisation stays as it is; the attributes are replaced. What they have
    under way ranks by it at once.
    """
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[str, list[Conversation]]:
        known = await customers.identified(tx, site_id, external_id, at)
        await customers.touch(tx, known.id, at)
        told = (name or known.name, email or known.email, organisation or known.organisation_name, attributes)
        if told == (known.name, known.email, known.organisation_name, known.attributes):
            # Each page that they open says so again.
            return known.id, []
        await customers.set_attributes(tx, known.id, attributes)
        if organisation:
            await organisations.set_of(tx, known.id, (await organisations.named(tx, organisation)).id)
        await customers.set_contact(tx, known.id, at, name or None, email or None)
        rows = await conversations.lock_open_of(tx, customer_id=known.id)
        return known.id, await requirements.rank(context, tx, rows)

    customer_id, rows = await context.database.transact(work)
    await requirements.tell(context, rows)
    return customer_id
