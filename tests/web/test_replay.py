"""The replay's judge and its readers, against evidence in which something went wrong on purpose."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.limits import Bucket
from chat.protocol.events import Acked
from chat.protocol.views import Author, AuthorKind, Entry
from web.replay import dialogues, figures, verification
from web.replay.cli import OWN
from web.replay.dialogues import Dialogue, DialogueError, Side
from web.replay.pace import Pace
from web.replay.play import Hold, Play, Tempo
from web.replay.screen import Line, Screen
from web.replay.verification import Findings

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TURNS: list[tuple[Side, str]] = [
    ("customer", "hello"),
    ("agent", "hello"),
    ("customer", "yes"),
    ("agent", "more?"),
    ("customer", "yes"),
]


def entry(seq: int, side: Side, body: str) -> Entry:
    """A delivered message."""
    kind: AuthorKind = "customer" if side == "customer" else "staff"
    return Entry(seq=seq, kind="message", author=Author(kind=kind, id=side, name=side), at=AT, body=body)


def joined(seq: int) -> Entry:
    return Entry(seq=seq, kind="joined", author=Author(kind="system", id="", name=""), at=AT)


def screen(turns: list[tuple[Side, str]]) -> Screen:
    shown = Screen("c1")
    for seq, (side, body) in enumerate(turns, 1):
        shown.show(entry(seq, side, body))
    return shown


def played() -> Play:
    """A conversation in which everything went well."""
    play = Play(1, Dialogue("d", TURNS), lambda: None)
    play.conversation_id = "c1"
    play.customer = screen(TURNS)
    play.agents["a1"] = screen(TURNS)
    play.thread = list(play.customer.lines)
    for index in range(len(TURNS)):
        play.sent_at[index] = float(index)
        play.reached_at[index] = index + 0.25
        play.acked[index] = index + 1
    play.holds = [hold("a1", 0, 10)]
    play.ended = True
    return play


def hold(staff_id: str, start: float, end: float | None) -> Hold:
    ended_at = None if end is None else AT + timedelta(seconds=end)
    return Hold(staff_id, AT + timedelta(seconds=start), ended_at)


def test_a_good_run_has_no_findings() -> None:
    """The judge does not invent faults."""
    assert verification.examine(played()) == Findings()


def test_a_message_missing_on_one_screen_is_lost() -> None:
    """It is not enough that the thread has it."""
    play = played()
    play.agents["a1"] = screen(TURNS[:-1])
    assert verification.examine(play).lost == 1


def test_a_message_missing_everywhere_is_lost_once() -> None:
    """A message is counted once, however many places miss it."""
    play = played()
    play.thread = play.thread[:-1]
    play.customer = screen(TURNS[:-1])
    play.agents["a1"] = screen(TURNS[:-1])
    found = verification.examine(play)
    assert (found.lost, found.unacked) == (1, 1)


def test_a_missing_one_of_two_equal_messages_is_lost() -> None:
    """Equal texts are told apart by how often they stand."""
    play = played()
    play.agents["a1"] = screen([turn for index, turn in enumerate(TURNS) if index != 2])
    assert verification.examine(play).lost == 1


def test_a_message_that_stands_twice_is_duplicated() -> None:
    """Two rows of one message are a duplicate, though each was delivered once."""
    play = played()
    play.thread = [*play.thread, Line(6, "customer", "yes")]
    found = verification.examine(play)
    assert (found.duplicated, found.lost) == (1, 0)


def test_an_entry_delivered_twice_is_duplicated() -> None:
    """A screen drops it, and says so."""
    play = played()
    assert play.customer is not None
    play.customer.show(entry(3, "customer", "yes"))
    assert verification.examine(play).duplicated == 1


def test_swapped_messages_are_reordered() -> None:
    """Each is there, and not in its place."""
    play = played()
    lines = list(play.thread)
    lines[1], lines[3] = lines[3], lines[1]
    play.thread = lines
    assert verification.examine(play).reordered >= 1


def test_an_entry_delivered_early_is_reordered() -> None:
    """The server owes each entry right after the one before it."""
    play = played()
    late = Screen("c1")
    for seq in (1, 2, 4, 3, 5):
        late.show(entry(seq, *TURNS[seq - 1]))
    play.customer = late
    found = verification.examine(play)
    assert (found.reordered, found.lost, found.duplicated) == (1, 0, 0)


def test_a_changed_text_is_altered_and_lost() -> None:
    """What was said is not there, and what is there nobody said."""
    play = played()
    play.thread[3] = Line(4, "agent", "more")
    found = verification.examine(play)
    assert (found.altered, found.lost) == (1, 1)


def test_an_ack_for_another_seq_is_found() -> None:
    """An acknowledgement says where the message stands, and there it must stand."""
    play = played()
    play.acked[2] = 5
    play.acked[3] = 5
    assert verification.examine(play).unacked == 1  # turns 2 and 4 have the same text


def test_a_conversation_without_an_end_is_unfinished() -> None:
    """A run that was given up is not good, though nothing sent was lost."""
    play = played()
    play.ended = False
    assert verification.examine(play) == Findings(unfinished=1)


def test_what_was_never_said_is_not_lost_but_unfinished() -> None:
    """A turn that nobody came to say cannot get lost."""
    play = played()
    del play.sent_at[4], play.acked[4], play.reached_at[4]
    play.thread = play.thread[:4]
    play.customer = screen(TURNS[:4])
    play.agents["a1"] = screen(TURNS[:4])
    assert verification.examine(play) == Findings(unfinished=1)


def test_two_agents_at_once_overlap() -> None:
    """A customer has one agent at a time."""
    play = played()
    play.holds = [hold("a1", 0, 5), hold("a2", 4, 10)]
    assert verification.examine(play).overlapping == 1
    play.holds = [hold("a1", 0, 4), hold("a2", 4, 10)]
    assert verification.examine(play).overlapping == 0


def test_a_chat_beyond_capacity_is_found() -> None:
    """Three at once for two slots is one too many; one after the other is not."""
    at_once = [hold("a1", 0, 5), hold("a1", 1, 6), hold("a1", 2, None)]
    assert verification.overloads(at_once, 200) == 1
    assert verification.overloads(at_once, 300) == 0
    assert verification.overloads([*at_once[:2], hold("a1", 5, 9)], 200) == 0
    assert verification.overloads([*at_once[:2], hold("a2", 2, None)], 200) == 0


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_comparing_counts_every_line_once(order: list[int], dropped: set[int]) -> None:
    """What was dropped is missing, and order is complained of only when it is wrong."""
    said: list[tuple[Side, str]] = [("customer", str(index)) for index in range(5)]
    kept = [index for index in order if index not in dropped]
    found = verification.compare(said, [said[index] for index in kept])
    assert found.missing == dropped
    assert (found.extra, found.foreign) == (0, 0)
    assert (found.reordered == 0) == (kept == sorted(kept))


def test_a_screen_shows_its_own_message_from_the_ack_and_takes_its_delivery_quietly() -> None:
    """The ack and the delivery of one's own message are no duplicate, in either order."""
    shown = Screen("c1")
    acked = Acked(ref="r", conversation_id="c1", client_id="m", thread="public", seq=1, at=AT)
    shown.acked(acked, "customer", "hello")
    assert not shown.show(entry(1, "customer", "hello"))
    assert (shown.head, len(shown.lines), shown.duplicates) == (1, 1, 0)
    shown.show(joined(2))
    shown.show(entry(3, "customer", "yes"))
    shown.acked(
        Acked(ref="r", conversation_id="c1", client_id="n", thread="public", seq=3, at=AT), "customer", "yes"
    )
    assert (shown.head, len(shown.lines), shown.duplicates, shown.gaps) == (3, 2, 0, 0)


