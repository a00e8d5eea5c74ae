"""The judge: thirteen pure functions over the evidence of a run."""

from collections.abc import Callable, Iterator
from typing import Final

from tests.faults import queueing, threads
from tests.faults.evidence import Evidence, Violation

Check = Callable[[Evidence], Iterator[Violation]]

INVARIANTS: Final[dict[int, Check]] = {
    1: threads.acked_is_kept,
    2: threads.one_seq_each,
    3: threads.shown_in_order,
    4: threads.sent_in_order,
    5: queueing.one_holder,
    6: queueing.within_capacity,
    7: threads.in_charge,
    8: queueing.nobody_forgotten,
    9: queueing.first_come,
    10: queueing.never_beside_a_free_agent,
    11: queueing.agreed,
    12: queueing.offers_end_once,
    13: threads.members_only,
}


def judge(evidence: Evidence) -> list[Violation]:
    """Every violation, by the invariant's number."""
    return [violation for check in INVARIANTS.values() for violation in check(evidence)]
