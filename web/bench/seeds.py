"""Who is there before a desk is served: a team, a site, staff with sessions, visitors, and who returns."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.access import Visitor
from store import conversations, customers, entries, search, sites, staff, staff_sessions, teams
from store.conversations import New
from store.database import Database
from store.drafts import Draft
from store.sites import Site
from store.staff import Role
from web.security.sessions import token_hash
from web.security.tokens import Tokens

SITE: Final = "bench"
CAPACITY: Final = 100
"""Room for one chat each."""
AT_ONCE: Final = 500


class Crowd(Struct, frozen=True):
    """How many of each. Those who return have had a conversation, which was solved."""

    agents: int = 0
    supervisors: int = 0
    visitors: int = 0
    returning: int = 0


class Returning(Struct, frozen=True):
    """A customer whose conversation has one entry."""

    token: str
    conversation_id: str


class Seeded(Struct, frozen=True):
    """Sessions of staff, tokens of visitors."""

    agents: Sequence[str]
    supervisors: Sequence[str]
    visitors: Sequence[str]
    returning: Sequence[Returning]


async def sow(url: str, ports: Sequence[int], secret: str, crowd: Crowd) -> Seeded:
    """Fill an empty, migrated database. `ports`: where it will be served; `secret`: what it signs with."""
    at = datetime.now(UTC)
    signer = Tokens(secret.encode(), lambda: at)
    database = await Database.open(url)

    async def first(tx: AsyncConnection) -> tuple[Site, list[str], list[str], list[str]]:
        team = await teams.add(tx, name="Bench")
        origins = [f"http://127.0.0.1:{port}" for port in ports]
        site = await sites.add(tx, SITE, "Bench", origins, secrets.token_hex(16), team.id)
        agents = [await _staff(tx, "agent", number, team.id, at) for number in range(crowd.agents)]
        above = [await _staff(tx, "supervisor", number, team.id, at) for number in range(crowd.supervisors)]
        return site, agents, above, [await _visitor(tx, signer, site, at) for _ in range(crowd.visitors)]

    try:
        site, agents, supervisors, visitors = await database.transact(first, within_seconds=60)
        returning: list[Returning] = []
        while len(returning) < crowd.returning:
            count = min(AT_ONCE, crowd.returning - len(returning))

            async def more(tx: AsyncConnection, count: int = count) -> list[Returning]:
                return await _returning(tx, signer, site, count, at)

            returning += await database.transact(more, within_seconds=60)
        # As on any desk where that was long ago: else the service would make all these documents at once,
        # half a minute later, amid what is measured.
        while await database.transact(lambda tx: search.index(tx, datetime.now(UTC) + search.QUIET, AT_ONCE)):
            pass
        return Seeded(agents, supervisors, visitors, returning)
    finally:
        await database.close()


async def _staff(tx: AsyncConnection, role: Role, number: int, team_id: str, at: datetime) -> str:
    session = secrets.token_urlsafe(32)
    email, name = f"{role}{number}@example.com", f"{role.capitalize()} {number}"
    made = await staff.add(tx, email, name, "-", role, [team_id], at, CAPACITY)
    await staff_sessions.create(tx, made.id, token_hash(session), at + timedelta(days=1), "bench", at)
    return session


async def _visitor(tx: AsyncConnection, signer: Tokens, site: Site, at: datetime) -> str:
    customer = await customers.create(tx, site.id, at)
    return signer.visitor(Visitor(customer.id, site.id), SITE)


async def _returning(
    tx: AsyncConnection, signer: Tokens, site: Site, count: int, at: datetime
) -> list[Returning]:
    made, drafts = [], []
    for _ in range(count):
        customer = await customers.create(tx, site.id, at)
        new = New(
            site_id=site.id,
            customer_id=customer.id,
            team_id=site.default_team_id,
            client_id="first",
            subject="Long ago",
            live="ended",
            status="solved",
        )
        row = await conversations.open(tx, new, at)
        made.append(Returning(signer.visitor(Visitor(customer.id, site.id), SITE), row.id))
        drafts.append(_answer(row.id))
    await entries.append(tx, drafts, at)
    return made


def _answer(conversation_id: str) -> Draft:
    # The last word is the staff's: what a customer says after the end puts them in line again.
    return Draft(
        conversation_id=conversation_id,
        thread="public",
        kind="message",
        author_kind="staff",
        author_id="bench",
        author_name="Bench",
        body="You are welcome, come again.",
        client_id="first",
    )
