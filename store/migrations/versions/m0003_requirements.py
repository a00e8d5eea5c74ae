"""What decides who comes first and how much a conversation counts; what reconciliation had to mend."""

import sqlalchemy as sa
from alembic import op

from store.times import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Defaults stay in the database, so that a process of the version before can still write.
COLUMNS = {
    "desk": (lambda: sa.Column("rules", sa.JSON(), nullable=False, server_default="[]"),),
    "team": (
        lambda: sa.Column(
            "weights", sa.JSON(), nullable=False, server_default='{"chat": 100, "message": 100}'
        ),
    ),
    "organisation": (lambda: sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false()),),
    "customer": (lambda: sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false()),),
    "conversation": (
        lambda: sa.Column("channel", sa.String(), nullable=False, server_default="chat"),
        lambda: sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"),
        lambda: sa.Column("priority_set", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column())
    op.create_index("organisation_name", "organisation", ["name"], unique=True)
    op.create_table(
        "mending",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mending_at", "mending", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("mending")
    op.drop_index("organisation_name", "organisation")
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column().name)
