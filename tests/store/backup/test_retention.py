"""Grandfather, father, son."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.backup.retention import YOUNG, Keep, Kept, kept, parse

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@st.composite
def shelves(draw: st.DrawFn) -> list[Kept]:
    minutes = draw(st.lists(st.integers(0, 60 * 24 * 900), max_size=40, unique=True))
    return [
        Kept(str(number), NOW - timedelta(minutes=ago), draw(st.booleans()))
        for number, ago in enumerate(minutes)
    ]


numbers = st.integers(0, 6)
keeps = st.builds(Keep, numbers, numbers, numbers, numbers)


@given(shelves(), keeps)
def test_the_last_verified_and_the_newest_are_never_thrown_away(shelf: list[Kept], keep: Keep) -> None:
    """Whatever the numbers say."""
    stays = kept(shelf, keep)
    for chosen in ([one for one in shelf if one.verified], shelf):
        if chosen:
            assert max(chosen, key=lambda one: one.at).name in stays


@given(shelves(), keeps)
def test_no_more_stay_than_the_numbers_allow(shelf: list[Kept], keep: Keep) -> None:
    """One for each span that is kept, the last verified one, and those of the last hour."""
    stays = kept(shelf, keep)
    assert stays <= {one.name for one in shelf}
    young = [one for one in shelf if max(each.at for each in shelf) - one.at < YOUNG]
    assert len(stays) <= keep.hourly + keep.daily + keep.weekly + keep.monthly + 1 + len(young)


def test_one_made_by_hand_outlives_the_next_that_is_made_by_itself() -> None:
    """Both are of the same hour."""
    shelf = [Kept("hand", NOW + timedelta(minutes=5), True), Kept("worker", NOW + timedelta(minutes=6), True)]
    assert kept(shelf, Keep()) == {"hand", "worker"}


@given(shelves(), keeps)
def test_pruning_again_removes_nothing(shelf: list[Kept], keep: Keep) -> None:
    """What stays, stays."""
    stays = kept(shelf, keep)
    assert kept([one for one in shelf if one.name in stays], keep) == stays


@given(shelves(), keeps, keeps)
def test_more_generous_numbers_keep_all_that_others_keep(shelf: list[Kept], one: Keep, other: Keep) -> None:
    """So that who raises a number loses nothing by it."""
    names = Keep.__struct_fields__
    both = Keep(*(max(getattr(one, name), getattr(other, name)) for name in names))
    assert kept(shelf, one) <= kept(shelf, both)


@given(shelves(), st.integers(1, 6))
def test_each_of_the_last_days_that_has_a_verified_backup_keeps_one(shelf: list[Kept], days: int) -> None:
    """A copy that nobody could read pushes out none that is known to be good."""
    stays = kept(shelf, Keep(0, days, 0, 0))
    newest = sorted({one.at.date() for one in shelf}, reverse=True)[:days]
    for day in newest:
        verified = {one.name for one in shelf if one.at.date() == day and one.verified}
        assert not verified or verified & stays


def test_a_daily_backup_over_two_years_leaves_days_weeks_and_months() -> None:
    """The picture that the rule is named after."""
    shelf = [Kept(f"{days:03}", NOW - timedelta(days=days), True) for days in range(730)]
    stays = sorted(int(name) for name in kept(shelf, parse("0h 7d 4w 12m")))
    assert stays[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert stays[-1] == 326  # the last of December
    assert len(stays) <= 7 + 4 + 12


@pytest.mark.parametrize("words", ["7", "7x", "d7", "7d 8d", "-1d", "99999d"])
def test_what_is_not_a_rule_is_refused(words: str) -> None:
    """By the setting that holds it, before anything is thrown away."""
    with pytest.raises(ValueError, match="written like"):
        parse(words)
