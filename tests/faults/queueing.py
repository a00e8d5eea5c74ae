"""The invariants of the queue: who held what, who waited, and beside whom."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.faults.evidence import Assignment, Evidence, Span, Violation, Visit, common, without
from tests.faults.records import Closed, Declared, Left, Load, Offered, OfferOver, Welcomed
from tests.faults.threads import people

FOREVER = float("inf")
ABSENT_SECONDS = 8.0
"""After so long without its customer a conversation may be passed over: ten seconds since the last lease,
which may be two old."""
FULL = 100


def one_holder(evidence: Evidence) -> Iterator[Violation]:
    """5: assignments of one conversation never overlap, and each has an epoch of its own."""
    by_conversation: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in evidence.assignments:
        by_conversation[row.conversation].append(row)
    for conversation, rows in by_conversation.items():
        rows.sort(key=lambda row: row.epoch)
        if len({row.epoch for row in rows}) != len(rows):
            yield Violation(5, "two assignments of one epoch", conversation)
        for former, later in pairwise(rows):
            if former.ended_at is None or former.ended_at > later.started_at + evidence.bounds.clock:
                said = f"{former.staff} (epoch {former.epoch}) and {later.staff} (epoch {later.epoch})"
                yield Violation(5, f"held at once by {said}", conversation)


def within_capacity(evidence: Evidence) -> Iterator[Violation]:
    """6: what an agent holds, is offered and wraps up never exceeds the capacity, by SQL's own rows and
    by what the agents were told."""
    for member in evidence.staff:
        most, when = peak(busy(evidence, member.id), evidence.bounds.clock)
        if most > member.capacity:
            yield Violation(6, f"{most} of {member.capacity} at {when:.3f}", member.id)
    for record in evidence.records:
        if isinstance(record, Load) and record.load > record.capacity:
            yield Violation(6, f"{record.who} was told {record.load} of {record.capacity}", record.who)


def busy(evidence: Evidence, staff: str) -> list[tuple[Span, int]]:
    """When how much of an agent's capacity was used, conversation by conversation. An offer that became
    an assignment is one use, not two."""
    weight = {row.id: row.weight for row in evidence.conversations}
    uses: defaultdict[str, list[Span]] = defaultdict(list)
    for row in evidence.assignments:
        if row.staff == staff:
            until = FOREVER if row.ended_at is None else max(row.ended_at, row.wrapped_up_at or row.ended_at)
            uses[row.conversation].append((row.started_at, until))
    for offer in evidence.offers:
        if offer.staff == staff:
            until = FOREVER if offer.ended_at is None else offer.ended_at
            uses[offer.conversation].append((offer.offered_at, until))
    return [(span, weight.get(id, FULL)) for id, spans in uses.items() for span in joined(spans)]


def joined(spans: Sequence[Span]) -> list[Span]:
    """Overlapping spans as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def peak(uses: Sequence[tuple[Span, int]], clock: float) -> tuple[int, float]:
    """The highest sum at one instant, and when. An end within `clock` of a beginning came before it."""
    steps = [(start + clock, 1, weight) for (start, _), weight in uses]
    steps += [(max(end, start + clock), 0, -weight) for (start, end), weight in uses if end != FOREVER]
    load, most, when = 0, 0, 0.0
    for at, _, weight in sorted(steps):
        load += weight
        if load > most:
            most, when = load, at
    return most, when


def nobody_forgotten(evidence: Evidence) -> Iterator[Violation]:
    """8: every wait ends, in time, and a customer who stayed was told how."""
    for visit in evidence.visits:
        until = evidence.ended_at if visit.left_at is None else visit.left_at
        waited = sum(end - start for start, end in without([(visit.entered_at, until)], evidence.unsettled))
        if visit.left_at is None:
            yield Violation(8, f"still waiting after {waited:.1f} s", visit.conversation)
        elif waited > evidence.bounds.waiting:
            yield Violation(8, f"waited {waited:.1f} s", visit.conversation)
    for record in evidence.records:
        if isinstance(record, Left) and not record.finished and record.who.startswith("customer"):
            yield Violation(8, f"{record.who} was never told that it is over", next(iter(record.heads), ""))


def first_come(evidence: Evidence) -> Iterator[Violation]:
    """9: of two who waited in one queue at the same time, the one before the other in it is paired first,
    unless the agent had declined or lost it, or its customer was not there."""
    starts: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in evidence.assignments:
        starts[row.conversation].append(row)
    there = presence(evidence, "customer")
    owner = {row.id: row.customer for row in evidence.conversations}
    paired = [(visit, _start_of(visit, starts)) for visit in evidence.visits]
    for later, start in paired:
        if start is None or later.outcome != "assigned" or _unsettled(evidence, start.started_at):
            continue
        for earlier in evidence.visits:
            if not _overtaken(evidence, earlier, later, start):
                continue
            if start.staff in _avoided(evidence, starts, earlier.conversation, start.started_at):
                continue
            since = (earlier.entered_at, start.started_at)
            if (
                _longest(without([since], there.get(owner.get(earlier.conversation, ""), [])))
                > ABSENT_SECONDS
            ):
                continue
            said = f"{later.conversation} was paired while this one was before it"
            yield Violation(9, said, earlier.conversation)


def _longest(spans: Sequence[Span]) -> float:
    return max((end - start for start, end in spans), default=0.0)


def _start_of(visit: Visit, starts: dict[str, list[Assignment]]) -> Assignment | None:
    """The assignment that ended a stay in the queue."""
    after = [row for row in starts.get(visit.conversation, []) if row.started_at >= visit.entered_at]
    return min(after, key=lambda row: row.started_at, default=None)


