"""What is to be reopened is found without an index on who waits for an answer since when.

Nearly every message changes that, and PostgreSQL writes a row's change in place only where no index speaks of
what has changed: all indexes of the conversation were written anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAME = "conversation_to_reopen"
UNANSWERED = "live = 'ended' AND unanswered_since IS NOT NULL"
"""Such a conversation has no document for search until it is answered, or reopened."""


def upgrade() -> None:
    op.drop_index(NAME, "conversation")
    op.execute(sa.text(f"UPDATE conversation SET indexed = false WHERE {UNANSWERED}"))
    op.create_index(
        NAME,
        "conversation",
        ["id"],
        sqlite_where=sa.text("live = 'ended' AND indexed = 0"),
        postgresql_where=sa.text("live = 'ended' AND NOT indexed"),
    )


def downgrade() -> None:
    op.drop_index(NAME, "conversation")
    where = sa.text(UNANSWERED)
    op.create_index(NAME, "conversation", ["id"], sqlite_where=where, postgresql_where=where)
