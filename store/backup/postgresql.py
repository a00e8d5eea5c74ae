"""Dumps of a PostgreSQL database, and bringing them back."""

import asyncio
import os
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from store import tables
from store.backup import census, disk, programs
from store.backup.errors import Away, BackupError, Damaged, explained
from store.backup.manifest import Census
from store.outages import translated

PART = "database.dump"
SCRATCH = "frontdesk_scratch_"
NAME = "frontdesk-backup"
CONNECT_SECONDS = 10.0
Result = TypeVar("Result")


async def dump(url: str, folder: Path, bin_folder: str = "") -> Census:
    """Write database.dump and heads.jsonl, both of one snapshot; what they hold. Raises BackupError, Away
    where the server went away meanwhile."""
    program = programs.find("pg_dump", bin_folder)
    async with _connected(url) as connection:
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        # The snapshot lives as long as this transaction, which waits idly for pg_dump.
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = str(await connection.scalar(text("SELECT pg_export_snapshot()")))
        try:
            await _dump(program, url, snapshot, folder / PART)
        except BackupError:
            # Where the server has gone, this connection has too, and says so.
            await connection.scalar(text("SELECT 1"))
            raise
        return await connection.run_sync(lambda sync: census.take(sync, folder / census.HEADS))


async def restore(url: str, dumped: Path, bin_folder: str = "") -> None:
    """Put a dump in the place of whatever desk `url` holds, in one transaction. Raises BackupError,
    Damaged where the dump cannot be read."""
    restoring = programs.find("pg_restore", bin_folder)
    shell = programs.find("psql", bin_folder)
    await asyncio.to_thread(_restore, restoring, shell, url, dumped)


async def look(url: str, work: Callable[[Connection], Result]) -> Result:
    """Run `work` in a transaction of its own."""
    async with _connected(url) as connection:
        result = await connection.run_sync(work)
        await connection.commit()
        return result


@asynccontextmanager
async def scratch(url: str) -> AsyncIterator[str]:
    """A new database on the server of `url`, dropped at the end of the block; its address."""
    name = f"{SCRATCH}{secrets.token_hex(6)}"
    await _alone(url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield programs.with_database(url, name)
    finally:
        await _alone(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def users(url: str) -> int:
    """How many connections of running desks there are to this database."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'frontdesk'"
    )
    return await look(url, lambda connection: int(connection.scalar(query) or 0))


@asynccontextmanager
async def _connected(url: str, isolation: str | None = None) -> AsyncIterator[AsyncConnection]:
    options = {} if isolation is None else {"isolation_level": isolation}
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=NullPool,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "server_settings": {"application_name": NAME, "timezone": "UTC", "jit": "off"},
        },
        **options,
    )
    try:
        async with engine.connect() as connection:
            yield connection
    except (TimeoutError, DBAPIError, OSError) as error:
        kind = BackupError if translated(error) is None else Away
        raise kind(f"The database does not do what a backup needs: {error}.") from error
    finally:
        await engine.dispose()


async def _alone(url: str, statement: str) -> None:
    """Run a statement that cannot be in a transaction."""
    try:
        async with _connected(url, "AUTOCOMMIT") as connection:
            await connection.execute(text(statement))
    except BackupError as error:
        raise BackupError(
            f"There is no scratch database to restore into: {error} Let the desk's role make databases"
            " (ALTER ROLE … CREATEDB), or name a server for that in FRONTDESK_BACKUP_SCRATCH_URL."
        ) from error


async def _dump(program: str, url: str, snapshot: str, to: Path) -> None:
    """Run pg_dump; it ends with us, for it can take long."""
    where, environment = programs.address(url)
    command = [program, "--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
    command += [f"--snapshot={snapshot}", f"--file={to}", f"--dbname={where}"]
    with explained("dumping the database"):
        disk.create(to).close()
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        programs.check(program, process.returncode, said)
        await asyncio.to_thread(disk.sync, to)


def _restore(restoring: str, shell: str, url: str, dumped: Path) -> None:
    """psql reads what pg_restore writes. It commits only when it is told to, so that a dump that breaks off
    leaves the database as it was."""
    where, environment = programs.address(url)
    names = ", ".join(f'public."{name}"' for name in [*tables.metadata.tables, "alembic_version"])
    reading = [restoring, "--no-owner", "--no-privileges", "--no-comments", "--file=-", str(dumped)]
    writing = [shell, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={where}", "--file=-"]
    with explained("restoring the database"), open(os.devnull, "wb") as nowhere:
        with (
            subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as source,
            subprocess.Popen(
                writing, env=environment, stdin=subprocess.PIPE, stdout=nowhere, stderr=subprocess.PIPE
            ) as target,
        ):
            assert source.stdout is not None
            assert source.stderr is not None
            assert target.stdin is not None
            assert target.stderr is not None
            try:
                target.stdin.write(f"BEGIN;\nDROP TABLE IF EXISTS {names} CASCADE;\n".encode())
                shutil.copyfileobj(source.stdout, target.stdin, disk.CHUNK)
                if source.wait() == 0:
                    target.stdin.write(b"\nCOMMIT;\n")
                target.stdin.close()
            except BrokenPipeError:
                source.kill()  # psql has ended, and says below why
            said = target.stderr.read()
            target.wait()
            why = source.stderr.read()
        programs.check(shell, target.returncode, said)
        programs.check(restoring, source.returncode, why, Damaged)
