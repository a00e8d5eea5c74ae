"""A failure is shown by the shortest log that still shows it."""

from msgspec.structs import replace

from tests.faults import checker, shrinking
from tests.faults.evidence import Evidence
from tests.faults.records import Acked, AnyRecord, Mark, Shown, Welcomed


def test_what_does_not_matter_is_left_out() -> None:
    """Of a hundred deliveries to two clients stays the one that came twice, and the fault before it."""

    def shown(who: str, seq: int, at: float) -> Shown:
        return Shown(
            at=at,
            who=who,
            connection=1,
            conversation=f"of {who}",
            thread="public",
            seq=seq,
            entry="message",
            author="",
            client="",
        )

    welcome = Welcomed(
        at=0, who="ann", role="customer", person="p", connection=1, url="", cursors={"of ann": 9}
    )
    records: list[AnyRecord] = [welcome, Mark(at=0.5, who="redis flushed", event="fault")]
    records += [shown("bob", seq, seq) for seq in range(1, 51)]
    records += [shown("ann", seq, seq) for seq in range(10, 60)]
    records.append(shown("ann", 7, 61))
    evidence = Evidence(records=sorted(records, key=lambda record: record.at))
    violation = next(v for v in checker.INVARIANTS[1](evidence) if v.subject == "of ann")
    short = shrinking.shortest(evidence, violation)
    assert [record.__class__ for record in short] == [Welcomed, Mark, Shown]
    assert shrinking.shows(replace(evidence, records=short), violation)


def test_a_violation_of_the_database_alone_needs_no_record() -> None:
    """What SQL shows by itself is shown by the faults that were on."""
    acked = Acked(at=1, who="ann", conversation="c", client="m", seq=1)
    evidence = Evidence(records=[Mark(at=0, who="x", event="fault"), acked])
    violation = next(checker.INVARIANTS[1](evidence))
    assert shrinking.shortest(evidence, violation)[-1] == acked
