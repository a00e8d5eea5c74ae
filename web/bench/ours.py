"""Our service with everything on, its desk filled, and chats opened as customers and agents open them."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.access import Visitor
from store import customers, migrate, sites, staff, staff_sessions, teams
from store.database import Database
from web.bench.ground import Ground, free_port
from web.bench.line import Line
from web.bench.load import End, Load
from web.bench.usage import Part
from web.security.sessions import token_hash
from web.security.tokens import Tokens

Kind = Literal["sqlite", "postgresql"]
SITE: Final = "bench"
ARRIVES: Final = b'{"type":"entry_appended"'
REFUSES: Final = b'{"type":"failed"'
AT_ONCE: Final = 8
"""Chats that are opened side by side."""
UNLIMITED: Final = "1000000"
LIMITS: Final = {
    "FRONTDESK_COMMANDS_PER_SECOND": UNLIMITED,
    "FRONTDESK_COMMANDS_BURST": UNLIMITED,
}
"""What is set other than by default: a connection of the load says more than a person."""


class Seeded(Struct, frozen=True):
    """Who is there: the agents' sessions and the visitors' tokens."""

    agents: Sequence[str]
    visitors: Sequence[str]


class Desk(Struct, frozen=True):
    """A desk that is served: `ports` of its processes, `parts` all that is behind it."""

    ports: Sequence[int]
    parts: Sequence[Part]
    seeded: Seeded


@asynccontextmanager
async def served(
    ground: Ground, kind: Kind, *, agents: int, visitors: int, processes: int = 1
) -> AsyncIterator[Desk]:
    """A new desk with so many agents and visitors, none of them connected yet."""
    folder = ground.new_folder("desk")
    redis, redis_part = await ground.redis()
    parts = [redis_part]
    url = f"sqlite:///{folder / 'frontdesk.db'}"
    if kind == "postgresql":
        url, part = await ground.database()
        parts.append(part)
    secret = secrets.token_urlsafe(32)
    ports = [free_port() for _ in range(processes)]
    await migrate.migrate(url)
    seeded = await seed(url, ports, secret, agents, visitors)
    given = {
        "FRONTDESK_DATA": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": redis,
        "FRONTDESK_SECRET": secret,
        "FRONTDESK_LOG_LEVEL": "warning",
        **LIMITS,
    }
    async with AsyncExitStack() as stack:
        for port in ports:
            command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port)]
            process = await stack.enter_async_context(ground.program(command, port, given))
            parts.append(Part("service", process.pid))
        yield Desk(ports, parts, seeded)


async def seed(url: str, ports: Sequence[int], secret: str, agents: int, visitors: int) -> Seeded:
    """A team, a site, agents with room for one chat each, and visitors who have said nothing yet."""
    at = datetime.now(UTC)
    sessions = [secrets.token_urlsafe(32) for _ in range(agents)]
    signer = Tokens(secret.encode(), lambda: at)

    async def work(tx: AsyncConnection) -> list[str]:
        team = await teams.add(tx, name="Bench")
        origins = [f"http://127.0.0.1:{port}" for port in ports]
        site = await sites.add(tx, SITE, "Bench", origins, secrets.token_hex(16), team.id)
        for number, session in enumerate(sessions):
            name = f"Agent {number}"
            made = await staff.add(tx, f"a{number}@example.com", name, "-", "agent", [team.id], at, 100)
            until = at + timedelta(days=1)
            await staff_sessions.create(tx, made.id, token_hash(session), until, "bench", at)
        ids = [(await customers.create(tx, site.id, at)).id for _ in range(visitors)]
        return [signer.visitor(Visitor(id, site.id), SITE) for id in ids]

    database = await Database.open(url)
    try:
        return Seeded(sessions, await database.transact(work, within_seconds=60))
    finally:
        await database.close()


async def chats(desk: Desk, count: int, *, crossing: float = 0.0) -> Load:
    """Open so many chats, each assigned to an agent who follows it.

    crossing: the share whose two sides are connected to different processes.
    Raises NotOpened, OSError, TimeoutError.
    """
    agents = await _agents(desk, count)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> tuple[End, End]:
        async with gate:
            return await _chat(desk, number, agents, crosses=number < count * crossing)

    return Load(await asyncio.gather(*(one(number) for number in range(count))), desk.parts)


async def _agents(desk: Desk, count: int) -> Mapping[str, tuple[Line, int]]:
    """Agents at work, by id: their line, and the process that it ends at."""
    found = {}
    for number, session in enumerate(desk.seeded.agents[:count]):
        at = number % len(desk.ports)
        line = await Line.connect(desk.ports[at], "/ws/staff", f"frontdesk_session={session}")
        welcome = await _asked(line, b'{"type":"hello","ref":"h","protocol":1}', b'{"type":"staff_welcomed"')
        ready = b'{"type":"set_availability","ref":"a","availability":"available"}'
        await _asked(line, ready, b'{"type":"done","ref":"a"')
        found[str(welcome["me"]["id"])] = (line, at)
    return found


async def _chat(
    desk: Desk, number: int, agents: Mapping[str, tuple[Line, int]], *, crosses: bool
) -> tuple[End, End]:
    token = desk.seeded.visitors[number]
    line = await _visitor(desk.ports[0], token)
    first = {"type": "start_conversation", "ref": "s", "client_id": "first", "body": "Hello there."}
    line.send(msgspec.json.encode(first))
    ticket = msgspec.json.decode(await line.frame(b'{"type":"ticket_changed"'))["ticket"]
    while ticket["live"] != "assigned":
        ticket = msgspec.json.decode(await line.frame(b'{"type":"ticket_changed"'))["ticket"]
    id = str(ticket["conversation_id"])
    agent, at = agents[ticket["agent"]["id"]]
    opening = {"type": "open_conversation", "ref": "o", "cursor": {"conversation_id": id}}
    await _asked(agent, msgspec.json.encode(opening), b'{"type":"conversation_opened"')
    wanted = (at + crosses) % len(desk.ports)
    if wanted != 0:
        line.abort()
        line = await _visitor(desk.ports[wanted], token, [{"conversation_id": id, "public": 1}])
    return _end(line, id, b"c%d" % number), _end(agent, id, b"a%d" % number)


async def _visitor(port: int, token: str, cursors: Sequence[Mapping[str, object]] = ()) -> Line:
    line = await Line.connect(port, "/ws/visitor")
    hello = {"type": "hello", "ref": "h", "protocol": 1, "site": SITE, "token": token, "cursors": cursors}
    await _asked(line, msgspec.json.encode(hello), b'{"type":"visitor_welcomed"')
    return line


async def _asked(line: Line, command: bytes, begins: bytes) -> dict[str, dict[str, object]]:
    line.send(command)
    answer: dict[str, dict[str, object]] = msgspec.json.decode(await line.frame(begins))
    return answer


def _end(line: Line, id: str, tag: bytes) -> End:
    before = b'{"type":"send_message","ref":"'
    between = b'","conversation_id":"' + id.encode() + b'","client_id":"' + tag + b"-"

    def write(number: int, body: bytes) -> bytes:
        return b'%b%d%b%d","body":"%b"}' % (before, number, between, number, body)

    return End(line, write, ARRIVES, REFUSES)
