"""What the board costs: the CPU of a desk where supervisors watch, over that of the same desk unwatched."""

import asyncio

from web.bench import ours, usage
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.ours import Desk
from web.bench.plan import Plan
from web.bench.seeds import Crowd

AGENTS = 200
SUPERVISORS = 50
CHATS = 100
UNWATCHED = f"CPU of a desk with {AGENTS} agents and {CHATS} silent chats, % of a core"
WATCHED = f"the same with {SUPERVISORS} supervisors watching the board, % of a core"
WATCH = b'{"type":"watch_board","ref":"w","on":true}'
SECONDS = 2
"""Times a window: a board is shown once a second."""


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """All rounds."""
    for _ in range(plan.rounds):
        crowd = Crowd(agents=AGENTS, supervisors=SUPERVISORS, visitors=CHATS)
        async with ours.served(ground, "sqlite", crowd) as desk:
            await ours.chats(desk, CHATS, agents=AGENTS)
            seen = [await ours.signed_in(desk.ports[0], each) for each in desk.seeded.supervisors]
            await asyncio.sleep(plan.settling_seconds)
            book.note(UNWATCHED, "value", await _share(desk, plan.seconds * SECONDS))
            for line, _id in seen:
                await ours.asked(line, WATCH, b'{"type":"done","ref":"w"')
            book.note(WATCHED, "value", await _share(desk, plan.seconds * SECONDS))


async def _share(desk: Desk, seconds: float) -> float:
    """Percent of a core over so long."""
    before = usage.cpu(desk.parts)
    await asyncio.sleep(seconds)
    after = usage.cpu(desk.parts)
    return 100 * (sum(after.values()) - sum(before.values())) / seconds
