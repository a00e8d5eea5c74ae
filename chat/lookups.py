"""What every returning client asks the database for, gathered over all who return."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chat.access import Visitor
from chat.gathered import Gathered
from store import conversations, customers, sites
from store.conversations import Conversation
from store.customers import Customer
from store.database import Database
from store.sites import Site

RECENT: Final = 20


class Arrival(NamedTuple):
    """A visitor as the database knows them; `recent` are their conversations, the newest first."""

    site: Site
    customer: Customer
    recent: list[Conversation]


class Lookups:
    """`arrivals` by visitor, `conversations` by id."""

    def __init__(self, database: Database):
        self._database = database
        self.arrivals = Gathered(self._arrivals)
        self.conversations = Gathered(self._conversations)

    async def _arrivals(self, visitors: Sequence[Visitor]) -> Mapping[Visitor, Arrival]:
        ids = [visitor.id for visitor in visitors]
        async with self._database.read() as tx:
            there = await sites.many(tx, sorted({visitor.site_id for visitor in visitors}))
            people = await customers.many(tx, ids)
            recent = await conversations.of_customers(tx, ids, RECENT)
        return {
            visitor: Arrival(there[visitor.site_id], people[visitor.id], recent.get(visitor.id, []))
            for visitor in visitors
            if visitor.site_id in there and visitor.id in people
        }

    async def _conversations(self, ids: Sequence[str]) -> Mapping[str, Conversation]:
        async with self._database.read() as tx:
            return await conversations.many(tx, ids)
