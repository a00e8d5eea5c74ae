"""Filling Redis from the database's truth after a wipe, and adopting what somebody else filled."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from routing.agents import Agent
from routing.assignments import Assignment, WrapUp
from routing.entries import Visit
from routing.reconcile import Differences, reconcile
from routing.router import Router
from routing.teams import TeamSettings

__all__ = ["Differences", "Timing", "active", "load", "reconcile"]

_CHUNK = 500


class Timing(Struct, frozen=True, kw_only=True):
    """How long what may last, in milliseconds. Kept in Redis, so that all processes agree."""

    stale: int = 8_000
    """An agent's answer this old: no new work."""
    lost: int = 20_000
    absent: int = 10_000
    """A waiting customer's answer this old: passed over."""
    gone: int = 120_000
    claim: int = 5_000
    again: int = 5_000
    """What was reported and not acted on is reported again after this."""
    gap: int = 10_000
    """No sweep for so long: Redis or every process stood still, and nobody is lost for one full lease."""


async def active(router: Router) -> int | None:
    """The generation that Redis holds and that can be trusted, or None: wiped, or another server's.

    A process whose generation is older sets `router.generation` to it instead of rebuilding.
    """
    found = await router.call("rebuild_probe", {}, _Found)
    return found.generation


class _Found(Struct):
    generation: int | None = None


async def load(
    router: Router,
    generation: int,
    teams: Sequence[TeamSettings],
    agents: Sequence[Agent],
    visits: Sequence[Visit],
    assignments: Sequence[Assignment],
    wrap_ups: Sequence[WrapUp] = (),
    *,
    timing: Timing | None = None,
) -> None:
    """Fill a new generation beside the old, then flip to it and forget the others.

    The caller holds the database's lock on the generation and has raised it. Agents count as not present
    until their hub announces them, and nobody is lost for one full lease. Raises NotReady when Redis
    already holds a newer generation.
    """
    await router.call("rebuild_begin", {"timing": timing or Timing()}, None, generation)
    for kind, rows in (
        ("team", teams),
        ("agent", agents),
        ("visit", visits),
        ("assignment", assignments),
        ("wrap_up", wrap_ups),
    ):
        for part in _parts(rows):
            await router.call("rebuild_fill", {"kind": kind, "rows": part}, None, generation)
    await router.call("rebuild_flip", {}, None, generation)
    router.generation = generation


def _parts(rows: Sequence[Struct]) -> Iterator[Sequence[Struct]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
