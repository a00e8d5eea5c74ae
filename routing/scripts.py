"""The Lua scripts as Redis gets them: one library of functions, whose name says what is in it."""

from collections.abc import Iterator
from hashlib import sha1
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

_SHARED = ("keys", "clock")
"""What these name is known to all that follows; the names of other parts are their own."""
_PARTS = (
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


class Library(NamedTuple):
    """All scripts, and the one name that FUNCTION LOAD and FCALL know them by."""

    source: bytes
    name: str


def read() -> Library:
    """The library of this version."""
    return library("".join(_text()))


def library(text: str) -> Library:
    """Name it after its text: each version has its own, so that two can be at work during a deployment."""
    name = f"frontdesk_{sha1(text.encode(), usedforsecurity=False).hexdigest()}"
    return Library(f"#!lua name={name}\n{text}redis.register_function('{name}', run)\n".encode(), name)


def names() -> set[str]:
    """What there is to call."""
    return set(_texts(files("routing") / "lua"))


def _text() -> Iterator[str]:
    folder = files("routing") / "lua"
    parts = _texts(folder / "prelude")
    yield from (parts[name] for name in _SHARED)
    yield from (f"do\n{parts[name]}end\n" for name in _PARTS)
    for name, text in sorted(_texts(folder).items()):
        yield f"function scripts.{name}(arg)\n{text}end\n"
    yield parts["run"]


def _texts(folder: Traversable) -> dict[str, str]:
    entries = (entry for entry in folder.iterdir() if entry.name.endswith(".lua"))
    return {entry.name.removesuffix(".lua"): entry.read_text("utf-8") for entry in entries}