def test_a_screen_resumes_after_what_it_has_without_a_hole() -> None:
    """The cursor never passes an entry that is missing."""
    shown = Screen("c1")
    shown.show(entry(1, "customer", "hello"))
    shown.show(entry(3, "customer", "yes"))
    assert shown.cursor().public == 1
    shown.show(joined(2))
    assert shown.cursor().public == 3


def test_percentiles_are_of_the_nearest_rank() -> None:
    """Each percentile is a value that was measured, and none is measured of nothing."""
    values = [float(value) for value in range(1, 101)]
    assert figures.percentile(values, 0.5) == 50
    assert figures.percentile(values, 0.99) == 99
    assert figures.percentile(values, 1) == 100
    assert figures.percentile([7.0], 0.5) == 7
    assert figures.percentile([], 0.5) is None
    with pytest.raises(ValueError, match="percentile"):
        figures.percentile(values, 0)


def test_the_first_message_counts_as_wait_and_not_as_delivery() -> None:
    """It waits for a person, not for the wire."""
    play = played()
    play.started_at, play.assigned_at = 0.0, 2.0
    play.reached_at[0] = 2.0
    assert figures.waits([play]) == [2.0]
    assert figures.deliveries([play]) == [0.25] * 4


def test_a_pace_is_free_until_it_is_refused() -> None:
    """Nothing is slowed down that nobody complained of."""
    pace = Pace()
    pace.left(10.0)
    assert pace.wait(10.0) == 0


