"""The work of migrations, by Alembic, inside one transaction. Imported only where there is some to do."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store import partitions, tables
from store.engines import LOCK_TIMEOUT_MS

LOCK_KEY = 7_236_481_555
"""Of PostgreSQL's advisory lock: of two releases at once, one waits and finds nothing to do."""


def upgrade(connection: Connection, to: str = "head") -> list[str]:
    """Run what is missing up to the migration `to`; the ids, the oldest first."""
    if connection.dialect.name == "postgresql":
        # Waits as long as the other release takes, unlike everything else.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        # A table that a long reader holds is tried again later: every message would queue behind us.
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
    wanted = missing(connection, to)
    config = _config()
    config.attributes["connection"] = connection
    if wanted:
        command.upgrade(config, to)
    return wanted


def missing(connection: Connection, to: str = "head") -> list[str]:
    """The ids of the migrations up to `to` that are lacking, the oldest first."""
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    newer = list(scripts.iterate_revisions(to, current or "base"))
    return [script.revision for script in reversed(newer)]


def differing(connection: Connection) -> list[str]:
    """Where the database and the declared tables do not agree."""
    options = {"compare_type": True, "include_name": _is_declared}
    context = MigrationContext.configure(connection, opts=options)
    return [repr(found) for found in compare_metadata(context, tables.metadata)]


def _is_declared(name: str | None, kind: str, parents: object) -> bool:
    """The indexes of search and the log's partitions are made by hand, differently for each database."""
    by_hand = ("search_index", "search_document_words", partitions.PREFIX)
    return not (name or "").startswith(by_hand)


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as an interpolation.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config
