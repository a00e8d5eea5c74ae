"""A running desk for the tests of the edge."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.running import RunningDesk, built, running
from web.settings import Settings


@pytest.fixture
def desk_settings(tmp_path: Path, sqlite_url: str, redis_url: str, redis_prefix: str) -> Settings:
    """A demo desk with a database and a key prefix of its own."""
    return Settings(
        data=tmp_path / "data",
        database_url=sqlite_url,
        redis_url=redis_url,
        redis_prefix=redis_prefix,
        demo=True,
        visitors_per_minute=1000,
    )


@pytest.fixture
async def desk(desk_settings: Settings, tmp_path: Path) -> AsyncIterator[RunningDesk]:
    """A demo desk that answers on a port of its own."""
    async with running(desk_settings, built(tmp_path / "static")) as started:
        yield started
