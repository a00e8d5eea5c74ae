"""A message log under test, and what it answered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from store import conversations
from store.database import Database
from store.drafts import Draft, Refused, Stored
from store.log import Answer, MessageLog
from tests.store.seeds import START


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@asynccontextmanager
async def running(
    database: Database, clock: Clock | None = None, limit: int = 200
) -> AsyncIterator[MessageLog]:
    """A log that writes until the end of the block."""
    log = MessageLog(database, clock or Clock(), limit)
    await log.start()
    try:
        yield log
    finally:
        await log.stop()


def send(log: MessageLog, *drafts: Draft) -> list[asyncio.Future[Answer]]:
    """Submit all at once; the answers to come."""
    futures: list[asyncio.Future[Answer]] = []
    for one in drafts:
        future = asyncio.get_running_loop().create_future()
        log.submit(one, future.set_result)
        futures.append(future)
    return futures


async def answers(log: MessageLog, *drafts: Draft) -> list[Answer]:
    """Submit all at once and wait for the answers."""
    return list(await asyncio.gather(*send(log, *drafts)))


def names(found: list[Answer]) -> list[str]:
    """What was answered, in a word each: a seq, a refusal's code, or an exception's name."""
    return [
        str(one.seq)
        if isinstance(one, Stored)
        else one.code
        if isinstance(one, Refused)
        else type(one).__name__
        for one in found
    ]


async def heads(tx: AsyncConnection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The highest seq of the public and of the staff thread of those that exist."""
    found = await conversations.reached(tx, ids)
    return {id: (one.public, one.staff) for id, one in found.items()}
