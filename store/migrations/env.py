"""Runs the migrations on the connection that `store.migrate` gives."""

from alembic import context
from sqlalchemy import Connection

from store import tables


def run(connection: Connection) -> None:
    # One transaction for all: both databases roll a broken migration back whole.
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        transactional_ddl=False,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
