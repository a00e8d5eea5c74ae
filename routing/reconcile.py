"""Comparing Redis with the database, and mending what differs for longer than a moment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from routing.assignments import Assignment
from routing.entries import Visit
from routing.proposals import Proposal
from routing.router import Router


class Differences(Struct, frozen=True, kw_only=True):
    """Conversations on which Redis and the database disagree, newer knowledge of Redis aside."""

    missing: list[str] = []
    """The database has them waiting or assigned, Redis not at all."""
    extra: list[str] = []
    """Redis has them, the database does not."""
    wrong: list[str] = []
    """Both have them, otherwise."""
    mended: list[str] = []
    """Of these, those that differed already at an earlier look and were mended now."""
    proposals: list[Proposal] = []
    """What mending led to."""


class Known(Struct, frozen=True):
    """A conversation as Redis holds it (prelude/convs.lua)."""

    id: str
    state: Literal["waiting", "offered", "claimed", "assigned"]
    team: str
    staff: str
    episode: int
    epoch: int
    priority: int
    first: int
    weight: int

    def print(self) -> str:
        """What must not have changed until it is mended."""
        return (
            f"{self.state} {self.team} {self.staff} {self.episode} {self.epoch} {self.priority} {self.weight}"
        )


class Suspect(Struct, frozen=True):
    """One difference, as the mending script takes it."""

    id: str
    kind: Literal["missing", "extra", "wrong"]
    print: str
    seen: str
    visit: Visit | None = None
    assignment: Assignment | None = None


async def reconcile(
    router: Router,
    visits: Sequence[Visit],
    assignments: Sequence[Assignment],
    *,
    settle_ms: int = 2_000,
) -> Differences:
    """Compare and mend. `visits` and `assignments` are all of the database's, read just now.

    What changes meanwhile looks like a difference, so a conversation is mended only when it differs in the
    same way as at an earlier look, `settle_ms` or more ago (look about every minute), and only if Redis has
    not changed it since. Raises NotReady, Unavailable.
    """
    held = await router.call("reconcile_look", {}, list[Known])
    found = list(compare(visits, assignments, {known.id: known for known in held}))
    answer = await router.call("reconcile_mend", {"settle_ms": settle_ms, "suspects": found}, _Mended)
    return Differences(
        missing=[suspect.id for suspect in found if suspect.kind == "missing"],
        extra=[suspect.id for suspect in found if suspect.kind == "extra"],
        wrong=[suspect.id for suspect in found if suspect.kind == "wrong"],
        mended=answer.mended,
        proposals=answer.proposals,
    )


def compare(
    visits: Sequence[Visit], assignments: Sequence[Assignment], held: Mapping[str, Known]
) -> Iterable[Suspect]:
    """What differs. Claims are left to their writer; what Redis knows newer is no difference."""
    for visit in visits:
        known = held.get(visit.conversation_id)
        if known is None or not (_newer(known, visit) or _waits(known, visit)):
            yield _suspect(visit.conversation_id, known, visit=visit)
    for row in assignments:
        known = held.get(row.conversation_id)
        if known is None or not (_held_newer(known, row) or _holds(known, row)):
            yield _suspect(row.conversation_id, known, assignment=row)
    wanted = {visit.conversation_id for visit in visits} | {row.conversation_id for row in assignments}
    for known in held.values():
        if known.id not in wanted and known.state != "claimed":
            yield _suspect(known.id, known)


class _Mended(Struct):
    mended: list[str]
    proposals: list[Proposal]


def _newer(known: Known, visit: Visit) -> bool:
    return known.state == "claimed" or known.episode > visit.episode or known.epoch > visit.epoch


def _waits(known: Known, visit: Visit) -> bool:
    wanted = (visit.team_id, visit.episode, visit.epoch, visit.priority, visit.first_at_ms, visit.weight)
    found = (known.team, known.episode, known.epoch, known.priority, known.first, known.weight)
    return known.state != "assigned" and found == wanted


def _held_newer(known: Known, row: Assignment) -> bool:
    return known.state == "claimed" or known.epoch > row.epoch


def _holds(known: Known, row: Assignment) -> bool:
    wanted, found = (row.staff_id, row.epoch, row.weight), (known.staff, known.epoch, known.weight)
    return known.state == "assigned" and found == wanted


def _suspect(
    id: str, known: Known | None, visit: Visit | None = None, assignment: Assignment | None = None
) -> Suspect:
    wanted = visit or assignment
    kind: Literal["missing", "extra", "wrong"] = "missing"
    if known is not None:
        kind = "wrong" if wanted else "extra"
    seen = known.print() if known else ""
    print = f"{kind} {seen} {wanted}"
    return Suspect(id, kind, print, seen, visit, assignment)
