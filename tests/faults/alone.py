"""An agent in a process of its own, so that it can be frozen as a whole.

`python -m tests.faults.alone JOURNAL COOKIE URL…`: connects, declares itself available, and works until it is
told to end.
"""

import asyncio
import signal
import sys
from pathlib import Path

from tests.faults.agent import Agent
from tests.faults.records import Journal
from web.replay.session import Door


async def work(path: Path, cookie: str, urls: list[str]) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    journal = Journal(path)
    agent = Agent("ghost", Door(urls, cookie), journal)
    # A frozen client does not run its own watchdogs either; woken, it finds out from the socket.
    agent.start()
    await agent.declare("available")
    await ended.wait()
    # Told to go in the middle of it: what it had not caught up on is nobody's loss.
    await agent.leave(finished=False)
    journal.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
