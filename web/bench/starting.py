"""A cold start with data present: from the command until the service says that it is ready."""

import asyncio
import sys
import time

from store import migrate
from web.bench import seeds
from web.bench.book import Book
from web.bench.ground import Ground, free_port
from web.bench.plan import Plan
from web.bench.seeds import Crowd

READY = "ready after start, data present, s"
ASK_SECONDS = 0.005
REQUEST = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
GIVE_UP_SECONDS = 30.0


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """All rounds: one start that is not counted, which leaves its Redis' files behind, and then each."""
    folder = ground.new_folder("start")
    url = f"sqlite:///{folder / 'frontdesk.db'}"
    await migrate.migrate(url)
    await seeds.sow(url, [], "unused" * 8, Crowd(agents=20, returning=plan.idle))
    environment = {"FRONTDESK_DATA": str(folder), "DATABASE_URL": url, "FRONTDESK_LOG_LEVEL": "warning"}
    for number in range(plan.rounds + 1):
        port = free_port()
        command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port)]
        start = time.perf_counter()
        async with ground.program(command, port, environment):
            await _ready(port)
            took = time.perf_counter() - start
        if number > 0:
            book.note(READY, "value", took)


async def _ready(port: int) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            answer = await reader.read()
            writer.close()
            if answer.startswith(b"HTTP/1.1 200"):
                return
            await asyncio.sleep(ASK_SECONDS)
