"""What a row of the table is."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from tests.faults.databases import KINDS, Kind
from tests.faults.evidence import Bounds, Evidence
from tests.faults.ground import Build
from tests.faults.stage import Crowd, Stage

BENCH = Bounds(pairing=0.5)
"""The table's δ of 100 ms, and beside it two commits on a machine that has everything else to do as well;
what was measured is printed."""


@dataclass(frozen=True)
class Row:
    """A fault, how to bring it about, and what it may cost.

    name: the word that selects it. fault: what the table says. play: brings it about amid the crowd and
    returns when it is over. within_seconds: until every talker is chatting again. finish_seconds: from
    the goodbyes to the last chat's end. databases: where it means anything. tested_on: where the tests
    play its short form; long_because: why they leave it to the bench. disk: how many megabytes the
    database's own disk has; 0: the usual one. proxied_database: the service reaches PostgreSQL through a
    proxy. may_log: errors that the service logs by right. promise: what else must be so, read from the
    evidence; yields a sentence for each thing that is not.
    """

    name: str
    fault: str
    play: Callable[[Stage], Awaitable[None]]
    crowd: Crowd = field(default_factory=Crowd)
    build: Build = field(default_factory=Build)
    bounds: Bounds = BENCH
    within_seconds: float = 30.0
    finish_seconds: float = 30.0
    databases: tuple[Kind, ...] = KINDS
    tested_on: Kind | None = None
    long_because: str = ""
    disk: int = 0
    proxied_database: bool = False
    may_log: frozenset[str] = frozenset()
    promise: Callable[[Stage, Evidence], Iterator[str]] | None = None
