"""The log in 16 partitions on PostgreSQL, by hash of the conversation. SQLite's stays as it was.

By hash and not by time: a unique key of a partitioned table must hold what divides it, and a thread's
numbers and client ids are unique in a conversation, not at a time. A conversation lies in one partition
whole, so that each statement about it touches one; and nobody has to make next month's partition.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Never to be changed: where a row lies follows from it.
PARTITIONS = 16
KEY = "ALTER TABLE entry ADD PRIMARY KEY (conversation_id, thread, seq)"
CLIENT_IDS = "CREATE UNIQUE INDEX entry_client_id ON entry (conversation_id, author_id, client_id)"


def upgrade() -> None:
    _made_anew(
        "PARTITION BY HASH (conversation_id)",
        *(
            f"CREATE TABLE entry_p{n:02} PARTITION OF entry"
            f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n})"
            for n in range(PARTITIONS)
        ),
    )


def downgrade() -> None:
    _made_anew("")


def _made_anew(division: str, *parts: str) -> None:
    """Make the table again and carry the rows over, in the transaction that all migrations share. Keys come
    last: to build them of sorted rows is several times as fast as to enter each row."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (
        "ALTER TABLE entry RENAME TO entry_before",
        f"CREATE TABLE entry (LIKE entry_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) {division}",
        *parts,
        "INSERT INTO entry SELECT * FROM entry_before",
        "DROP TABLE entry_before",
        KEY,
        CLIENT_IDS,
    ):
        op.execute(sa.text(statement))
