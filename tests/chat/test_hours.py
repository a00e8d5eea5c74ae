"""Opening hours, over time zones, nights and changes of the clock."""

from datetime import UTC, datetime

from chat.hours import Turn, next_opening, turn

WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ZURICH = "Europe/Zurich"


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_hours_a_team_is_always_open() -> None:
    """And with an empty week never."""
    now = at("2026-01-03 03:00")
    assert next_opening(None, ZURICH, [], now) == now
    assert next_opening({}, ZURICH, [], now) is None


def test_an_open_team_opens_now_and_a_closed_one_at_its_next_interval() -> None:
    """Start included, end excluded, in the team's own zone (one hour before UTC in winter)."""
    assert next_opening(WEEK, ZURICH, [], at("2026-01-05 08:00")) == at("2026-01-05 08:00")
    assert next_opening(WEEK, ZURICH, [], at("2026-01-05 07:59")) == at("2026-01-05 08:00")
    assert next_opening(WEEK, ZURICH, [], at("2026-01-05 11:00")) == at("2026-01-05 12:00")
    assert next_opening(WEEK, ZURICH, [], at("2026-01-09 16:00")) == at("2026-01-12 08:00")


def test_it_stands_until_the_end_of_an_interval_or_the_next_opening() -> None:
    """So that nothing has to be worked out before that; without hours, or without an opening, always."""
    assert turn(WEEK, ZURICH, [], at("2026-01-05 08:30")) == Turn(True, at("2026-01-05 11:00"))
    assert turn(WEEK, ZURICH, [], at("2026-01-05 11:00")) == Turn(False, at("2026-01-05 12:00"))
    assert turn(None, ZURICH, [], at("2026-01-05 11:00")) == Turn(True, None)
    assert turn({"mon": []}, ZURICH, [], at("2026-01-05 11:00")) == Turn(False, None)


def test_a_holiday_is_closed_all_day() -> None:
    """By the local date."""
    days = ["2026-01-05", "2026-01-06"]
    assert next_opening(WEEK, ZURICH, days, at("2026-01-05 10:00")) == at("2026-01-07 08:00")


def test_a_night_shift_lasts_into_the_next_day() -> None:
    """Also into a holiday: it opened the day before. Midnight may be written as 24:00."""
    week = {"fri": [["22:00", "06:00"]], "sun": [["18:00", "24:00"]]}
    assert next_opening(week, "UTC", ["2026-01-10"], at("2026-01-10 05:59")) == at("2026-01-10 05:59")
    assert next_opening(week, "UTC", [], at("2026-01-10 06:00")) == at("2026-01-11 18:00")
    assert next_opening(week, "UTC", [], at("2026-01-11 23:59")) == at("2026-01-11 23:59")
    assert next_opening(week, "UTC", [], at("2026-01-12 00:00")) == at("2026-01-16 22:00")


def test_a_change_of_the_clock_moves_the_opening_with_it() -> None:
    """The last Sunday of March: nine o'clock comes an hour earlier by UTC."""
    assert next_opening(WEEK, ZURICH, [], at("2026-03-27 20:00")) == at("2026-03-30 07:00")
    week = {"sun": [["01:30", "03:30"]]}
    assert next_opening(week, ZURICH, [], at("2026-03-29 00:30")) == at("2026-03-29 00:30")
    assert next_opening(week, ZURICH, [], at("2026-03-29 01:29")) == at("2026-03-29 01:29")
    assert next_opening(week, ZURICH, [], at("2026-03-29 01:30")) == at("2026-04-04 23:30")
