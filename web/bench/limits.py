"""The limits of what we stand on, in rounds: Redis' scripts and durable writes by as little as can be."""

from web.bench import commits, cores, scripts
from web.bench.book import Book
from web.bench.ground import Ground
from web.bench.plan import Plan
from web.bench.postgresql import NoServer

EVALSHA = "bare EVALSHA"
PIPELINED = f"bare EVALSHA, {scripts.PIPELINED} a pipeline"
SQLITE = "bare SQLite, group commit"
POSTGRESQL = "bare asyncpg, group commit"


async def measure(ground: Ground, book: Book, plan: Plan) -> None:
    """All rounds."""
    for _ in range(plan.rounds):
        url, _part = await ground.redis()
        book.note(EVALSHA, "a_second", await scripts.alone(url, plan.seconds))
        book.note(PIPELINED, "a_second", await scripts.pipelined(url, plan.seconds))
        # What writes is part of the server side here.
        with cores.on(ground.cores.server):
            book.note(SQLITE, "a_second", commits.sqlite(ground.new_folder("commits"), plan.seconds))
        try:
            url, _part = await ground.database()
        except NoServer as error:
            book.missing[POSTGRESQL] = str(error)
            continue
        with cores.on(ground.cores.server):
            book.note(POSTGRESQL, "a_second", await commits.postgresql(url, plan.seconds))
