"""The log in parts on PostgreSQL, by range of the conversation's id: a part for each year in which
conversations began. SQLite's stays as it was.

The conversation's id is ordered byte by byte from now on: in other orders ids need not follow their times
(in Danish "aa" comes last), and an order of the operating system's may change beneath the bounds.
"""

from collections.abc import Sequence
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

from store.partitions import bound, year_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLDEST = 2020
"""An id that says it is older was made by a clock that was not set."""
THIS_YEAR = "SELECT extract(year FROM now() AT TIME ZONE 'UTC')::int"
FIRST_ID = """
SELECT min(conversation_id COLLATE "C") FROM entry
WHERE conversation_id COLLATE "C" >= :since AND conversation_id COLLATE "C" < :until
"""
BYTEWISE = (
    # Without keys, which are made anew below, another order costs nothing.
    "ALTER TABLE entry_before DROP CONSTRAINT entry_pkey",
    "DROP INDEX entry_client_id",
    'ALTER TABLE entry_before ALTER conversation_id TYPE varchar COLLATE "C"',
)
AS_THE_REST = 'ALTER TABLE entry ALTER conversation_id TYPE varchar COLLATE "default"'
KEY = "ALTER TABLE entry ADD PRIMARY KEY (conversation_id, thread, seq)"
CLIENT_IDS = "CREATE UNIQUE INDEX entry_client_id ON entry (conversation_id, author_id, client_id)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _made_anew(BYTEWISE, "PARTITION BY RANGE (conversation_id)", _parts(*_years()))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _made_anew((), "", [AS_THE_REST])


def _years() -> tuple[int, int]:
    """The first in which a conversation began, and the next."""
    bind = op.get_bind()
    this = int(bind.scalar(sa.text(THIS_YEAR)) or 0)
    first = bind.scalar(sa.text(FIRST_ID), {"since": bound(OLDEST), "until": bound(this + 1)})
    return (this if first is None else year_of(first)), this + 1


def _parts(first: int, last: int) -> list[str]:
    """One a year, of which the first holds all that is older too, and one for all else."""
    bounds = ["MINVALUE", *(f"'{bound(year)}'" for year in range(first + 1, last + 2))]
    years = [
        f"CREATE TABLE entry_p{first + n} PARTITION OF entry FOR VALUES FROM ({since}) TO ({until})"
        for n, (since, until) in enumerate(pairwise(bounds))
    ]
    return [*years, "CREATE TABLE entry_p_other PARTITION OF entry DEFAULT"]


def _made_anew(before: Sequence[str], division: str, after: Sequence[str]) -> None:
    """Make the table again and carry the rows over, in the transaction that all migrations share. Keys come
    last: to build them of sorted rows is several times as fast as to enter each row."""
    for statement in (
        "ALTER TABLE entry RENAME TO entry_before",
        *before,
        f"CREATE TABLE entry (LIKE entry_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) {division}",
        *after,
        "INSERT INTO entry SELECT * FROM entry_before",
        "DROP TABLE entry_before",
        KEY,
        CLIENT_IDS,
    ):
        op.execute(sa.text(statement))
