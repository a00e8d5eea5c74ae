"""The built front-ends: hashed files in web/static/, named by its manifest."""

from pathlib import Path
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static"
MANIFEST: Final = "manifest.json"
FOREVER: Final = "public, max-age=31536000, immutable"
LOADER_SECONDS: Final = 300


class NotBuilt(Exception):
    """The front-ends have not been built: there is no manifest, or it lacks the wanted entry."""


class Entry(msgspec.Struct, frozen=True):
    """The files of one screen, as addresses."""

    js: str
    css: str = ""
    preload: tuple[str, ...] = ()
    """Scripts that the first one imports: asked for at once, they cost no round trip of their own."""


class Assets:
    """Reads the manifest again whenever it has changed, so that a build needs no restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changed_at = -1
        self._entries: dict[str, Entry] = {}

    def entry(self, name: str) -> Entry:
        """Return the addresses of a screen's files. Raises `NotBuilt`."""
        found = self._manifest().get(name)
        if found is None:
            raise NotBuilt(name)
        preload = tuple(f"/static/{name}" for name in found.preload)
        return Entry(f"/static/{found.js}", f"/static/{found.css}" if found.css else "", preload)

    def loader(self) -> bytes:
        """Return the widget's loader. Raises `NotBuilt`."""
        found = self._manifest().get("widget")
        if found is None:
            raise NotBuilt("widget")
        try:
            return (self.folder / found.js).read_bytes()
        except FileNotFoundError as error:
            raise NotBuilt("widget") from error

    def _manifest(self) -> dict[str, Entry]:
        path = self.folder / MANIFEST
        try:
            changed_at = path.stat().st_mtime_ns
            if changed_at != self._changed_at:
                self._entries = msgspec.json.decode(path.read_bytes(), type=dict[str, Entry])
                self._changed_at = changed_at
        except FileNotFoundError as error:
            raise NotBuilt(MANIFEST) from error
        return self._entries


class HashedFiles(StaticFiles):
    """Serves the built files; their names change with their content, so a browser may keep them for good."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not self._folder.is_dir() or path == MANIFEST:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = FOREVER
        return response
