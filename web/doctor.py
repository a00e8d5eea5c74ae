"""Examining a desk: each part is asked for what it will be needed for, and the answer put in words."""

import os
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from store import engines, migrate, partitions
from store.backup import programs
from store.backup.errors import BackupError
from store.backup.sealing import recipients_of
from store.database import Database
from store.errors import Unavailable
from web import assets, backup_watch, redis_client, redis_server
from web.backups import plan as planned
from web.mail import MailError, mailbox
from web.settings import Settings, shown

LEAST_FREE_BYTES = 500 * 1024 * 1024
MOST_SKEW_SECONDS = 2.0
EVICTION_ALLOWED = "noeviction"


class Finding(Struct, frozen=True):
    """What was found of one part. `advice`: what to do, where something can be done."""

    part: str
    good: bool
    text: str
    advice: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at every part. Changes nothing but a file that it writes and removes."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[Finding]]]] = [
        ("files", files),
        ("database", database),
        ("redis", redis),
        ("clock", clock),
        ("mail", mail),
        ("backups", backups),
        ("screens", screens),
    ]
    return [await check(settings) for _, check in checks]


async def files(settings: Settings) -> Finding:
    """The data folder can be written, and the disk has room."""
    folder = settings.data.resolve()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    probe = existing / f".frontdesk-{secrets.token_hex(4)}"
    try:
        if folder.exists():
            probe.write_bytes(b"x")
            probe.unlink()
    except OSError as error:
        advice = "Give the user who runs Frontdesk the right to write there, or set FRONTDESK_DATA."
        return Finding("files", False, f"{folder} cannot be written: {error.strerror}.", advice)
    free = shutil.disk_usage(existing).free
    text = f"{folder}, {free / 2**30:.1f} GiB free"
    if free < LEAST_FREE_BYTES:
        return Finding("files", False, text, "Make room: messages are refused when the disk is full.")
    return Finding("files", True, text)


async def database(settings: Settings) -> Finding:
    """It answers, has all migrations, connections for all of us, and the log's parts for the time to come."""
    where = shown(settings.database)
    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not Path(file).exists():
        return Finding("database", True, f"{where} will be made by the first start")
    try:
        opened = await Database.open(settings.database)
        started = time.perf_counter()
        async with opened.read():
            pass
        took = time.perf_counter() - started
        async with opened.read() as tx:
            late = await partitions.late(tx, datetime.now(UTC))
        room = await opened.room()
        await opened.close()
        missing = await migrate.pending(settings.database)
    except (Unavailable, ValueError) as error:
        advice = "Start it, or correct DATABASE_URL."
        return Finding("database", False, f"{where} does not answer: {error}.", advice)
    if missing:
        return Finding(
            "database", False, f"{where} lacks {len(missing)} migrations", "Run `frontdesk migrate`."
        )
    wanted = (settings.processes + 1) * settings.database_connections
    if room is not None and wanted > room:
        text = f"{where} has {room} connections; this machine's processes and a worker may want {wanted}"
        advice = "Raise its max_connections, or lower FRONTDESK_DATABASE_CONNECTIONS."
        return Finding("database", False, text, advice)
    if late is not None:
        text = f"{where} has no part for the conversations of {late}: they go into the one for all others"
        advice = "Run `frontdesk migrate` as the owner of the tables, at a quiet hour; the log says why."
        return Finding("database", False, text, advice)
    return Finding("database", True, f"{where} is up to date and answers in {took * 1000:.0f} ms")


async def redis(settings: Settings) -> Finding:
    """It answers, is new enough, and throws nothing away."""
    if settings.embeds_redis:
        return await embedded(settings)
    where = shown(settings.redis_url)
    try:
        async with redis_client.single(
            settings, socket_timeout=5, retry=None, decode_responses=True
        ) as client:
            server = await client.info("server")
            policy = (await client.info("memory")).get("maxmemory_policy", EVICTION_ALLOWED)
    except (RedisError, OSError) as error:
        return Finding(
            "redis", False, f"{where} does not answer: {error}.", "Start it, or correct REDIS_URL."
        )
    found = str(server["redis_version"])
    if tuple(int(part) for part in found.split(".")[:2]) < redis_server.OLDEST:
        return Finding("redis", False, f"{where} is version {found}", "Use Redis or Valkey 7.0 or later.")
    if policy != EVICTION_ALLOWED:
        advice = "Set maxmemory-policy to noeviction: the queue must not be thrown away."
        return Finding("redis", False, f"{where} evicts keys ({policy})", advice)
    return Finding("redis", True, f"{where}, version {found}")