@given(st.floats(5, 50), st.integers(1, 60))
def test_a_pace_learns_the_rate_of_a_limit_from_few_refusals(rate: float, burst: int) -> None:
    """Against a real token bucket it ends at the bucket's own rate, and is hardly refused any more."""
    bucket, pace, now = Bucket(rate, burst, 0.0), Pace(), 0.0
    refusals, passed_at = 0, list[float]()
    while len(passed_at) < burst + 200:
        now += pace.wait(now)
        gap = pace.left(now)
        wait = bucket.take(now)
        if wait:
            refusals += 1
            pace.slow_down(now, gap, int(wait * 1000) + 1)
        else:
            passed_at.append(now)
    assert refusals <= 10
    assert passed_at[-1] - passed_at[burst] <= 200 / rate * 1.1


def test_a_tempo_of_zero_takes_no_time() -> None:
    """Speed 0 is as fast as the service takes it; speed 2 takes half of real time."""
    assert Tempo(0).seconds("hello") == 0
    assert Tempo(2).seconds("hello") == Tempo(1).seconds("hello") / 2


def test_the_shipped_dialogues_can_be_played() -> None:
    """What comes with the project loads."""
    assert len(dialogues.load(OWN)) >= 8


def test_dialogues_go_round_until_there_are_enough() -> None:
    """More conversations than dialogues begin again with the first."""
    few = [Dialogue("a", TURNS), Dialogue("b", TURNS)]
    assert [one.id for one in dialogues.choose(few, 5)] == ["a", "b", "a", "b", "a"]


GOOD = '{"id": "x", "topic": [], "turns": [["customer", "hi"]]}'


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "truncated"),
        ('{"id": "x"}', "turns"),
        ('{"id": "x", "turns": []}', "nobody says"),
        ('{"id": "x", "turns": [["robot", "hi"]]}', "robot"),
        ('{"id": "x", "turns": [["customer", ""]]}', "nobody says"),
        ('{"id": "x", "turns": [["agent", "hi"]]}', "the customer speaks first"),
        ('{"id": "x", "turns": [["customer", "a\\u0000b"]]}', r"U\+0000"),
    ],
)
def test_a_line_that_is_no_dialogue_is_named_by_its_number(tmp_path: Path, line: str, wrong: str) -> None:
    """Whoever wrote the file is told where to look, blank lines counted."""
    file = tmp_path / "talk.jsonl"
    file.write_text(f"{GOOD}\n\n{line}\n")
    with pytest.raises(DialogueError, match=wrong) as caught:
        dialogues.load(file)
    assert caught.value.line == 3
    assert "talk.jsonl, line 3" in str(caught.value)


def test_a_turn_without_words_is_left_out(tmp_path: Path) -> None:
    """Recordings have them, and a message cannot be empty."""
    file = tmp_path / "talk.jsonl"
    file.write_text('{"id": "x", "turns": [["customer", "hi"], ["agent", ""], ["agent", "hello"]]}')
    (dialogue,) = dialogues.load(file)
    assert dialogue.turns == [("customer", "hi"), ("agent", "hello")]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_dialogues_is_refused(tmp_path: Path, content: str) -> None:
    """An empty run would be called good."""
    file = tmp_path / "empty.jsonl"
    file.write_text(content)
    with pytest.raises(DialogueError, match="no dialogue"):
        dialogues.load(file)
    with pytest.raises(DialogueError, match="No such file"):
        dialogues.load(tmp_path / "absent.jsonl")
