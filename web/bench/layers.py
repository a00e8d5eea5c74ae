"""Where the service's CPU goes: its stack sampled under full load, and each sample given to a layer.

A sample belongs to the innermost frame that a layer knows, so that what C code does for a layer is that
layer's: reading and writing sockets is the loop's, a commit the driver's.
"""

import asyncio
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from web.bench import messages, ours, peers
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.plan import Plan
from web.bench.seeds import Crowd

SAMPLES_A_SECOND: Final = 250
LAYERS: Final[Mapping[str, str]] = {
    "websockets": r"websockets/",
    "uvicorn": r"uvicorn/",
    "our socket": r"web/",
    "commands decoded and taken": r"chat/(protocol|sessions)/",
    "hub and delivery": r"chat/",
    "routing": r"routing/",
    "store": r"store/",
    "SQLAlchemy": r"sqlalchemy/",
    "driver and database calls": r"(aiosqlite|asyncpg|sqlite3)/",
    "Redis client": r"(redis|hiredis)/",
    "loop and kernel": r"(uvloop|asyncio|selectors|concurrent)",
}
"""By how the names of files begin, below the folder of all packages; the first that fits."""
OTHER: Final = "other"
FILE: Final = re.compile(r"\(([^()]*?)(:\d+)?\)$")
"""At the end of a frame as py-spy writes it."""
AT_ONCE: Final = 512
FIGURE: Final = "layer:"


class NotSampled(Exception):
    """py-spy is not there, or may not look into another process."""


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """One look at the service on each database."""
    kinds: tuple[tuple[ours.Kind, str], ...] = (
        ("sqlite", messages.SQLITE),
        ("postgresql", messages.POSTGRESQL),
    )
    for kind, name in kinds:
        crowd = Crowd(agents=plan.chats, visitors=plan.chats)
        async with ours.served(ground, kind, crowd) as desk:
            load = await ours.chats(desk, plan.chats)
            pid = next(part.pid for part in desk.parts if part.name == "service")
            samples, _taken = await asyncio.gather(
                _sampled(ground, pid, plan.seconds),
                load.saturate(min(AT_ONCE, plan.chats * messages.MOST_A_CHAT), plan.seconds),
            )
        for layer, share in shares(samples).items():
            book.note(name, FIGURE + layer, share)


def shares(samples: Sequence[str]) -> Mapping[str, float]:
    """Percent of each layer, the largest first. `samples`: lines of collapsed stacks, each with its count."""
    found: Counter[str] = Counter()
    for line in samples:
        stack, _, count = line.rpartition(" ")
        found[_layer(stack.split(";"))] += int(count)
    total = sum(found.values())
    return {layer: 100 * count / total for layer, count in found.most_common()}


def _layer(stack: Sequence[str]) -> str:
    for frame in reversed(stack):
        file = FILE.search(frame)
        for layer, pattern in LAYERS.items():
            if file and re.match(pattern, file[1]):
                return layer
    return OTHER


async def _sampled(ground: Ground, pid: int, seconds: float) -> Sequence[str]:
    """Collapsed stacks of a process over so long. Raises NotSampled."""
    program = shutil.which(
        "py-spy", path=f"{peers.INSTALLED / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if program is None:
        raise NotSampled("There is no py-spy: `make bench` could not install it.")
    path = ground.new_folder("samples") / "stacks.txt"
    command = [program, "record", "--format", "raw", "--output", str(path), "--pid", str(pid)]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--rate", str(SAMPLES_A_SECOND), "--duration", str(max(1, round(seconds)))),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    samples = path.read_text().splitlines() if path.exists() else []
    if not samples:
        raise NotSampled(f"py-spy saw nothing: {said.decode(errors='replace').strip()[-300:]}")
    return samples
