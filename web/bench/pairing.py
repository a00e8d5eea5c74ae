"""Pairing: pairs a second inside Redis, and from free capacity to paired, over the wire."""

import asyncio
import statistics
import time

import msgspec
from redis.asyncio import Redis

from web.bench import desks, ours, rates
from web.bench.book import Book
from web.bench.desks import Size
from web.bench.ground import Ground
from web.bench.ours import Desk
from web.bench.plan import Plan
from web.bench.seeds import Crowd

SIZE = Size(1_000, 100)
PAIRS = 1_500
A_SECOND = f"pairs a second, {SIZE.waiting:,} waiting, {SIZE.agents} agents"
SHARE = "that of a script that does nothing, over the same connections, %"
FREE = "from the end of a chat to the next one paired, on both screens, p50, ms"
WAITING = 30
CHANGED = b'{"type":"conversation_changed"'


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """All rounds."""
    for _ in range(plan.rounds):
        url, _part = await ground.redis()
        async with Redis.from_url(url) as redis, desks.filled(redis, SIZE) as desk:
            found = await rates.measure(desk, url, PAIRS)
        book.note(A_SECOND, "value", found.pairs_a_second)
        book.note(SHARE, "value", 100 * found.share)
        async with ours.served(ground, "sqlite", Crowd(agents=1, visitors=WAITING)) as desk_served:
            book.note(FREE, "value", await _freed(desk_served))


async def _freed(desk: Desk) -> float:
    """Milliseconds. One agent ends chat after chat while others wait."""
    customers, staff = _Pairs(b'{"type":"ticket_changed"', "ticket"), _Pairs(CHANGED, "summary")
    port = desk.ports[0]
    agent, _id = await ours.signed_in(port, desk.seeded.agents[0])
    await ours.asked(agent, ours.AVAILABLE, b'{"type":"done","ref":"a"')
    agent.on_frame = staff.read
    for token in desk.seeded.visitors:
        line = await ours.visitor(port, token)
        line.on_frame = customers.read
        line.send(ours.START)
    current, _ = await customers.made.get(), await staff.made.get()
    taken = []
    for _ in range(WAITING - 1):
        start = time.perf_counter()
        agent.send(msgspec.json.encode({"type": "end_conversation", "ref": "e", "conversation_id": current}))
        current, _ = await customers.made.get(), await staff.made.get()
        taken.append(1e3 * (time.perf_counter() - start))
    return statistics.median(taken)


class _Pairs:
    """Conversations that became somebody's, as screens of one kind hear of them; each once."""

    def __init__(self, begins: bytes, field: str) -> None:
        self.made: asyncio.Queue[str] = asyncio.Queue()
        self._begins = begins
        self._field = field
        self._known: set[str] = set()

    def read(self, frame: bytes) -> None:
        if not frame.startswith(self._begins):
            return
        view = msgspec.json.decode(frame)[self._field]
        id = view["conversation_id"]
        if view["live"] == "assigned" and id not in self._known:
            self._known.add(id)
            self.made.put_nowait(id)
