"""The drill in small, and its judge with journals in which something went wrong on purpose."""

from pathlib import Path

import pytest

from tests.faults import backup
from tests.faults.backup import Difference, Load, compare
from tests.faults.databases import KINDS, Kind
from web.replay import journal
from web.replay.journal import Ack, Journal
from web.replay.screen import Line

BEGAN = 100.0
ACKS = [
    Ack(98.0, "a", 1, "customer", "Where is it?"),
    Ack(99.0, "a", 3, "agent", "I am looking."),
    Ack(101.0, "a", 4, "agent", "It left."),
]
WHOLE = [Line(1, "customer", "Where is it?"), Line(3, "agent", "I am looking.")]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_made_amid_a_replay_holds_all_that_was_acknowledged_before(
    kind: Kind, tmp_path: Path
) -> None:
    """By the commands an operator has, read from the desk that was restored."""
    outcome = await backup.perform(kind, Load(conversations=60, before=60), tmp_path)
    assert outcome.difference == Difference()
    assert outcome.good, outcome
    assert outcome.restored >= outcome.acked_before >= 60


def test_a_sound_backup_differs_in_nothing() -> None:
    """What was acknowledged after it began may be there, or not."""
    assert compare(ACKS, BEGAN, {"a": WHOLE}) == Difference()
    assert compare(ACKS, BEGAN, {"a": [*WHOLE, Line(4, "agent", "It left.")]}) == Difference()


def test_the_judge_sees_each_kind_of_damage() -> None:
    """One message less, one changed, one at another place, one twice, one that nobody knows of."""
    assert compare(ACKS, BEGAN, {"a": WHOLE[:1]}) == Difference(missing=1)
    assert compare(ACKS, BEGAN, {"a": []}) == Difference(missing=2)
    changed = [WHOLE[0], Line(3, "agent", "I am looking!")]
    assert compare(ACKS, BEGAN, {"a": changed}) == Difference(altered=1)
    moved = [WHOLE[0], Line(2, "agent", "I am looking.")]
    assert compare(ACKS, BEGAN, {"a": moved}) == Difference(missing=1, foreign=1)
    assert compare(ACKS, BEGAN, {"a": [*WHOLE, WHOLE[1]]}) == Difference(twice=1)
    assert compare(ACKS, BEGAN, {"a": [*WHOLE, Line(9, "agent", "Who?")]}) == Difference(foreign=1)


def test_a_journal_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    """Whoever wrote it may have been killed in the middle of a line; what others wrote before stays."""
    path = tmp_path / "acks.jsonl"
    for body in ("one\nline", "two"):
        with Journal(path) as kept:
            kept.write("a", 1, "customer", body)
    path.write_bytes(path.read_bytes() + b'{"at": 1')
    assert [(ack.conversation_id, ack.seq, ack.side, ack.body) for ack in journal.read(path)] == [
        ("a", 1, "customer", "one\nline"),
        ("a", 1, "customer", "two"),
    ]
