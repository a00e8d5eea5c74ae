"""How a team's queue is handed out, what agents can do, and what a conversation asks of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Defaults stay in the database, so that a process of the version before can still write.
COLUMNS = {
    "team": (
        lambda: sa.Column("relax_seconds", sa.Integer(), nullable=True, server_default="60"),
        lambda: sa.Column("overflow_team_id", sa.String(), nullable=True),
        lambda: sa.Column("overflow_seconds", sa.Integer(), nullable=True),
        lambda: sa.Column("fallback_team_id", sa.String(), nullable=True),
        lambda: sa.Column("queue_max", sa.Integer(), nullable=True),
        lambda: sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        lambda: sa.Column("sticky", sa.Boolean(), nullable=False, server_default=sa.true()),
        lambda: sa.Column("service_percent", sa.Integer(), nullable=False, server_default="80"),
        lambda: sa.Column("hours", sa.JSON(none_as_null=True), nullable=True),
        lambda: sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC"),
        lambda: sa.Column("holidays", sa.JSON(), nullable=False, server_default="[]"),
    ),
    "staff": (
        lambda: sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"),
        lambda: sa.Column("skills", sa.JSON(), nullable=False, server_default="{}"),
    ),
    "conversation": (
        lambda: sa.Column("language", sa.String(), nullable=False, server_default=""),
        lambda: sa.Column("skills", sa.JSON(), nullable=False, server_default="{}"),
    ),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column())


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column().name)
