"""How long a long queue takes to come back: `python -m tests.faults.crowded` wipes Redis."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from routing import rebuild
from routing.errors import RoutingError
from routing.router import Router
from store import conversations, customers, sites, teams, visits
from store.database import Database
from tests.faults import bench, databases, gathering
from tests.faults.databases import KINDS, Kind
from tests.faults.ground import Ground

FILE: Final = Path("faults.jsonl")
MOST_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.02


class Recovery(Struct, kw_only=True):
    """Times in seconds, from FLUSHALL: until Redis holds a whole queue that is taken for the truth, and
    until nothing differs from SQL."""

    fault: str
    database: str
    waiting: int
    rebuilt: float
    agreed: float


async def fill(url: str, count: int) -> None:
    """So many customers who wait in the first team, as the database has it."""
    database = await Database.open(url)

    async def work(tx: AsyncConnection) -> None:
        at = datetime.now(UTC)
        site, team = (await sites.list_all(tx))[0], (await teams.list_all(tx))[0]
        for number in range(count):
            customer = await customers.create(tx, site.id, at, f"Customer {number}")
            new = conversations.New(
                site_id=site.id, customer_id=customer.id, team_id=team.id, client_id=None, subject="Waiting"
            )
            made = await conversations.open(tx, new, at)
            await visits.enter(tx, made.id, team.id, 1, at, at)

    try:
        await database.transact(work, within_seconds=MOST_SECONDS)
    finally:
        await database.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until it holds. Raises TimeoutError."""
    async with asyncio.timeout(MOST_SECONDS):
        while True:
            with contextlib.suppress(RoutingError):
                if await condition():
                    return
            await asyncio.sleep(LOOK_SECONDS)


async def measure(kind: Kind, count: int, folder: Path) -> Recovery:
    """Fill, wipe, wait."""
    async with (
        databases.running() as server,
        databases.made(kind, folder, server) as database,
        Ground(folder, database) as ground,
        Redis.from_url(ground.redis.url) as redis,
    ):
        router = Router(redis, gathering.PREFIX)

        async def agreed() -> bool:
            return not await gathering.differences(ground.database.direct, ground.redis.url)

        async def rebuilt() -> bool:
            return await rebuild.active(router) is not None

        await fill(database.direct, count)
        await until(agreed)
        began = time.monotonic()
        await redis.flushall()
        await until(rebuilt)
        whole = time.monotonic() - began
        await until(agreed)
        again = time.monotonic() - began
        await router.close()
        return Recovery(
            fault=f"Redis emptied, {count} waiting",
            database=kind,
            waiting=count,
            rebuilt=whole,
            agreed=again,
        )


def main(
    waiting: Annotated[int, typer.Option(min=1, max=100_000, help="How many wait.")] = 10_000,
    database: Annotated[str, typer.Option(help="sqlite, postgresql, or both if not said.")] = "",
) -> None:
    """Measure on a service of its own, and append to the file of outcomes."""
    for kind in KINDS:
        if database in ("", kind):
            found = asyncio.run(measure(kind, waiting, bench.new_folder("crowded")))
            with FILE.open("ab") as lines:
                lines.write(msgspec.json.encode(found) + b"\n")
            print(f"{found.fault:<32} {kind:<11} rebuilt {found.rebuilt:.2f} s, agreed {found.agreed:.2f} s")


if __name__ == "__main__":
    typer.run(main)
