"""The two databases as parts that can be taken away: a file, and a server of our own."""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Literal, Protocol

import asyncpg

from tests.faults.proxy import Proxy
from tests.fixtures.postgresql import SETTINGS, programs
from web.bench import postgresql

Kind = Literal["sqlite", "postgresql"]
KINDS: Final[tuple[Kind, ...]] = ("sqlite", "postgresql")


class Part(Protocol):
    """A database of one run. `url` is how the service reaches it, `direct` how the bench does, `disk` the
    small disk that it has for itself, if any, and `proxy` what stands before it, if anything."""

    disk: Path | None
    proxy: Proxy | None

    @property
    def kind(self) -> Kind: ...
    @property
    def url(self) -> str: ...
    @property
    def direct(self) -> str: ...


class Sqlite:
    """A file in a folder."""

    kind: Kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.disk: Path | None = None
        self.proxy: Proxy | None = None
        self.path = folder / "desk.db"
        self.url = self.direct = f"sqlite:///{self.path}"


class Server:
    """A PostgreSQL server that can be stopped and started, with databases of one run each."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        """data: where the cluster stands, when not in the folder."""
        self.folder = folder
        self._account = postgresql.unprivileged()
        self._data = data or folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._binaries = Path()

    @property
    def binaries(self) -> Path:
        """Where pg_dump and its like of this server's own version stand."""
        return self._binaries

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def url(self, name: str, host: Path | None = None) -> str:
        return f"postgresql://{postgresql.USER}@/{name}?host={host or self.folder}"

    async def create(self, *options: str) -> None:
        """A new cluster, and start it."""
        own(self.folder, self._account)
        self._binaries = await asyncio.to_thread(programs, self.folder)
        await asyncio.to_thread(postgresql.initialise, self._binaries, self._data, self._account, *options)
        await self.start()

    async def start(self) -> None:
        """Returns when it answers."""
        # Not in a thread: the server is told to die with the thread that started it.
        # It will be killed: what it said is committed has to be in the kernel's hands by then.
        settings = SETTINGS | {"synchronous_commit": "on"}
        self._process = postgresql.launched(
            self._binaries, self.folder, self._data, self._account, **settings
        )
        await postgresql.answering(self.url("postgres"), self._process)

    async def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: rolls back what runs and ends. SIGQUIT: ends at once, as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait)
            self._process = None

    async def execute(self, statement: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(self.url(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class Postgresql:
    """One database of a server. `host`: where the service finds it, when not directly."""

    kind: Kind = "postgresql"

    def __init__(self, server: Server, name: str, host: Path | None = None) -> None:
        self.disk: Path | None = None
        self.proxy: Proxy | None = None
        self.server = server
        self.name = name
        self.url = server.url(name, host)
        self.direct = server.url(name)

    @classmethod
    async def create(cls, server: Server, host: Path | None = None) -> "Postgresql":
        name = f"f{secrets.token_hex(6)}"
        await server.execute(f'CREATE DATABASE "{name}" STRATEGY = FILE_COPY')
        return cls(server, name, host)


@asynccontextmanager
async def made(
    kind: Kind, folder: Path, server: Server | None, *, disk: int = 0, proxied: bool = False
) -> AsyncIterator[Part]:
    """A database for one run, in `folder` or on `server`. `disk`: megabytes of a disk of its own.
    `proxied`: a proxy stands before it (PostgreSQL only)."""
    async with AsyncExitStack() as stack:
        small = stack.enter_context(mounted(folder / "disk", disk)) if disk else None
        if kind == "sqlite":
            part: Part = Sqlite(small or folder)
        else:
            if small is not None:
                # The server's user has to get at what stands in here.
                folder.chmod(0o755)
                server = await stack.enter_async_context(apart(folder / "server", small))
            assert server is not None
            host = folder / "pg" if proxied else None
            part = await Postgresql.create(server, host)
            if host is not None:
                host.mkdir()
                near = host / server.socket.name
                part.proxy = await stack.enter_async_context(Proxy(server.socket, near))
        part.disk = small
        yield part


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of that size in memory. Raises `CalledProcessError` where mounting is not permitted."""
    folder.mkdir()
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@asynccontextmanager
async def apart(folder: Path, disk: Path) -> AsyncIterator[Server]:
    """A server whose tables stand on `disk` and whose log of changes does not: a server that cannot write
    that one stops altogether, which is the row of the stopped database."""
    folder.mkdir()
    server = Server(folder, disk / "data")
    try:
        await server.create("--waldir", str(folder / "wal"))
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    """A server in a folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="faults-pg-"))
    server = Server(folder)
    try:
        await server.create()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def own(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Give a folder to whom the server runs as."""
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
