"""Bringing a database's schema up to date."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store import engines, tables
from store.outages import translating

LOCK_KEY = 7_236_481_555
"""Of PostgreSQL's advisory lock: of two releases at once, one waits and finds nothing to do."""


async def migrate(url: str) -> list[str]:
    """Run the migrations that `url` lacks, all or none; returns their ids, the oldest first.

    Makes a SQLite file where there is none; its folder must exist. Raises Unavailable.
    """
    return await _run(url, _upgrade)


async def pending(url: str) -> list[str]:
    """The ids of the migrations that `url` lacks, the oldest first. Raises Unavailable."""
    return await _run(url, _missing)


async def differences(url: str) -> list[str]:
    """What the tables of a migrated `url` and their declarations do not agree on; empty is right."""
    return await _run(url, _differing)


async def _run(url: str, work: Callable[[Connection], list[str]]) -> list[str]:
    engine = engines.sqlite_writer(url) if engines.is_sqlite(url) else engines.postgresql(url)
    try:
        async with translating(), engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> list[str]:
    if connection.dialect.name == "postgresql":
        # Waits as long as the other release takes, unlike everything else.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    missing = _missing(connection)
    config = _config()
    config.attributes["connection"] = connection
    if missing:
        command.upgrade(config, "head")
    return missing


def _missing(connection: Connection) -> list[str]:
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    newer = list(scripts.iterate_revisions("head", current or "base"))
    return [script.revision for script in reversed(newer)]


def _differing(connection: Connection) -> list[str]:
    options = {"compare_type": True, "include_name": _is_declared}
    context = MigrationContext.configure(connection, opts=options)
    return [repr(found) for found in compare_metadata(context, tables.metadata)]


def _is_declared(name: str | None, kind: str, parents: object) -> bool:
    """The indexes of search are made by hand, differently for each database."""
    return not (name or "").startswith(("search_index", "search_document_words"))


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as an interpolation.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config
