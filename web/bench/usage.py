"""What processes use, as the kernel counts it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

TICK = 1 / os.sysconf("SC_CLK_TCK")
"""Seconds."""
PAGE = os.sysconf("SC_PAGE_SIZE")
"""Bytes."""


class Part(Struct, frozen=True):
    """A process of the server side with all that it started."""

    name: str
    pid: int


def cpu(parts: Sequence[Part]) -> Mapping[str, float]:
    """CPU seconds so far, by the parts' names; parts of one name are added up."""
    children, spent = _processes()
    taken: dict[str, float] = {}
    for part in parts:
        taken[part.name] = taken.get(part.name, 0.0) + _of(part.pid, children, spent)
    return taken


def memory(pid: int) -> int:
    """Bytes that a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def _of(pid: int, children: Mapping[int, Sequence[int]], spent: Mapping[int, float]) -> float:
    return spent.get(pid, 0.0) + sum(_of(child, children, spent) for child in children.get(pid, ()))


def _processes() -> tuple[Mapping[int, Sequence[int]], Mapping[int, float]]:
    """Who started whom, and the CPU seconds of each."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            said = Path(f"/proc/{entry}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        # The name in brackets can hold anything: the fields begin behind the last one.
        fields = said.rpartition(")")[2].split()
        children.setdefault(int(fields[1]), []).append(int(entry))
        spent[int(entry)] = (int(fields[11]) + int(fields[12])) * TICK
    return children, spent
