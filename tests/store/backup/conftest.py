"""A desk's database with a shelf for its backups, on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.backup.shelf import Shelf
from store.database import Database
from store.migrate import migrate
from tests.fixtures.database import sqlite
from tests.store.backup.desks import Place
from tests.store.seeds import Seeded, seed


@pytest.fixture
def bin_folder(database_engine: str, request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL's programs are; SQLite needs none."""
    return "" if database_engine == "sqlite" else str(request.getfixturevalue("postgresql_bin"))


@pytest.fixture
def place(database_url: str, bin_folder: str, tmp_path: Path) -> Place:
    """The database of the test, and an empty shelf."""
    return Place(url=database_url, bin_folder=bin_folder, shelf=Shelf(tmp_path / "shelf"))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An empty folder, as on another machine."""
    folder = tmp_path / "other"
    folder.mkdir()
    return folder


@pytest.fixture
async def sqlite_place(tmp_path: Path) -> AsyncIterator[tuple[Seeded, Place]]:
    """A desk on SQLite with a shelf, for tests of what only that has."""
    url = sqlite(tmp_path)
    await migrate(url)
    database = await Database.open(url)
    yield await seed(database), Place(url=url, bin_folder="", shelf=Shelf(tmp_path / "shelf"))
    await database.close()