async def embedded(settings: Settings) -> Finding:
    """There is a program to start; or one runs, and answers."""
    url = f"unix://{redis_server.socket_path(settings.redis_folder)}"
    try:
        async with Redis.from_url(url, socket_timeout=5, retry=None) as client:
            await client.ping()
        return Finding("redis", True, "our own runs and answers")
    except (RedisError, OSError):
        pass  # none runs now, which is as it should be while nothing is served
    try:
        binary = redis_server.find_binary(settings.redis_binary)
    except redis_server.RedisServerError as error:
        return Finding("redis", False, str(error), "Install redis-server 7.0 or later, or set REDIS_URL.")
    number = ".".join(map(str, redis_server.version(binary)))
    return Finding("redis", True, f"our own will be started from {os.fspath(binary)}, version {number}")


async def clock(settings: Settings) -> Finding:
    """This machine's clock and that of Redis agree. Routing uses the latter only; people read both."""
    if settings.embeds_redis:
        return Finding("clock", True, "one machine, one clock")
    try:
        async with redis_client.single(settings, socket_timeout=5, retry=None) as client:
            seconds, microseconds = await client.time()
    except (RedisError, OSError):
        return Finding("clock", False, "cannot be compared while Redis does not answer")
    skew = time.time() - (seconds + microseconds / 1e6)
    if abs(skew) > MOST_SKEW_SECONDS:
        text = f"is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} that of Redis"
        return Finding("clock", False, text, "Keep both machines' clocks with NTP.")
    return Finding("clock", True, f"{abs(skew) * 1000:.0f} ms from that of Redis")


async def mail(settings: Settings) -> Finding:
    """A server takes our greeting, or the folder can be written."""
    try:
        where = await mailbox(settings.mail_url, settings.mail_folder).check()
    except (MailError, ValueError) as error:
        return Finding("mail", False, str(error), "Correct FRONTDESK_MAIL_URL, or unset it to write files.")
    advice = "" if settings.mail_url else "Nobody gets it from there: set FRONTDESK_MAIL_URL to send it."
    return Finding("mail", True, where, advice)


async def backups(settings: Settings) -> Finding:
    """The last verified one is young enough, its programs are there, and it is not on the same disk."""
    try:
        plan = planned(settings)
        if not engines.is_sqlite(settings.database):
            for name in ("pg_dump", "pg_restore", "psql"):
                programs.find(name, settings.postgresql_bin)
        recipients_of(plan.secrets.recipients)
    except BackupError as error:
        return Finding("backups", False, str(error))
    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not Path(file).exists():
        return Finding("backups", True, f"will be made in {plan.shelf.folder.resolve()}")
    opened = await Database.open(settings.database)
    try:
        outlook = await backup_watch.look(plan, opened, datetime.now(UTC))
    except (Unavailable, DBAPIError):
        return Finding("backups", False, "cannot be looked at while the database is away or not up to date")
    finally:
        await opened.close()
    if outlook.state == "off":
        return Finding("backups", True, outlook.text, "Set FRONTDESK_BACKUP_HOURS, or make them yourself.")
    if outlook.state == "late":
        advice = "See `frontdesk backup list` and the worker's log; make one with `frontdesk backup create`."
        return Finding("backups", False, outlook.text, advice)
    same = plan.shelf.folder.exists() and same_disk(plan.shelf.folder, settings.data)
    advice = "They lie on the data's own disk: set FRONTDESK_BACKUP_FOLDER to another." if same else ""
    return Finding("backups", True, outlook.text, advice)


def same_disk(one: Path, other: Path) -> bool:
    return other.exists() and one.stat().st_dev == other.stat().st_dev


async def screens(settings: Settings) -> Finding:
    """The front-ends were built."""
    try:
        assets.Assets(assets.FOLDER).loader()
    except assets.NotBuilt:
        return Finding(
            "screens", False, "the front-ends have not been built", "Run `make run` or `make build`."
        )
    return Finding("screens", True, "built")
