"""A small desk to test on, and drafts to write in it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from msgspec import Struct

from store import conversations, customers, sites, staff, teams
from store.conversations import Conversation, New
from store.database import Database
from store.drafts import AuthorKind, Draft, Live, Thread

START = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """A time after START."""
    return START + timedelta(seconds=seconds)


class Seeded(Struct):
    """A desk with two teams, two agents and a customer on one site."""

    database: Database
    team: teams.Team
    other_team: teams.Team
    site: sites.Site
    customer: customers.Customer
    ada: staff.Staff
    bo: staff.Staff
    numbers: "count[int]"

    async def conversation(self, live: Live = "waiting", at: datetime = START) -> Conversation:
        """A new conversation, not in the queue yet."""
        new = New(
            site_id=self.site.id,
            customer_id=self.customer.id,
            team_id=self.team.id,
            client_id=f"first-{next(self.numbers)}",
            subject="Where is my parcel?",
            live=live,
        )
        async with self.database.begin() as tx:
            return await conversations.open(tx, new, at)

    async def reread(self, id: str) -> Conversation:
        """A conversation as it stands now."""
        async with self.database.read() as tx:
            found = await conversations.get(tx, id)
        assert found is not None
        return found


async def seed(database: Database) -> Seeded:
    """Fill an empty desk."""
    async with database.begin() as tx:
        team = await teams.add(tx, name="Support")
        other = await teams.add(tx, name="Sales", assignment="offered")
        site = await sites.add(tx, "KEY", "Shop", ["https://shop.example"], "secret", team.id)
        customer = await customers.create(tx, site.id, START, name="Cy", email="cy@example.com")
        ada = await staff.add(tx, "Ada@Example.com", "Ada", "hash", "agent", [team.id], START)
        bo = await staff.add(tx, "bo@example.com", "Bo", "hash", "supervisor", [team.id, other.id], START)
    return Seeded(database, team, other, site, customer, ada, bo, count())


def draft(
    conversation_id: str,
    body: str = "hello",
    client_id: str | None = None,
    *,
    author_id: str = "visitor",
    author_kind: AuthorKind = "customer",
    thread: Thread = "public",
    kind: str = "message",
    epoch: int | None = None,
    payload: bytes | None = None,
    author_name: str = "Cy",
) -> Draft:
    """A customer's message, unless told otherwise."""
    return Draft(
        conversation_id=conversation_id,
        thread=thread,
        kind=kind,
        author_kind=author_kind,
        author_id=author_id,
        author_name=author_name,
        body=body,
        payload=payload,
        client_id=client_id,
        epoch=epoch,
    )
