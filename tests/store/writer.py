"""A process that writes messages and prints what was acknowledged, until it is killed.

`python -m tests.store.writer URL CONVERSATION` prints `client_id seq` a line, each flushed at once.
"""

import asyncio
import sys
from datetime import UTC, datetime
from itertools import count

from store.database import Database
from store.drafts import Stored
from store.log import Answer, MessageLog
from tests.store.seeds import draft

UNDER_WAY = 50


async def write(url: str, conversation_id: str) -> None:
    """Keep 50 messages under way."""
    log = MessageLog(await Database.open(url), lambda: datetime.now(UTC))
    await log.start()
    numbers = count()

    def told(answer: Answer) -> None:
        if not isinstance(answer, Stored):
            raise TypeError(repr(answer))
        print(answer.client_id, answer.seq, flush=True)
        send()

    def send() -> None:
        n = next(numbers)
        log.submit(draft(conversation_id, f"message {n}", f"c{n}"), told)

    for _ in range(UNDER_WAY):
        send()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(write(*sys.argv[1:]))
