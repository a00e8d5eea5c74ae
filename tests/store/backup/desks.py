"""A desk to back up, clients that write in it as fast as it goes, and a shelf."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from store import tables
from store.backup import making
from store.backup.making import Beside, Made
from store.backup.sealing import Secrets
from store.backup.shelf import Shelf
from store.backup.sources import source_of
from store.backup.verifying import Scratch
from store.conversations import Conversation
from store.database import Database
from store.drafts import Stored
from store.log import Answer, MessageLog
from tests.store.seeds import Seeded, draft

UNDER_WAY = 20


def now() -> datetime:
    return datetime.now(UTC)


class Place(Struct):
    """A database, the shelf of its backups, and what is needed to make and try them."""

    url: str
    bin_folder: str
    shelf: Shelf
    beside: Beside = Beside()

    @property
    def scratch(self) -> Scratch:
        url = "" if self.url.startswith("sqlite") else self.url
        return Scratch(url=url, bin_folder=self.bin_folder)

    async def make(self, secrets: Secrets | None = None) -> Made:
        source = source_of(self.url, self.bin_folder)
        return await making.make(self.shelf, source, self.beside, secrets or Secrets(), self.scratch, now)


Said = dict[tuple[str, int], str]


class Writers:
    """Clients that keep messages under way in some conversations; `acked` is what they were told."""

    def __init__(self, log: MessageLog, conversations: list[Conversation]) -> None:
        self.acked: Said = {}
        self._log = log
        self._numbers = count()
        self._conversations = conversations
        self._going = True
        self._waits: list[tuple[int, asyncio.Event]] = []

    def begin(self) -> None:
        for _ in range(UNDER_WAY):
            self._send()

    def stop(self) -> None:
        self._going = False

    async def reached(self, more: int) -> None:
        """Wait until so many more messages are acknowledged."""
        event = asyncio.Event()
        self._waits.append((len(self.acked) + more, event))
        await event.wait()

    def _send(self) -> None:
        number = next(self._numbers)
        row = self._conversations[number % len(self._conversations)]
        body = f"message {number} " + "x" * (number % 500)

        def told(answer: Answer) -> None:
            assert isinstance(answer, Stored), answer
            self.acked[(row.id, answer.seq)] = body
            for least, event in self._waits:
                if len(self.acked) >= least:
                    event.set()
            if self._going:
                self._send()

        self._log.submit(draft(row.id, body, f"c{number}"), told)


@asynccontextmanager
async def writing(seeded: Seeded, conversations: int = 5) -> AsyncIterator[Writers]:
    """Clients that write at full speed until the end of the block."""
    log = MessageLog(seeded.database, now)
    rows = [await seeded.conversation() for _ in range(conversations)]
    await log.start()
    writers = Writers(log, rows)
    writers.begin()
    try:
        yield writers
    finally:
        writers.stop()
        await log.stop()


async def said(url: str) -> Said:
    """Every message that a database holds, by conversation and seq."""
    e = tables.entry.c
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            query = select(e.conversation_id, e.seq, e.body)
            rows = await tx.execute(query.where(e.thread == "public", e.kind == "message"))
            return {(row.conversation_id, row.seq): row.body for row in rows}
    finally:
        await database.close()


async def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in an order of its own."""
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            found = {}
            for table in tables.metadata.sorted_tables:
                all_rows = [dict(row) for row in (await tx.execute(select(table))).mappings()]
                found[table.name] = sorted(all_rows, key=repr)
            return found
    finally:
        await database.close()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'desk.db'}"
