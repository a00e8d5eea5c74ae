"""The doctor, on desks that are well and that are not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from store import tables
from store.database import Database
from store.migrate import migrate
from web import backups, doctor
from web.cli import preparing
from web.doctor import Finding
from web.keeper import Keeper
from web.metrics import Metrics
from web.redis_server import RedisServer
from web.settings import Settings


def desk(folder: Path, **values: object) -> Settings:
    return Settings(data=folder).changed(**values)


async def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in await doctor.examine(settings)}


async def test_a_desk_that_was_never_started_is_well(tmp_path: Path) -> None:
    """Nothing is there so far, and nothing has to be; only the screens may want building."""
    found = await findings(desk(tmp_path / "data"))
    assert {part for part, finding in found.items() if not finding.good} <= {"screens"}
    assert "will be made" in found["database"].text
    assert "will be started" in found["redis"].text
    assert list(tmp_path.iterdir()) == []


async def test_a_running_desk_is_well(tmp_path: Path, database_url: str, own_redis: RedisServer) -> None:
    """On both databases, with a Redis by address."""
    await migrate(database_url)
    found = await findings(desk(tmp_path, database_url=database_url, redis_url=own_redis.url))
    assert all(found[part].good for part in ("files", "database", "redis", "clock", "mail"))
    assert "up to date" in found["database"].text
    assert "ms from that of Redis" in found["clock"].text


async def test_more_connections_than_postgresql_has_are_found(tmp_path: Path, postgresql_url: str) -> None:
    """Counted for all processes and a worker, before a rush finds out."""
    await migrate(postgresql_url)
    found = await findings(desk(tmp_path, database_url=postgresql_url, processes=4))
    assert not found["database"].good
    assert "may want 60" in found["database"].text
    found = await findings(
        desk(tmp_path, database_url=postgresql_url, processes=4, database_connections=5, redis_connections=2)
    )
    assert found["database"].good


async def test_missing_migrations_are_found(tmp_path: Path, postgresql_url: str) -> None:
    """With the command that mends it."""
    found = await findings(desk(tmp_path, database_url=postgresql_url))
    assert not found["database"].good
    assert found["database"].advice == "Run `frontdesk migrate`."


async def test_a_part_of_the_log_that_is_lacking_is_found(tmp_path: Path, postgresql_url: str) -> None:
    """Lines are taken all the same, so that nobody else would notice; what mends it is named, and does."""
    await migrate(postgresql_url)
    settings = desk(tmp_path, database_url=postgresql_url)
    year = datetime.now(UTC).year
    database = await Database.open(postgresql_url)
    async with database.begin() as tx:
        await tx.execute(text(f"DROP TABLE entry_p{year}"))
        await tx.execute(text(f"DROP TABLE entry_p{year + 1}"))
    await database.close()
    found = (await findings(settings))["database"]
    assert (found.good, "frontdesk migrate" in found.advice) == (False, True)
    assert f"no part for the conversations of {year}" in found.text
    assert [part.moved for part in await preparing.divided(settings)] == [0, 0]
    assert (await findings(settings))["database"].good


async def test_parts_that_are_away_are_named_without_their_passwords(tmp_path: Path) -> None:
    """Database, Redis and mail server where nothing listens."""
    found = await findings(
        desk(
            tmp_path,
            database_url="postgresql://desk:hush@127.0.0.1:1/desk",
            redis_url="redis://:hush@127.0.0.1:1/0",
            mail_url="smtp://desk:hush@127.0.0.1:1",
        )
    )
    for part in ("database", "redis", "clock", "mail"):
        assert not found[part].good
        assert "hush" not in found[part].text
    assert "DATABASE_URL" in found["database"].advice
    assert "REDIS_URL" in found["redis"].advice


async def test_a_redis_that_evicts_is_refused(tmp_path: Path, own_redis: RedisServer) -> None:
    """The queue is not a cache."""
    async with Redis.from_url(own_redis.url) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
    found = await findings(desk(tmp_path, redis_url=own_redis.url))
    assert not found["redis"].good
    assert "noeviction" in found["redis"].advice


async def test_an_own_redis_that_runs_is_asked(tmp_path: Path, own_redis: RedisServer) -> None:
    """`own_redis` stands where a desk in this folder would start its own."""
    found = await findings(desk(own_redis.folder.parent))
    assert found["redis"].text == "our own runs and answers"


async def test_a_program_that_is_missing_is_told(tmp_path: Path) -> None:
    """By the setting that names it."""
    found = await findings(desk(tmp_path, redis_binary="no-such-redis"))
    assert not found["redis"].good
    assert "FRONTDESK_REDIS_BINARY" in found["redis"].text


async def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before messages are refused for it."""
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**70)
    found = await findings(desk(tmp_path))
    assert not found["files"].good
    assert "Make room" in found["files"].advice


async def test_backups_that_are_too_old_are_told(tmp_path: Path, sqlite_url: str) -> None:
    """As in the log and on the screens; a young one is well."""
    settings = desk(tmp_path / "data", database_url=sqlite_url, backup_hours=24.0)
    await migrate(sqlite_url)
    database = await Database.open(sqlite_url)
    plan = backups.plan(settings)
    keeper = Keeper(plan, database, lambda: datetime.now(UTC), Metrics())
    await keeper.make_due()
    await keeper.close()
    assert (await findings(settings))["backups"].good
    async with database.begin() as tx:
        await tx.execute(tables.backup.update().values(began_at=datetime.now(UTC) - timedelta(hours=37)))
    await database.close()
    found = (await findings(settings))["backups"]
    assert (found.good, "frontdesk backup create" in found.advice) == (False, True)


async def test_programs_that_a_backup_needs_are_looked_for(tmp_path: Path, postgresql_url: str) -> None:
    """Before the first backup fails for want of them."""
    found = await findings(desk(tmp_path, database_url=postgresql_url, postgresql_bin=str(tmp_path)))
    assert (found["backups"].good, "FRONTDESK_POSTGRESQL_BIN" in found["backups"].text) == (False, True)
