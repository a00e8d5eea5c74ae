"""Comparing Redis with the database and with itself, and mending what differs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from routing.agents import Record
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
    """Both have them, otherwise; or Redis has only a part of what makes them wait or be held."""
    mended: list[str] = []
    """Of these, those that differed already at an earlier look and were mended now."""
    freed: list[str] = []
    """Agents with capacity bound to nothing, which they have back."""
    buried: list[str] = []
    """Ids that stood in a line without a conversation, or in another's, and do no more."""
    proposals: list[Proposal] = []
    """What mending led to."""

    @property
    def open(self) -> bool:
        """Something differs that a later look has to confirm."""
        return not {*self.missing, *self.extra, *self.wrong} <= set(self.mended)


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
    parked: bool = False
    proposal: str = ""

    def print(self) -> str:
        """What must not have changed until it is mended."""
        return (
            f"{self.state} {self.team} {self.staff} {self.episode} {self.epoch} {self.priority} {self.weight}"
        )


class Queue(Struct, frozen=True):
    """A team's lines: who stands in line, and who of them may be matched."""

    id: str
    rank: list[str]
    open: list[str]


class Seen(Struct, frozen=True, array_like=True):
    """Redis at one moment."""

    queues: list[Queue]
    proposals: list[str]
    conversations: list[Known]
    agents: list[Record]

    def torn(self) -> set[str]:
        """Conversations that lack a part of what their state says: a place in line, a slot, a proposal."""
        ranks = {(queue.id, id) for queue in self.queues for id in queue.rank}
        lines = {(queue.id, id) for queue in self.queues for id in queue.open}
        held = {(agent.id, slot.conversation) for agent in self.agents for slot in agent.slots}
        proposals = set(self.proposals)

        def whole(known: Known) -> bool:
            place = (known.team, known.id)
            if known.state == "waiting":
                return place in ranks and (known.parked or place in lines)
            if known.state == "assigned":
                return (known.staff, known.id) in held
            return known.proposal in proposals and (known.state == "claimed" or place in ranks)

        return {known.id for known in self.conversations if not whole(known)}

    def strays(self) -> list[tuple[str, str]]:
        """(agent, conversation) where capacity is bound that the conversation does not use; wrap-ups end by
        themselves."""
        known = {each.id: each for each in self.conversations}
        return [
            (agent.id, slot.conversation)
            for agent in self.agents
            for slot in agent.slots
            if slot.kind != "wrap" and not _uses(known.get(slot.conversation), agent.id, slot.kind)
        ]

    def ghosts(self) -> list[tuple[str, str]]:
        """(team, id) in a line that no conversation of that team stands in."""
        known = {each.id: each for each in self.conversations}
        return [
            (queue.id, id)
            for queue in self.queues
            for id in dict.fromkeys([*queue.rank, *queue.open])
            if not _stands(known.get(id), queue.id)
        ]


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
    not changed it since. What contradicts itself within Redis was never true: capacity that nothing uses and
    ids that nothing stands behind go at once. Raises NotReady, Unavailable.
    """
    seen = await router.call("reconcile_look", {}, Seen)
    held = {known.id: known for known in seen.conversations}
    found = list(compare(visits, assignments, held, seen.torn()))
    asked = {"settle_ms": settle_ms, "suspects": found, "strays": seen.strays(), "ghosts": seen.ghosts()}
    answer = await router.call("reconcile_mend", asked, _Mended)
    return Differences(
        missing=[suspect.id for suspect in found if suspect.kind == "missing"],
        extra=[suspect.id for suspect in found if suspect.kind == "extra"],
        wrong=[suspect.id for suspect in found if suspect.kind == "wrong"],
        mended=answer.mended,
        freed=answer.freed,
        buried=answer.buried,
        proposals=answer.proposals,
    )


def compare(
    visits: Sequence[Visit],
    assignments: Sequence[Assignment],
    held: Mapping[str, Known],
    torn: Collection[str] = (),
) -> Iterable[Suspect]:
    """What differs. Claims are left to their writer; what Redis knows newer is no difference.

    `torn`: conversations of which Redis holds only a part.
    """
    for visit in visits:
        known = held.get(visit.conversation_id)
        if known is None or not (
            _newer(known, visit, torn) or (_waits(known, visit) and known.id not in torn)
        ):
            yield _suspect(visit.conversation_id, known, visit=visit)
    for row in assignments:
        known = held.get(row.conversation_id)
        if known is None or not (
            _held_newer(known, row, torn) or (_holds(known, row) and known.id not in torn)
        ):
            yield _suspect(row.conversation_id, known, assignment=row)
    wanted = {visit.conversation_id for visit in visits} | {row.conversation_id for row in assignments}
    for known in held.values():
        if known.id not in wanted and not _claimed(known, torn):
            yield _suspect(known.id, known)


class _Mended(Struct):
    mended: list[str]
    freed: list[str]
    buried: list[str]
    proposals: list[Proposal]


def _uses(known: Known | None, staff_id: str, kind: str) -> bool:
    if known is None:
        return False
    return known.staff == staff_id if kind == "held" else known.proposal != ""


def _stands(known: Known | None, team_id: str) -> bool:
    return known is not None and known.team == team_id and known.state in ("waiting", "offered")


def _claimed(known: Known, torn: Collection[str]) -> bool:
    return known.state == "claimed" and known.id not in torn


def _newer(known: Known, visit: Visit, torn: Collection[str]) -> bool:
    return _claimed(known, torn) or known.episode > visit.episode or known.epoch > visit.epoch


def _waits(known: Known, visit: Visit) -> bool:
    wanted = (visit.team_id, visit.episode, visit.epoch, visit.priority, visit.first_at_ms, visit.weight)
    found = (known.team, known.episode, known.epoch, known.priority, known.first, known.weight)
    return known.state in ("waiting", "offered") and found == wanted


def _held_newer(known: Known, row: Assignment, torn: Collection[str]) -> bool:
    return _claimed(known, torn) or known.epoch > row.epoch


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
