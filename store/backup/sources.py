"""Where a backup comes from: a SQLite file, one whose log is shipped, or a PostgreSQL server."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

from store import engines
from store.backup import census, postgresql, sqlite
from store.backup.manifest import Census, Kind


class Source(Protocol):
    """Writes the database and its heads into a folder, both of one moment, and says what they hold."""

    kind: Kind

    async def copy(self, folder: Path) -> Census: ...


class SqliteSource:
    """`copy_to` writes the database's file; by default it reads the one of `url`."""

    kind: Kind = "sqlite"

    def __init__(self, url: str, copy_to: Callable[[Path], Coroutine[Any, Any, None]] | None = None) -> None:
        self._path = sqlite.path_of(url)
        self._copy_to = copy_to or self._copied

    async def copy(self, folder: Path) -> Census:
        target = folder / sqlite.PART
        await self._copy_to(target)
        return await asyncio.to_thread(
            sqlite.look, target, lambda connection: census.take(connection, folder / census.HEADS)
        )

    async def _copied(self, to: Path) -> None:
        await asyncio.to_thread(sqlite.copy_file, self._path, to)


class PostgresqlSource:
    """`bin_folder`: where PostgreSQL's programs are; empty: looked for."""

    kind: Kind = "postgresql"

    def __init__(self, url: str, bin_folder: str = "") -> None:
        self._url = url
        self._bin_folder = bin_folder

    async def copy(self, folder: Path) -> Census:
        return await postgresql.dump(self._url, folder, self._bin_folder)


def source_of(url: str, bin_folder: str = "") -> Source:
    """What backs up the database `url`."""
    return SqliteSource(url) if engines.is_sqlite(url) else PostgresqlSource(url, bin_folder)
