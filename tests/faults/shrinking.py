"""The shortest log that shows a violation: whatever can be left out without it going away is left out."""

from msgspec.structs import replace

from tests.faults import checker
from tests.faults.evidence import Evidence, Violation
from tests.faults.records import AnyRecord, Mark, Welcomed


def shortest(evidence: Evidence, violation: Violation) -> list[AnyRecord]:
    """The records that are enough for the judge to find the same, and the faults among them.

    First what does not speak of the violation's subject goes; then, one by one, each record without which
    the violation still stands.
    """
    about = _about(evidence, violation.subject)
    if not shows(replace(evidence, records=about), violation):
        about = [record for record in evidence.records if not isinstance(record, Mark)]
    kept = list(about)
    step = max(1, len(kept) // 2)
    while step:
        at = 0
        while at < len(kept):
            without = kept[:at] + kept[at + step :]
            if shows(replace(evidence, records=without), violation):
                kept = without
            else:
                at += step
        step //= 2
    marks = [record for record in evidence.records if isinstance(record, Mark)]
    return sorted([*kept, *_near(marks, kept)], key=lambda record: record.at)


def shows(evidence: Evidence, violation: Violation) -> bool:
    """Whether the judge still finds it, whatever the words."""
    found = checker.INVARIANTS[violation.invariant](evidence) if violation.invariant else iter(())
    return any(each.subject == violation.subject for each in found)


def _about(evidence: Evidence, subject: str) -> list[AnyRecord]:
    """What speaks of a conversation, a message, an offer or a client; and who is who."""
    return [
        record
        for record in evidence.records
        if isinstance(record, Welcomed)
        or subject
        in (record.who, *(getattr(record, name, "") for name in ("conversation", "client", "offer")))
    ]


def _near(marks: list[Mark], kept: list[AnyRecord]) -> list[Mark]:
    """The faults from the last one before the first record on, up to the last record."""
    if not kept:
        return marks
    first, last = kept[0].at, kept[-1].at
    before = [mark for mark in marks if mark.at < first][-2:]
    return before + [mark for mark in marks if first <= mark.at <= last]
