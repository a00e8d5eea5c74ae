"""The whole table of faults."""

from typing import Final

from tests.faults import client_faults, database_faults, redis_faults, web_faults
from tests.faults.rows import Row

ROWS: Final[tuple[Row, ...]] = (
    *web_faults.ROWS,
    *redis_faults.ROWS,
    *database_faults.ROWS,
    *client_faults.ROWS,
)


def chosen(words: str) -> list[Row]:
    """Rows whose name holds one of the words, by comma; all for none. Raises ValueError for a word that
    no row has."""
    wanted = [word for word in words.split(",") if word]
    for word in wanted:
        if not any(word in row.name for row in ROWS):
            raise ValueError(f"no row is called {word}: {', '.join(row.name for row in ROWS)}")
    return [row for row in ROWS if not wanted or any(word in row.name for word in wanted)]