def _overtaken(evidence: Evidence, earlier: Visit, later: Visit, start: Assignment) -> bool:
    """Whether `earlier` stood before `later`, surely and still, when `later` was paired."""
    if earlier.conversation == later.conversation or earlier.team != later.team:
        return False
    if (-earlier.priority, earlier.first_at, earlier.conversation) > (
        -later.priority,
        later.first_at,
        later.conversation,
    ):
        return False
    slack = evidence.bounds.pairing + evidence.bounds.clock
    left = FOREVER if earlier.left_at is None else earlier.left_at
    return earlier.entered_at < start.started_at - slack and left > start.started_at + slack


def _avoided(
    evidence: Evidence, starts: dict[str, list[Assignment]], conversation: str, before: float
) -> set[str]:
    """Agents who had this conversation before, or let its offer go: they are asked last."""
    had = {row.staff for row in starts.get(conversation, []) if row.started_at < before}
    return had | {
        offer.staff
        for offer in evidence.offers
        if offer.conversation == conversation and offer.offered_at < before
    }


def _unsettled(evidence: Evidence, at: float) -> bool:
    return any(start <= at <= end for start, end in evidence.unsettled)


def never_beside_a_free_agent(evidence: Evidence) -> Iterator[Violation]:
    """10: an agent with room and somebody who waits do not stay apart for longer than δ."""
    for visit, staff, seconds in longest_apart(evidence):
        if seconds > evidence.bounds.pairing:
            said = f"waited {seconds * 1000:.0f} ms beside {staff}, who was free"
            yield Violation(10, said, visit.conversation)


def longest_apart(evidence: Evidence) -> Iterator[tuple[Visit, str, float]]:
    """For each stay in the queue, how long at most an eligible free agent was beside it, and who."""
    there = presence(evidence, "customer")
    owner = {row.id: row.customer for row in evidence.conversations}
    free = {member.id: _free(evidence, member.id, member.capacity) for member in evidence.staff}
    starts: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in evidence.assignments:
        starts[row.conversation].append(row)
    for visit in evidence.visits:
        until = evidence.ended_at if visit.left_at is None else visit.left_at
        waiting = common([(visit.entered_at, until)], there.get(owner.get(visit.conversation, ""), []))
        waiting = without(waiting, evidence.unsettled)
        avoided = _avoided(evidence, starts, visit.conversation, visit.entered_at)
        longest, beside = 0.0, ""
        for member in evidence.staff:
            if visit.team in member.teams and member.id not in avoided:
                for start, end in common(waiting, free[member.id]):
                    if end - start > longest:
                        longest, beside = end - start, member.id
        yield visit, beside, longest


def _free(evidence: Evidence, staff: str, capacity: int) -> list[Span]:
    """When an agent was there, available, and had room for one chat more."""
    uses = busy(evidence, staff)
    there = common(presence(evidence, "agent").get(staff, []), _available(evidence).get(staff, []))
    edges = sorted({edge for span, _ in uses for edge in span} | {edge for span in there for edge in span})
    free = []
    for start, end in pairwise(edges):
        load = sum(weight for (begun, ended), weight in uses if begun <= start and ended >= end)
        if load + FULL <= capacity:
            free.append((start, end))
    return joined(common(free, there))


def _available(evidence: Evidence) -> dict[str, list[Span]]:
    person = people(evidence.records)
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    since: dict[str, float] = {}
    for record in evidence.records:
        if not isinstance(record, Declared | Left) or record.who not in person:
            continue
        staff = person[record.who]
        begun = since.pop(staff, None)
        if begun is not None:
            spans[staff].append((begun, record.at))
        if isinstance(record, Declared) and record.availability == "available":
            since[staff] = record.at
    for staff, begun in since.items():
        spans[staff].append((begun, evidence.ended_at))
    return spans


def presence(evidence: Evidence, role: str) -> dict[str, list[Span]]:
    """When each person of a kind surely had a connection, by person. The first moments after a gap do not
    count: the lease has to be renewed first."""
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    since: dict[str, tuple[str, float]] = {}
    for record in evidence.records:
        match record:
            case Welcomed() if record.role == role:
                since.setdefault(record.who, (record.person, record.at))
            case Closed() | Left() if record.who in since:
                person, begun = since.pop(record.who)
                spans[person].append((begun, record.at))
            case _:
                pass
    for person, begun in since.values():
        spans[person].append((begun, evidence.ended_at))
    return {person: joined(found) for person, found in spans.items()}


def agreed(evidence: Evidence) -> Iterator[Violation]:
    """11: SQL and Redis agree when all is quiet."""
    for difference in evidence.differences:
        yield Violation(11, difference)


def offers_end_once(evidence: Evidence) -> Iterator[Violation]:
    """12: every offer ends in exactly one state, the same in SQL and on every screen; and no two are
    accepted for one assignment."""
    for offer in evidence.offers:
        if offer.ended_at is None or not offer.outcome:
            yield Violation(12, "never ended", offer.id)
    outcome = {offer.id: offer.outcome for offer in evidence.offers}
    for record in evidence.records:
        if isinstance(record, OfferOver) and outcome.get(record.offer, record.outcome) != record.outcome:
            said = f"{record.who} was told {record.outcome}, the row says {outcome[record.offer]}"
            yield Violation(12, said, record.offer)
    for record in evidence.records:
        if isinstance(record, Offered) and record.offer not in outcome:
            yield Violation(12, f"{record.who} was shown an offer that nobody wrote", record.offer)
    accepted = Counter(offer.conversation for offer in evidence.offers if offer.outcome == "accepted")
    held = Counter(row.conversation for row in evidence.assignments)
    for conversation, count in accepted.items():
        if count > held[conversation]:
            yield Violation(12, f"{count} offers accepted, {held[conversation]} assignments", conversation)
