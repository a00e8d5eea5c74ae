"""The short form of the table: what can be quick is played once, on one database. `make faults` plays all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as with_fields

from tests.faults import bench, databases
from tests.faults.rows import Row
from tests.faults.table import ROWS

PAIRING_SECONDS = 3.0
"""Other tests run beside these: how long somebody waits beside a free agent says nothing here."""
SHORT = [row for row in ROWS if row.tested_on is not None]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.mark.timeout(150)
@pytest.mark.parametrize("row", SHORT, ids=[row.name for row in SHORT])
async def test_no_invariant_falls_over_the_fault(row: Row, stack: AsyncExitStack) -> None:
    """Real processes, real clients, thirteen invariants, and what the row itself promises."""
    assert row.tested_on is not None
    few = replace(row.crowd, agents=2, talkers=min(row.crowd.talkers, 4), passing=min(row.crowd.passing, 1))
    short = replace(row, crowd=few, bounds=with_fields(row.bounds, pairing=PAIRING_SECONDS))
    server = None
    if row.tested_on == "postgresql":
        server = await stack.enter_async_context(databases.running())
    folder: Path = bench.new_folder(row.name)
    outcome = await bench.play(short, row.tested_on, 1, folder, server)
    assert outcome.violations == [], f"journals and logs in {folder}"
    assert outcome.messages > 0


def test_every_row_has_a_short_form_or_a_reason() -> None:
    """Nothing is left out by forgetting it."""
    for row in ROWS:
        assert (row.tested_on is None) != (row.long_because == ""), row.name
        assert row.tested_on is None or row.tested_on in row.databases, row.name


def test_no_two_rows_have_one_name() -> None:
    """A name selects a row."""
    assert len({row.name for row in ROWS}) == len(ROWS)
