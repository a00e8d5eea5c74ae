"""The two databases as parts that can be taken away: a file, and a server of our own."""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal, Protocol

import asyncpg

from tests.fixtures import postgresql

Kind = Literal["sqlite", "postgresql"]
KINDS: Final[tuple[Kind, ...]] = ("sqlite", "postgresql")


class Part(Protocol):
    """A database of one run. `url` is how the service reaches it, `direct` how the bench does."""

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
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def url(self, name: str, host: Path | None = None) -> str:
        return f"postgresql://{postgresql.USER}@/{name}?host={host or self.folder}"

    async def create(self, *options: str) -> None:
        """A new cluster, and start it."""
        own(self.folder, self._account)
        self._binaries = await asyncio.to_thread(postgresql.usable_binaries, self.folder, self._account)
        await asyncio.to_thread(postgresql.initialise, self._binaries, self._data, self._account, *options)
        await self.start()

    async def start(self) -> None:
        """Returns when it answers."""
        # Not in a thread: the server is told to die with the thread that started it.
        self._process = postgresql.launched(self._binaries, self.folder, self._data, self._account)
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
