"""The Lua scripts as Redis gets them: a prelude that all share, a guard, and the script itself."""

from hashlib import sha1
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

_PRELUDE = (
    "keys",
    "clock",
    "due",
    "teams",
    "needs",
    "agents",
    "leases",
    "flow",
    "convs",
    "queue",
    "proposals",
    "matching",
    "losses",
    "acts",
)


class Script(NamedTuple):
    """A whole script and the name that EVALSHA knows it by."""

    source: bytes
    sha: str


def read() -> dict[str, Script]:
    """All scripts by their file's name."""
    folder = files("routing") / "lua"
    texts, parts = _texts(folder), _texts(folder / "prelude")
    prelude = "".join(parts[name] for name in _PRELUDE)
    return {name: _script(prelude + parts[_guard(name)] + text) for name, text in texts.items()}


def _texts(folder: Traversable) -> dict[str, str]:
    entries = (entry for entry in folder.iterdir() if entry.name.endswith(".lua"))
    return {entry.name.removesuffix(".lua"): entry.read_text("utf-8") for entry in entries}


def _guard(name: str) -> str:
    return "rebuild_guard" if name.startswith("rebuild_") else "guard"


def _script(text: str) -> Script:
    source = text.encode()
    return Script(source, sha1(source, usedforsecurity=False).hexdigest())
