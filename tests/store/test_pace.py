"""Whether it pays to wait for more messages."""

from store.pace import ENOUGH, GATHER_SECONDS, LONGEST_SECONDS, Pace


def rated(a_second: int) -> Pace:
    """A pace that has seen so many a second."""
    pace = Pace(0.0)
    pace.patience(a_second, 1, 1.0)
    return pace


def test_a_single_message_never_waits() -> None:
    """Nor does one of two hundred a second: most would wait for nobody."""
    assert Pace(0.0).patience(1, 1, 5.0) == 0
    assert rated(200).patience(201, 1, 1.01) == 0


def test_where_many_come_one_at_a_time_it_waits_for_more() -> None:
    """A transaction of its own for each would cost several times as much."""
    assert rated(1_000).patience(1_001, 1, 1.01) == GATHER_SECONDS


def test_a_process_with_its_part_of_the_messages_waits_until_two_more_have_come() -> None:
    """Two with half of them each would else commit half again as often as one; but four milliseconds are
    the most."""
    assert rated(800).patience(801, 1, 1.01) == 2 / 800
    assert rated(500).patience(501, 1, 1.01) == LONGEST_SECONDS
    assert rated(500).patience(502, 3, 1.01) == 1 / 500
    assert rated(300).patience(301, 1, 1.01) == LONGEST_SECONDS


def test_it_waits_no_longer_than_enough_take_to_come() -> None:
    """The faster they come, the sooner there are as many as share a transaction well."""
    assert rated(2_000).patience(2_001, 1, 1.01) == 3 / 2_000
    assert rated(2_000).patience(2_001, 3, 1.01) == 1 / 2_000


def test_those_who_are_enough_wait_for_nobody() -> None:
    """Under full load the transaction before was wait enough."""
    assert rated(20_000).patience(20_100, ENOUGH, 1.01) == 0


def test_after_a_rush_the_next_message_does_not_wait() -> None:
    """What counts is the last tenth of a second."""
    pace = rated(1_000)
    assert pace.patience(1_001, 1, 2.0) == 0
