"""PostgreSQL's own programs: where they are, and running them without a secret on the command line."""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from store.backup.errors import FULL, BackupError

USUAL = Path("/usr/lib/postgresql")


def find(name: str, folder: str = "") -> str:
    """The path of a program: in `folder` if that is set, else on PATH, else the newest that Debian keeps
    beside it. Raises BackupError with what to do."""
    found = shutil.which(name, path=folder or None)
    if found is None and not folder and USUAL.is_dir():
        newest = sorted(USUAL.iterdir(), key=lambda path: _number(path.name), reverse=True)
        found = next((where for path in newest if (where := shutil.which(name, path=path / "bin"))), None)
    if found is None:
        where = f"in {folder}" if folder else "on PATH"
        raise BackupError(
            f"{name} is not {where}. Install PostgreSQL's client programs of the server's version, or name"
            " their folder in FRONTDESK_POSTGRESQL_BIN."
        )
    return found


def address(url: str) -> tuple[str, dict[str, str]]:
    """An address without its password, and the environment that carries it."""
    parts = urlsplit(url)
    environment = dict(os.environ)
    given = dict(parse_qsl(parts.query))
    password = given.pop("password", None) or (unquote(parts.password) if parts.password else None)
    if password:
        environment["PGPASSWORD"] = password
    netloc = parts.netloc
    if parts.password is not None:
        netloc = netloc.replace(f":{parts.password}@", "@", 1)
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(given, safe="/"))), environment


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def check(program: str, status: int | None, said: bytes, error: type[BackupError] = BackupError) -> None:
    """Raises `error` with what a program said where its status is not 0."""
    if status == 0:
        return
    text = said.decode(errors="replace").strip()[-800:]
    name = Path(program).name
    if any(os.strerror(number) in text for number in FULL):
        raise BackupError(f"The disk is full: {name} failed, and nothing of it was kept. It said: {text}")
    raise error(f"{name} failed: {text or f'status {status}'}")


def _number(name: str) -> int:
    match = re.match(r"\d+", name)
    return int(match[0]) if match else 0
