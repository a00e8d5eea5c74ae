"""In SQLite the log's rows in the order in which they came, and no longer in its key; in PostgreSQL they were
always so. To put a row of some hundred bytes between others moved three pages and what points to them.
"""

import sqlalchemy as sa
from alembic import op

from store.times import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = ["conversation_id", "thread", "seq"]
CLIENT_ID = ["conversation_id", "author_id", "client_id"]


def upgrade() -> None:
    _made_anew(with_rowid=True)


def downgrade() -> None:
    _made_anew(with_rowid=False)


def _made_anew(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("entry", "entry_before")
    op.create_table(
        "entry",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("thread IN ('public', 'staff')", name="entry_thread"),
        sa.PrimaryKeyConstraint(*KEY),
        sqlite_with_rowid=with_rowid,
    )
    # In the order of the key, so that the threads that there are stay together.
    op.execute(sa.text("INSERT INTO entry SELECT * FROM entry_before ORDER BY conversation_id, thread, seq"))
    op.drop_table("entry_before")
    op.create_index("entry_client_id", "entry", CLIENT_ID, unique=True)
