"""Databases that are migrated and open, and a small desk in them."""

from collections.abc import AsyncIterator

import pytest

from store.database import Database
from store.migrate import migrate
from tests.store.seeds import Seeded, seed


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty desk, on both engines."""
    await migrate(database_url)
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(database: Database) -> Seeded:
    """A desk with two teams, two agents, a site and a customer."""
    return await seed(database)
