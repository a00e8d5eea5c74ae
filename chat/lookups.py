"""What every returning client asks the database for, gathered over all who return."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chat.access import Visitor
from chat.gathered import Gathered
from chat.protocol.views import Thread
from store import conversations, customers, entries, sites
from store.conversations import Conversation
from store.customers import Customer
from store.database import Database
from store.entries import EntryRow
from store.sites import Site

RECENT: Final = 20
PAGES: Final = 25
"""Threads read in one look: each may fill its page."""


class Arrival(NamedTuple):
    """A visitor as the database knows them; `recent` are their conversations, the newest first."""

    site: Site
    customer: Customer
    recent: list[Conversation]


class Page(NamedTuple):
    """The first `limit` entries of a thread whose seq is above `after`."""

    conversation_id: str
    thread: Thread
    after: int
    limit: int


class Lookups:
    """`arrivals` by visitor, `conversations` by id, `pages` of threads."""

    def __init__(self, database: Database):
        self._database = database
        self.arrivals = Gathered(self._arrivals)
        self.conversations = Gathered(self._conversations)
        self.pages = Gathered(self._pages, PAGES)

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

    async def _pages(self, pages: Sequence[Page]) -> Mapping[Page, list[EntryRow]]:
        """Those who come back at once mostly miss as much: they share a query."""
        alike: dict[tuple[Thread, int, int], list[Page]] = {}
        for page in pages:
            alike.setdefault(page[1:], []).append(page)
        found: dict[Page, list[EntryRow]] = {}
        async with self._database.read() as tx:
            for (thread, after, limit), wanted in alike.items():
                ids = [page.conversation_id for page in wanted]
                rows = await entries.pages(tx, ids, thread, after, limit)
                found |= {page: rows.get(page.conversation_id, []) for page in wanted}
        return found
