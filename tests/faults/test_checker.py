"""Each invariant is decided rightly: a clean run passes, and doctored it is caught by its number."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from msgspec.structs import replace

from tests.faults import checker
from tests.faults.evidence import (
    Assignment,
    Conversation,
    Entry,
    Evidence,
    Offer,
    Staff,
    Visit,
    common,
    without,
)
from tests.faults.records import (
    Acked,
    AnyRecord,
    Closed,
    Declared,
    Journal,
    Left,
    Load,
    Offered,
    OfferOver,
    Opened,
    Sent,
    Shown,
    Summary,
    Ticket,
    Welcomed,
    read,
)

R = TypeVar("R", bound=AnyRecord)
C1, C2, AGENT, OTHER = "c1", "c2", "agent-1", "agent-2"


def customer(name: str, conversation: str, at: float) -> list[AnyRecord]:
    """Asks, says a second thing after a reconnect, sees three entries, and leaves when it is over."""
    w = f"customer {name}"

    def shown(connection: int, seq: int, entry: str, author: str, client: str, when: float) -> AnyRecord:
        return Shown(
            at=when,
            who=w,
            connection=connection,
            conversation=conversation,
            thread="public",
            seq=seq,
            entry=entry,
            author=author,
            client=client,
        )

    return [
        Welcomed(at=at, who=w, role="customer", person=name, connection=1, url="", cursors={}),
        Sent(at=at + 0.1, who=w, conversation="", client=f"{name}-1", body="hello"),
        Acked(at=at + 0.2, who=w, conversation=conversation, client=f"{name}-1", seq=1),
        shown(1, 1, "message", name, f"{name}-1", at + 0.2),
        Ticket(at=at + 0.2, who=w, conversation=conversation, version=1, live="waiting", agent=""),
        shown(1, 2, "joined", "", "", at + 0.4),
        Closed(at=at + 0.5, who=w, connection=1),
        Welcomed(
            at=at + 0.6, who=w, role="customer", person=name, connection=2, url="", cursors={conversation: 2}
        ),
        Sent(at=at + 0.7, who=w, conversation=conversation, client=f"{name}-2", body="more"),
        Acked(at=at + 0.8, who=w, conversation=conversation, client=f"{name}-2", seq=3),
        shown(2, 3, "message", name, f"{name}-2", at + 0.8),
        shown(2, 4, "message", AGENT, f"{name}-a", at + 0.9),
        shown(2, 5, "solved", AGENT, "", at + 1.0),
        Left(at=at + 1.1, who=w, finished=True, heads={conversation: 5}),
    ]


def agent() -> list[AnyRecord]:
    """One who has room for one chat: both conversations, one after the other."""
    w = "agent 1"
    told: list[AnyRecord] = [
        Welcomed(at=0, who=w, role="agent", person=AGENT, connection=1, url="", cursors={}),
        Declared(at=0.1, who=w, availability="available"),
        Load(at=0.2, who=w, load=100, capacity=100),
    ]
    for conversation, name, at in ((C1, "ann", 1.0), (C2, "bob", 2.0)):
        told += [
            Offered(at=at + 0.2, who=w, offer=f"o-{conversation}", conversation=conversation),
            OfferOver(at=at + 0.3, who=w, offer=f"o-{conversation}", outcome="accepted"),
            Summary(
                at=at + 0.3,
                who=w,
                conversation=conversation,
                version=2,
                epoch=1,
                live="assigned",
                assignee=AGENT,
            ),
            Opened(at=at + 0.4, who=w, connection=1, conversation=conversation, cursor=0, seqs=[1, 2]),
            Shown(
                at=at + 0.8,
                who=w,
                connection=1,
                conversation=conversation,
                thread="public",
                seq=3,
                entry="message",
                author=name,
                client=f"{name}-2",
            ),
            Sent(at=at + 0.85, who=w, conversation=conversation, client=f"{name}-a", body="yes"),
            Acked(at=at + 0.9, who=w, conversation=conversation, client=f"{name}-a", seq=4),
        ]
    return told


def thread(conversation: str, name: str, at: float) -> list[Entry]:
    def entry(seq: int, kind: str, author: str, client: str, **payload: object) -> Entry:
        return Entry(conversation, "public", seq, kind, author, client, at + seq / 10, payload)

    return [
        entry(1, "message", name, f"{name}-1"),
        entry(2, "joined", "", "", staff_id=AGENT),
        entry(3, "message", name, f"{name}-2"),
        entry(4, "message", AGENT, f"{name}-a"),
        entry(5, "solved", AGENT, ""),
    ]


@pytest.fixture
def clean() -> Evidence:
    """Two customers and one agent with room for one chat: ann is served from 1 to 2, bob after her."""
    records = sorted(
        customer("ann", C1, 1.0) + customer("bob", C2, 1.5) + agent(), key=lambda record: record.at
    )
    return Evidence(
        records=records,
        conversations=[
            Conversation(C1, "ann", "team", "ended", 5, 1, 100, ""),
            Conversation(C2, "bob", "team", "ended", 5, 1, 100, ""),
        ],
        entries=thread(C1, "ann", 1.0) + thread(C2, "bob", 1.5),
        assignments=[
            Assignment(C1, AGENT, 1, 1.2, 2.0, "ended"),
            Assignment(C2, AGENT, 1, 2.0, 2.6, "ended"),
        ],
        visits=[
            Visit(C1, 1, "team", 1, 1.15, 1.15, 1.2, "assigned"),
            Visit(C2, 1, "team", 1, 1.65, 1.65, 2.0, "assigned"),
        ],
        offers=[
            Offer(f"o-{C1}", C1, AGENT, 1.18, 1.2, "accepted"),
            Offer(f"o-{C2}", C2, AGENT, 2.0, 2.0, "accepted"),
        ],
        staff=[Staff(AGENT, 100, ["team"]), Staff(OTHER, 100, ["team"])],
        ended_at=10.0,
    )


Doctor = Callable[[Evidence], Evidence]
DOCTORED: list[tuple[int, str, Doctor]] = []


def doctored(invariant: int, what: str) -> Callable[[Doctor], Doctor]:
    def note(doctor: Doctor) -> Doctor:
        DOCTORED.append((invariant, what, doctor))
        return doctor

    return note


def change(evidence: Evidence, kind: type[R], index: int, **fields: object) -> Evidence:
    """The `index`th record of a kind, changed."""
    at = [number for number, record in enumerate(evidence.records) if isinstance(record, kind)][index]
    records = list(evidence.records)
    records[at] = replace(records[at], **fields)
    return replace(evidence, records=records)


def drop(evidence: Evidence, gone: Callable[[AnyRecord], bool]) -> Evidence:
    return replace(evidence, records=[record for record in evidence.records if not gone(record)])


def added(evidence: Evidence, *more: AnyRecord) -> Evidence:
    records = sorted([*evidence.records, *more], key=lambda record: record.at)
    return replace(evidence, records=records)


@doctored(1, "an acked message is not in the database")
def _(evidence: Evidence) -> Evidence:
    return replace(evidence, entries=[entry for entry in evidence.entries if entry.client != "ann-2"])


@doctored(1, "an acked message stands at another seq")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, Acked, 0, seq=7)


@doctored(1, "somebody who stayed to the end misses the last entry")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, Left, 0, heads={C1: 4})


@doctored(1, "an entry is delivered again after a reconnect")
def _(evidence: Evidence) -> Evidence:
    again = next(r for r in evidence.records if isinstance(r, Shown) and r.seq == 2)
    return added(evidence, replace(again, at=again.at + 0.25, connection=2))


@doctored(2, "a retry was stored as a second message")
def _(evidence: Evidence) -> Evidence:
    twice = replace(evidence.entries[2], seq=6)
    return replace(evidence, entries=[*evidence.entries, twice])


@doctored(2, "a retry was acknowledged with another seq")
def _(evidence: Evidence) -> Evidence:
    again = next(r for r in evidence.records if isinstance(r, Acked))
    return added(evidence, replace(again, at=again.at + 0.01, seq=3))


@doctored(3, "an entry is left out on the wire")
def _(evidence: Evidence) -> Evidence:
    return drop(evidence, lambda r: isinstance(r, Shown) and r.who == "customer ann" and r.seq == 4)


@doctored(3, "two entries come the wrong way round")
def _(evidence: Evidence) -> Evidence:
    swapped = change(evidence, Shown, 0, seq=2)
    return change(swapped, Shown, 1, seq=1)


@doctored(3, "the database numbers with a hole")
def _(evidence: Evidence) -> Evidence:
    gap = [replace(e, seq=e.seq + 1) if e.seq > 3 else e for e in evidence.entries]
    return replace(evidence, entries=gap)


@doctored(4, "a sender's second message stands before the first")
def _(evidence: Evidence) -> Evidence:
    swap = {"ann-1": 3, "ann-2": 1}
    return replace(evidence, entries=[replace(e, seq=swap.get(e.client, e.seq)) for e in evidence.entries])


@doctored(5, "two agents hold one conversation")
def _(evidence: Evidence) -> Evidence:
    second = Assignment(C1, OTHER, 2, 1.6, 1.9, "ended")
    return replace(evidence, assignments=[*evidence.assignments, second])


@doctored(5, "an assignment was left open when the next began")
def _(evidence: Evidence) -> Evidence:
    first = replace(evidence.assignments[0], ended_at=None)
    second = Assignment(C1, OTHER, 2, 2.5, 2.9, "ended")
    return replace(evidence, assignments=[first, evidence.assignments[1], second])


@doctored(6, "an agent gets a chat before the last one is over")
def _(evidence: Evidence) -> Evidence:
    early = replace(evidence.assignments[1], started_at=1.7)
    return replace(evidence, assignments=[evidence.assignments[0], early])


@doctored(6, "an offer stands beside a full load")
def _(evidence: Evidence) -> Evidence:
    early = replace(evidence.offers[1], offered_at=1.7)
    return replace(evidence, offers=[evidence.offers[0], early])


@doctored(6, "an agent is told of more than the capacity")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, Load, 0, load=200)


@doctored(7, "an agent who was lost goes on writing")
def _(evidence: Evidence) -> Evidence:
    lost = [replace(e, kind="left", client="") if e.seq == 3 else e for e in evidence.entries]
    return replace(evidence, entries=lost)


@doctored(7, "an agent writes who never was in charge")
def _(evidence: Evidence) -> Evidence:
    stranger = [replace(e, author=OTHER) if e.author == AGENT else e for e in evidence.entries]
    return replace(evidence, entries=stranger)


@doctored(8, "somebody still waits")
def _(evidence: Evidence) -> Evidence:
    waits = replace(evidence.visits[1], left_at=None, outcome="")
    return replace(evidence, visits=[evidence.visits[0], waits])


@doctored(8, "somebody waited too long")
def _(evidence: Evidence) -> Evidence:
    waits = replace(evidence.visits[0], entered_at=-99.0, first_at=-99.0)
    return replace(evidence, visits=[waits, evidence.visits[1]])


@doctored(8, "a customer was never told how it ended")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, Left, 0, finished=False)


@doctored(9, "who came later was served first")
def _(evidence: Evidence) -> Evidence:
    first = replace(evidence.visits[0], left_at=2.5)
    late = replace(evidence.assignments[0], started_at=2.5, ended_at=2.6)
    return replace(
        evidence, visits=[first, evidence.visits[1]], assignments=[late, evidence.assignments[1]], offers=[]
    )


@doctored(10, "a customer waits beside an agent who has room")
def _(evidence: Evidence) -> Evidence:
    late = replace(evidence.assignments[1], started_at=2.3)
    waits = replace(evidence.visits[1], left_at=2.3)
    offer = replace(evidence.offers[1], offered_at=2.3, ended_at=2.3)
    return replace(
        evidence,
        visits=[evidence.visits[0], waits],
        assignments=[evidence.assignments[0], late],
        offers=[evidence.offers[0], offer],
    )


@doctored(11, "Redis holds what SQL does not")
def _(evidence: Evidence) -> Evidence:
    return replace(evidence, differences=[f"extra {C1}"])


@doctored(12, "an offer never ended")
def _(evidence: Evidence) -> Evidence:
    open_ = replace(evidence.offers[0], ended_at=None, outcome="")
    return replace(evidence, offers=[open_, evidence.offers[1]])


@doctored(12, "a screen was told another outcome than the row's")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, OfferOver, 0, outcome="expired")


@doctored(12, "two offers are accepted for one assignment")
def _(evidence: Evidence) -> Evidence:
    second = Offer("o-2", C1, OTHER, 1.18, 1.2, "accepted")
    return replace(evidence, offers=[*evidence.offers, second])


@doctored(13, "a customer is shown somebody else's thread")
def _(evidence: Evidence) -> Evidence:
    foreign = Shown(
        at=1.95,
        who="customer ann",
        connection=2,
        conversation=C2,
        thread="public",
        seq=1,
        entry="message",
        author="bob",
        client="bob-1",
    )
    return added(evidence, foreign)


@doctored(13, "a customer is shown a note of the staff's")
def _(evidence: Evidence) -> Evidence:
    return change(evidence, Shown, 0, thread="staff")


@doctored(13, "an agent is shown what they had not opened")
def _(evidence: Evidence) -> Evidence:
    return drop(evidence, lambda r: isinstance(r, Opened) and r.conversation == C1)


@doctored(13, "an offer is shown to an agent to whom it was not made")
def _(evidence: Evidence) -> Evidence:
    other = replace(evidence.offers[0], staff=OTHER)
    return replace(evidence, offers=[other, evidence.offers[1]])


def test_a_clean_run_has_no_violation(clean: Evidence) -> None:
    """So that what the doctored ones show is what was done to them."""
    assert checker.judge(clean) == []


@pytest.mark.parametrize(("invariant", "what", "doctor"), DOCTORED, ids=[what for _, what, _ in DOCTORED])
def test_a_doctored_run_is_caught(clean: Evidence, invariant: int, what: str, doctor: Doctor) -> None:
    """By the invariant that was violated, whatever else falls over it."""
    found = checker.judge(doctor(clean))
    assert invariant in {violation.invariant for violation in found}, what


def test_every_invariant_has_a_doctored_run() -> None:
    """A check that nothing was seen to violate may be one that cannot fail."""
    assert {invariant for invariant, _, _ in DOCTORED} == set(checker.INVARIANTS) == set(range(1, 14))


def test_what_a_client_never_learnt_may_be_either(clean: Evidence) -> None:
    """A message that was sent and never answered may be stored or not."""
    unanswered = Sent(at=1.75, who="customer ann", conversation=C1, client="ann-x", body="?")
    assert checker.judge(added(clean, unanswered)) == []


def test_who_was_away_may_be_passed_over(clean: Evidence) -> None:
    """First come, first served holds for those who are there."""
    before = replace(clean.visits[0], first_at=-9.0, entered_at=-9.0, left_at=2.5)
    late = replace(clean.assignments[0], started_at=2.5, ended_at=2.6)
    passed = replace(
        clean, visits=[before, clean.visits[1]], assignments=[late, clean.assignments[1]], offers=[]
    )
    came = replace(clean.records[0], who="customer ann", role="customer", person="ann", at=-9.0)
    here = added(passed, came)
    away = drop(passed, lambda r: r.who == "customer ann" and isinstance(r, Welcomed))
    assert 9 in {violation.invariant for violation in checker.judge(here)}
    assert 9 not in {violation.invariant for violation in checker.judge(away)}


def test_what_the_fault_kept_apart_is_nobodys_fault(clean: Evidence) -> None:
    """Waiting beside a free agent is excused while the fault lasts, and only then."""
    apart = next(doctor for number, _, doctor in DOCTORED if number == 10)(clean)
    assert checker.judge(replace(apart, unsettled=[(2.0, 2.3)])) == []
    assert checker.judge(replace(apart, unsettled=[(1.0, 1.9)])) != []


def test_spans_are_cut_and_crossed() -> None:
    """The arithmetic of times that the rest builds on."""
    assert without([(0, 10)], [(2, 3), (5, 6)]) == [(0, 2), (3, 5), (6, 10)]
    assert without([(0, 10)], [(-1, 11)]) == []
    assert common([(0, 4), (6, 9)], [(3, 7)]) == [(3, 4), (6, 7)]


def test_a_journal_reads_back_what_was_written(clean: Evidence, tmp_path: Path) -> None:
    """Every kind of line, and without the one that its writer did not live to end."""
    journal = Journal(tmp_path / "journal.jsonl")
    for record in clean.records:
        journal.write(record)
    journal.close()
    with journal.path.open("ab") as file:
        file.write(msgspec.json.encode(clean.records[0])[:20])
    assert read(journal.path) == clean.records
