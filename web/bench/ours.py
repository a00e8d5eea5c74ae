"""Our service with everything on, its desk filled, and chats opened as customers and agents open them."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Literal

import msgspec
from msgspec import Struct

from store import migrate
from web.bench import seeds
from web.bench.ground import Ground, free_port
from web.bench.line import Line
from web.bench.load import End, Load
from web.bench.seeds import SITE, Crowd, Returning, Seeded
from web.bench.usage import Part

Kind = Literal["sqlite", "postgresql"]
ARRIVES: Final = b'{"type":"entry_appended"'
REFUSES: Final = b'{"type":"failed"'
ASSIGNED: Final = b'"live":"assigned"'
AVAILABLE: Final = b'{"type":"set_availability","ref":"a","availability":"available"}'
START: Final = b'{"type":"start_conversation","ref":"s","client_id":"first","body":"Hello there."}'
AT_ONCE: Final = 8
"""Chats that are opened side by side."""
UNLIMITED: Final = "1000000"
LIMITS: Final = {
    "FRONTDESK_COMMANDS_PER_SECOND": UNLIMITED,
    "FRONTDESK_COMMANDS_BURST": UNLIMITED,
}
"""What is set other than by default: a connection of the load says more than a person."""


class Desk(Struct, frozen=True):
    """A desk that is served: `ports` of its processes, `parts` all that is behind it."""

    ports: Sequence[int]
    parts: Sequence[Part]
    seeded: Seeded


@asynccontextmanager
async def served(ground: Ground, kind: Kind, crowd: Crowd, *, processes: int = 1) -> AsyncIterator[Desk]:
    """A new desk with such people, none of them connected yet."""
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
    seeded = await seeds.sow(url, ports, secret, crowd)
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


async def chats(desk: Desk, count: int, *, crossing: float = 0.0, agents: int = 0) -> Load:
    """Open so many chats, each assigned to an agent who follows it.

    crossing: the share whose two sides are connected to different processes. agents: how many are at work,
    where there are more than chats.
    Raises NotOpened, OSError, TimeoutError.
    """
    at_work = await _agents(desk, agents or count)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> tuple[End, End]:
        async with gate:
            return await _chat(desk, number, at_work, crosses=number < count * crossing)

    return Load(await asyncio.gather(*(one(number) for number in range(count))), desk.parts)


async def _agents(desk: Desk, count: int) -> Mapping[str, tuple[Line, int]]:
    """Agents at work, by id: their line, and the process that it ends at."""
    found = {}
    for number, session in enumerate(desk.seeded.agents[:count]):
        at = number % len(desk.ports)
        line, id = await signed_in(desk.ports[at], session)
        await asked(line, AVAILABLE, b'{"type":"done","ref":"a"')
        found[id] = (line, at)
    return found


async def signed_in(port: int, session: str) -> tuple[Line, str]:
    """A console or board that was welcomed, and the id of who looks at it."""
    line = await Line.connect(port, "/ws/staff", f"frontdesk_session={session}")
    welcome = await asked(line, b'{"type":"hello","ref":"h","protocol":1}', b'{"type":"staff_welcomed"')
    return line, str(welcome["me"]["id"])


async def _chat(
    desk: Desk, number: int, agents: Mapping[str, tuple[Line, int]], *, crosses: bool
) -> tuple[End, End]:
    token = desk.seeded.visitors[number]
    line = await visitor(desk.ports[0], token)
    line.send(START)
    # In one look: what comes between two looks is heard by nobody.
    ticket = msgspec.json.decode(await line.frame(b'{"type":"ticket_changed"', ASSIGNED))["ticket"]
    id = str(ticket["conversation_id"])
    agent, at = agents[ticket["agent"]["id"]]
    opening = {"type": "open_conversation", "ref": "o", "cursor": {"conversation_id": id}}
    await asked(agent, msgspec.json.encode(opening), b'{"type":"conversation_opened"')
    wanted = (at + crosses) % len(desk.ports)
    if wanted != 0:
        line.abort()
        line = await visitor(desk.ports[wanted], token, [{"conversation_id": id, "public": 1}])
    return _end(line, id, b"c%d" % number), _end(agent, id, b"a%d" % number)


async def visitor(port: int, token: str, cursors: Sequence[Mapping[str, object]] = ()) -> Line:
    """A widget that was welcomed."""
    line = await Line.connect(port, "/ws/visitor")
    await asked(line, hello(token, cursors), b'{"type":"visitor_welcomed"')
    return line


async def resumed(port: int, who: Returning, seconds: float = 60) -> Line:
    """A widget that was welcomed and has got the one entry that it missed."""
    line = await Line.connect(port, "/ws/visitor")
    line.send(hello(who.token, [{"conversation_id": who.conversation_id, "public": 0}]))
    await line.frame(ARRIVES, seconds=seconds)
    return line


def hello(token: str, cursors: Sequence[Mapping[str, object]]) -> bytes:
    """The first frame of a widget."""
    command = {"type": "hello", "ref": "h", "protocol": 1, "site": SITE, "token": token, "cursors": cursors}
    return msgspec.json.encode(command)


async def asked(line: Line, command: bytes, begins: bytes) -> dict[str, dict[str, object]]:
    """The answer to a command, which begins so."""
    line.send(command)
    answer: dict[str, dict[str, object]] = msgspec.json.decode(await line.frame(begins))
    return answer


def _end(line: Line, id: str, tag: bytes) -> End:
    before = b'{"type":"send_message","ref":"'
    between = b'","conversation_id":"' + id.encode() + b'","client_id":"' + tag + b"-"

    def write(number: int, body: bytes) -> bytes:
        return b'%b%d%b%d","body":"%b"}' % (before, number, between, number, body)

    return End(line, write, ARRIVES, REFUSES)
