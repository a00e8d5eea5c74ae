"""The two cores: one for the whole server side, one for the load. Linux only; elsewhere nothing is pinned."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct


class Cores(Struct, frozen=True):
    """Their numbers; None where there is only one, or no way to pin."""

    server: int | None
    load: int | None

    @property
    def said(self) -> str:
        if self.server is None:
            return "server and load share all cores"
        return f"the server side on core {self.server}, the load on core {self.load}"


def found() -> Cores:
    """The first two that we may use."""
    if not sys.platform.startswith("linux"):
        return Cores(None, None)
    ours = sorted(os.sched_getaffinity(0))
    return Cores(ours[0], ours[1]) if len(ours) > 1 else Cores(None, None)


@contextmanager
def on(core: int | None) -> Iterator[None]:
    """For the length of the block this thread, and whatever is started from it, runs on that core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
