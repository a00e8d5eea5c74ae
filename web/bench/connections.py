"""Customers who are connected and say nothing: what they take of memory and CPU, and their coming back.

Each has a kept message in a thread of its own, with more in it than they say they have: whoever is answered
with what was missing is signed in and resumed.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.access import Visitor
from store import conversations, customers, entries, sites, teams
from store.conversations import New
from store.database import Database
from store.drafts import Draft
from web.bench.line import Line, NotOpened
from web.security.tokens import Tokens

SITE: Final = "idle"
ENTRIES: Final = 3
BATCH: Final = 500
AT_ONCE: Final = 64
"""How many connect side by side where it is not a rush."""
PATIENCE_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 0.5


class Customer(Struct, frozen=True):
    """Somebody with a conversation."""

    token: str
    conversation_id: str

    def hello(self) -> bytes:
        """Their first frame: they have all but the last of their entries."""
        cursor = {"conversation_id": self.conversation_id, "public": ENTRIES - 1}
        return msgspec.json.encode(
            {
                "type": "hello",
                "ref": "h",
                "protocol": 1,
                "site": SITE,
                "token": self.token,
                "cursors": [cursor],
            }
        )


async def seed(url: str, secret: str, count: int) -> list[Customer]:
    """So many customers, each with a kept message, in a database that no service uses yet."""
    at = datetime.now(UTC)
    signer = Tokens(secret.encode(), lambda: at)
    database = await Database.open(url)

    async def begin(tx: AsyncConnection) -> tuple[str, str]:
        team = await teams.add(tx, name="Idle")
        site = await sites.add(tx, SITE, "Idle", [], secrets.token_hex(16), team.id)
        return team.id, site.id

    async def fill(tx: AsyncConnection) -> list[Customer]:
        return [await _customer(tx, signer, team_id, site_id, at) for _ in range(BATCH)]

    try:
        team_id, site_id = await database.transact(begin)
        made: list[Customer] = []
        while len(made) < count:
            made += await database.transact(fill, within_seconds=60)
        return made[:count]
    finally:
        await database.close()


async def _customer(
    tx: AsyncConnection, signer: Tokens, team_id: str, site_id: str, at: datetime
) -> Customer:
    customer = await customers.create(tx, site_id, at)
    row = await conversations.open(
        tx,
        New(
            site_id=site_id,
            customer_id=customer.id,
            team_id=team_id,
            client_id="0",
            subject="Left",
            live="message",
        ),
        at,
    )
    drafts = [
        Draft(
            conversation_id=row.id,
            thread="public",
            kind="message",
            author_kind="customer",
            author_id=customer.id,
            author_name="",
            body="Is anybody there?",
            client_id=str(number),
        )
        for number in range(ENTRIES)
    ]
    await entries.append(tx, drafts, at)
    return Customer(signer.visitor(Visitor(customer.id, site_id), SITE), row.id)


class Crowd:
    """Connections that stay open and answer pings."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.lines: list[Line] = []
        self.refused = 0

    async def join(self, who: Sequence[Customer], at_once: int = AT_ONCE) -> None:
        """Connect them, sign them in, and wait until each has what it missed. Raises TimeoutError."""
        gate = asyncio.Semaphore(at_once)

        async def one(customer: Customer) -> Line:
            async with gate:
                return await self._resumed(customer)

        async with asyncio.timeout(PATIENCE_SECONDS):
            self.lines += await asyncio.gather(*(one(customer) for customer in who))

    async def return_at_once(self, who: Sequence[Customer]) -> float:
        """Cut all, let them come back in the same moment; seconds until the last has resumed."""
        for line in self.lines:
            line.abort()
        self.lines = []
        began = time.perf_counter()
        await self.join(who, len(who))
        return time.perf_counter() - began

    async def _resumed(self, customer: Customer) -> Line:
        while True:
            with contextlib.suppress(NotOpened, ConnectionError, OSError):
                line = await Line.connect(self.port, "/ws/visitor")
                line.send(customer.hello())
                await line.frame(b'{"type":"entry_appended"')
                return line
            # The way of every client: not at once, lest it be a rush again.
            self.refused += 1
            await asyncio.sleep(AGAIN_SECONDS)

    def cut(self) -> None:
        for line in self.lines:
            line.abort()
        self.lines = []


@asynccontextmanager
async def holding(port: int, count: int) -> AsyncIterator[list[Line]]:
    """So many connections to a bare server, for the length of the block."""
    lines: list[Line] = []
    try:
        for _ in range(0, count, AT_ONCE):
            lines += await asyncio.gather(*(Line.connect(port, "/") for _ in range(AT_ONCE)))
        yield lines
    finally:
        for line in lines:
            line.abort()
