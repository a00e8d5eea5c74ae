"""Which backups were made, and when each was last seen to be whole."""

import sqlalchemy as sa
from alembic import op

from store.times import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("pruned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("backup_began", "backup", ["began_at"], unique=False)


def downgrade() -> None:
    op.drop_table("backup")
