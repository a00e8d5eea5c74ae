"""What the server sides stand on, on the server's core: a folder, a Redis, a PostgreSQL, programs."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from web import redis_server
from web.bench import cores, postgresql
from web.bench.cores import Cores
from web.bench.usage import Part
from web.processes import dies_with_parent
from web.redis_server import RedisServer

STOP_SECONDS = 20.0
OPEN_SECONDS = 30.0


class NotStarted(Exception):
    """A program of the server side did not begin to answer. The text has its last words."""


class Ground:
    """One for a whole run; `running` makes it. The servers come up when they are first asked for."""

    def __init__(self, folder: Path, pinned: Cores, stack: AsyncExitStack) -> None:
        self.folder = folder
        self.cores = pinned
        self._stack = stack
        self._redis: RedisServer | None = None
        self._postgresql: subprocess.Popen[bytes] | None = None

    def new_folder(self, name: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    async def redis(self) -> tuple[str, Part]:
        """The address of an emptied Redis, kept as the service keeps its own; and its process."""
        if self._redis is None:
            with cores.on(self.cores.server):
                running = redis_server.running(self.folder / "redis")
                self._redis = await self._stack.enter_async_context(running)
        async with Redis.from_url(self._redis.url) as client:
            await client.flushall()
        assert self._redis.pid is not None
        return self._redis.url, Part("redis", self._redis.pid)

    async def database(self) -> tuple[str, Part]:
        """The address of a new PostgreSQL database, and the server's process. Raises NoServer."""
        if self._postgresql is None:
            self._postgresql = await self._start_postgresql()
        name = f"bench_{secrets.token_hex(4)}"
        connection = await asyncpg.connect(self._postgresql_url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()
        return self._postgresql_url(name), Part("postgresql", self._postgresql.pid)

    def _postgresql_url(self, name: str) -> str:
        return f"postgresql://{postgresql.USER}@/{name}?host={self.folder / 'postgresql'}"

    async def _start_postgresql(self) -> subprocess.Popen[bytes]:
        folder = self.folder / "postgresql"
        folder.mkdir()
        account = postgresql.unprivileged()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        binaries = postgresql.usable_binaries(folder, account)
        postgresql.initialise(binaries, folder / "data", account)
        with cores.on(self.cores.server):
            process = postgresql.launched(binaries, folder, folder / "data", account)
        self._stack.push_async_callback(_stop, process, signal.SIGINT)
        await postgresql.answering(self._postgresql_url("postgres"), process)
        return process

    async def ran(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """A program that ends by itself. Raises NotStarted when it fails."""
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise NotStarted(f"It ended with {process.returncode}: {said.decode(errors='replace')[-800:]}")

    @asynccontextmanager
    async def program(
        self, command: Sequence[str], port: int, environment: Mapping[str, str], folder: Path | None = None
    ) -> AsyncIterator[subprocess.Popen[bytes]]:
        """A program that listens on `port`, for the length of the block. Raises NotStarted."""
        said = self.folder / f"{port}.log"
        with said.open("wb") as output, cores.on(self.cores.server):
            process = subprocess.Popen(  # noqa: ASYNC220 - the child ends with the thread that starts it
                command,
                env={**os.environ, **environment},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=dies_with_parent(),
            )
        try:
            await _listening(process, port, said)
            yield process
        finally:
            await _stop(process, signal.SIGTERM)


@asynccontextmanager
async def running(pinned: Cores) -> AsyncIterator[Ground]:
    """Ground under a new temporary folder; all that stands on it ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-bench-"))
    # PostgreSQL's user has to pass through.
    folder.chmod(0o755)
    try:
        async with AsyncExitStack() as stack:
            yield Ground(folder, pinned, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def _listening(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = asyncio.get_running_loop().time() + OPEN_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            late = asyncio.get_running_loop().time() > until
            if process.poll() is not None or late:
                words = said.read_text(errors="replace").strip()[-800:]
                raise NotStarted(f"It {'does not answer' if late else 'ended'}: {words}") from None
        await asyncio.sleep(0.01)


async def _stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Asked first, killed when it does not."""
    process.send_signal(how)
    try:
        await asyncio.to_thread(process.wait, STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.to_thread(process.wait)
