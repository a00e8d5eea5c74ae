"""PostgreSQL's continuous archive, with the commands of the README."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from store import desk as desks
from store.backup import restoring
from store.backup.settling import LEAP
from store.database import Database
from store.migrate import migrate
from tests.fixtures.postgresql import programs
from tests.store.backup.desks import now, said, writing
from tests.store.seeds import seed
from web.bench import postgresql as server
from web.processes import dies_with_parent

SYNCHRONOUS = {"synchronous_commit": "on", "synchronous_standby_names": "'pg_receivewal'"}


class Cluster:
    """PostgreSQL servers and programs in one folder, run as an unprivileged user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.account = server.unprivileged()
        self.programs = programs(folder)

    def path(self, name: str) -> Path:
        return self.folder / name

    def url(self, sockets: str, database: str = "postgres") -> str:
        return f"postgresql://{server.USER}@/{database}?host={self.path(sockets)}"

    def run(self, program: str, *arguments: str) -> None:
        done = server.run([str(self.programs / program), *arguments], self.account)
        assert done.returncode == 0, done.stderr

    def make(self, name: str) -> None:
        """A folder that the server may write."""
        self.path(name).mkdir(mode=0o700)
        if self.account:
            os.chown(self.path(name), self.account.pw_uid, self.account.pw_gid)

    def copy(self, name: str, other: str) -> None:
        """A folder once more, as the server's user would copy it."""
        done = server.run(["cp", "-a", str(self.path(name)), str(self.path(other))], self.account)
        assert done.returncode == 0, done.stderr

    def start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        account = self.account
        with self.path("log").open("ab") as output:
            return subprocess.Popen(
                [str(self.programs / program), *arguments],
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                cwd="/",
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )

    def serve(self, data: str, sockets: str, **settings: str) -> subprocess.Popen[bytes]:
        self.make(sockets)
        given = {"listen_addresses": "", "max_connections": "30", "fsync": "off", **settings}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        return self.start("postgres", "-D", str(self.path(data)), "-k", str(self.path(sockets)), *options)


@pytest.fixture
def cluster(postgresql_bin: str) -> Iterator[Cluster]:
    # A short path: a socket's may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-archive-"))
    account = server.unprivileged()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    yield Cluster(folder)
    shutil.rmtree(folder, ignore_errors=True)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


async def test_what_was_acknowledged_is_back_after_the_server_and_its_disk_are_lost(cluster: Cluster) -> None:
    """With the archive as synchronous standby nothing acknowledged is missing, and the desk is settled. Of
    the same archive a moment between two messages can be had: all of before, and nothing of after."""
    with ExitStack() as stack:
        cluster.run("initdb", "-D", str(cluster.path("data")), "-U", server.USER, "-A", "trust", "-E", "UTF8")
        primary = cluster.serve("data", "first")
        stack.callback(ended, primary)
        await server.answering(cluster.url("first"), primary)
        await _execute(cluster.url("first"), "CREATE DATABASE desk")
        url, replication = cluster.url("first", "desk"), cluster.url("first")
        await migrate(url)
        cluster.make("wal")
        wal = str(cluster.path("wal"))
        receive = ("-d", replication, "-D", wal, "--slot=frontdesk")
        cluster.run("pg_receivewal", *receive, "--create-slot", "--if-not-exists")
        receiver = cluster.start("pg_receivewal", *receive, "--synchronous")
        stack.callback(ended, receiver)
        cluster.run(
            "pg_basebackup", "-d", replication, "-D", str(cluster.path("base")), "-X", "none", "-c", "fast"
        )
        for name, value in SYNCHRONOUS.items():
            await _execute(replication, f"ALTER SYSTEM SET {name} = {value}")
        await _execute(replication, "SELECT pg_reload_conf()")
        # Waits until the archive has it, as every commit does from now on.
        await _execute(replication, "CREATE TABLE fence ()")
        database = await Database.open(url)
        seeded = await seed(database)
        async with writing(seeded, 3) as writers:
            await writers.reached(300)
        before = dict(writers.acked)
        moment = await _clock(url)
        async with writing(seeded, 3) as writers:
            await writers.reached(300)
        await database.close()
        acked = {**before, **writers.acked}
        primary.send_signal(signal.SIGKILL)
        primary.wait()
        receiver.terminate()
        receiver.wait()
        shutil.rmtree(cluster.path("data"))
        cluster.copy("base", "earlier")
        restored = await _restored(cluster, stack, "base", "second")
        assert await said(restored) == acked
        earlier = await _restored(cluster, stack, "earlier", "third", moment)
        assert await said(earlier) == before
        await restoring.settle(restored, now())
        database = await Database.open(restored)
        async with database.read() as tx:
            assert (await desks.get(tx)).generation == LEAP
        await database.close()


async def _restored(
    cluster: Cluster, stack: ExitStack, data: str, sockets: str, until: datetime | None = None
) -> str:
    """Recover a base with the archive, as the README tells; the address of its database."""
    for partial in cluster.path("wal").glob("*.partial"):
        partial.rename(partial.with_suffix(""))
    base = cluster.path(data)
    with (base / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"\nrestore_command = 'cp {cluster.path('wal')}/%f %p'\n")
        conf.write("recovery_target_timeline = 'latest'\n")
        if until is not None:
            conf.write(f"recovery_target_time = '{until.isoformat(sep=' ')}'\n")
            conf.write("recovery_target_action = 'promote'\n")
    (base / "recovery.signal").touch()
    recovered = cluster.serve(data, sockets, hot_standby="off")
    stack.callback(ended, recovered)
    await server.answering(cluster.url(sockets), recovered)
    return cluster.url(sockets, "desk")


async def _clock(url: str) -> datetime:
    """The server's own time, later than any commit that was answered."""
    connection = await asyncpg.connect(url)
    try:
        at = await connection.fetchval("SELECT clock_timestamp()")
        assert isinstance(at, datetime)
        return at
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
