"""Others at the same work: chats of two, each message to the other side; where they insert, committed first.

Their programs are in `programs/`, as their documentation writes them. They know no accounts, keep no order
and repeat nothing that was lost; a connection may say anything.
"""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from web.bench.ground import Ground, NotStarted, free_port
from web.bench.line import Line
from web.bench.load import End, Load
from web.bench.messages import Opened
from web.bench.plan import Plan
from web.bench.usage import Part

CHANNELS = "Channels, SQLite insert"
PYTHON = "python-socketio"
PYTHON_INSERT = "python-socketio, SQLite insert"
NODE = "Socket.IO"
NODE_INSERT = "Socket.IO, PostgreSQL insert"
DURABLE = (CHANNELS, PYTHON_INSERT, NODE_INSERT)
PROGRAMS = Path(__file__).with_name("programs")
INSTALLED = Path(os.environ.get("BENCH_PEERS", ".cache/peers")).absolute()
"""Their Python environment, which `make bench` makes."""
SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket"
PING, PONG = b"2", b"3"
"""Packets of Engine.IO; those of Socket.IO begin with 4."""

Connect = Callable[[int, str], Awaitable[End]]
"""Port and chat to one side of it."""


class NotInstalled(Exception):
    """`make bench` could not install it. The text says what is missing."""


class Program(Struct, frozen=True):
    """How one is started: its commands, the last of which stays, and what it finds in its environment."""

    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str]
    parts: Sequence[Part]


def subjects(ground: Ground, plan: Plan) -> Mapping[str, Opened]:
    """All of them, by name."""

    def peer(started: Callable[[Ground, int], Awaitable[Program]], connect: Connect) -> Opened:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Load]:
            port = free_port()
            program = await started(ground, port)
            async with _running(ground, program, port) as part:
                chats = [
                    (await connect(port, f"chat-{number}"), await connect(port, f"chat-{number}"))
                    for number in range(plan.chats)
                ]
                yield Load(chats, [*program.parts, part])

        return opened

    return {
        CHANNELS: peer(_channels, _channels_end),
        PYTHON: peer(_python, _socketio_end),
        PYTHON_INSERT: peer(_python_insert, _socketio_end),
        NODE: peer(_node, _socketio_end),
        NODE_INSERT: peer(_node_insert, _socketio_end),
    }


@asynccontextmanager
async def _running(ground: Ground, program: Program, port: int) -> AsyncIterator[Part]:
    for command in program.commands[:-1]:
        await ground.ran(command, program.environment, PROGRAMS)
    async with ground.program(program.commands[-1], port, program.environment, PROGRAMS) as process:
        yield Part("service", process.pid)


async def _channels(ground: Ground, port: int) -> Program:
    redis, part = await ground.redis()
    tables = [_python_program("python"), "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    return Program(
        [tables, _uvicorn("django_chat.asgi:application", port)],
        {
            "REDIS_URL": redis,
            "DATABASE": str(ground.new_folder("channels") / "chat.db"),
            "DJANGO_SETTINGS_MODULE": "django_chat.settings",
            "PYTHONPATH": str(PROGRAMS),
        },
        [part],
    )


async def _python(ground: Ground, port: int, database: str = "") -> Program:
    redis, part = await ground.redis()
    command = _uvicorn("socketio_chat:app", port)
    return Program([command], {"REDIS_URL": redis, "DATABASE": database}, [part])


async def _python_insert(ground: Ground, port: int) -> Program:
    return await _python(ground, port, str(ground.new_folder("socketio") / "chat.db"))


async def _node(ground: Ground, port: int) -> Program:
    redis, part = await ground.redis()
    environment = {"PORT": str(port), "REDIS_SOCKET": urlsplit(redis).path, "NODE_ENV": "production"}
    return Program([_node_program()], environment, [part])


async def _node_insert(ground: Ground, port: int) -> Program:
    url, part = await ground.database()
    address = urlsplit(url)
    plain = await _node(ground, port)
    database = {
        "DATABASE_FOLDER": parse_qs(address.query)["host"][0],
        "DATABASE_NAME": address.path.strip("/"),
        "DATABASE_USER": address.username or "",
    }
    return Program(plain.commands, {**plain.environment, **database}, [*plain.parts, part])


def versions() -> str:
    """What is installed of them."""
    wanted = ("channels", "channels_redis", "django", "python_socketio", "uvicorn", "redis")
    found = [
        f"{name} {path.name.removesuffix('.dist-info').rpartition('-')[2]}"
        for name in wanted
        for path in INSTALLED.glob(f"lib/*/site-packages/{name}-*.dist-info")
    ]
    for name in ("socket.io", "@socket.io/redis-adapter", "redis", "pg"):
        path = PROGRAMS / "node_modules" / name / "package.json"
        if path.exists():
            found.append(f"{name} {msgspec.json.decode(path.read_bytes())['version']}")
    return ", ".join(found) or "none"


def _uvicorn(application: str, port: int) -> Sequence[str]:
    quiet = ("--log-level", "warning", "--no-access-log")
    return [_python_program("uvicorn"), application, "--host", "127.0.0.1", "--port", str(port), *quiet]


def _python_program(name: str) -> str:
    path = INSTALLED / "bin" / name
    if not path.exists():
        raise NotInstalled(f"There is no {path}: `make bench` could not install it.")
    return str(path)


def _node_program() -> Sequence[str]:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None or not (PROGRAMS / "node_modules").exists():
        raise NotInstalled("Node or its packages are not there: `make bench` could not install them.")
    return [node, str(PROGRAMS / "socketio_chat.mjs")]


async def _channels_end(port: int, chat: str) -> End:
    line = await Line.connect(port, f"/{chat}")
    return End(line, lambda number, body: b'{"id":%d,"body":"%b"}' % (number, body), b'{"type": "message"')


async def _socketio_end(port: int, chat: str) -> End:
    line = await Line.connect(port, SOCKETIO_PATH)
    line.send(b"40" + msgspec.json.encode({"chat": chat}))
    answer = await line.frame(b"4")
    if not answer.startswith(b"40"):
        raise NotStarted(f"It did not take the connection: {answer.decode()}")

    def heed(frame: bytes) -> None:
        if frame == PING:
            line.send(PONG)

    def write(number: int, body: bytes) -> bytes:
        return b'42%d["message",{"id":%d,"body":"%b"}]' % (number, number, body)

    return End(line, write, b'42["message"', heed=heed)
