"""`frontdesk bench`, on a desk as small as can be: what it counts and shows, never how long that took."""

import json

import pytest
from typer.testing import CliRunner

from web.bench import decisions
from web.bench.desks import SIZES, Size
from web.cli import application

SMALL = ("bench", "routing", "--waiting", "40", "--agents", "10", "--samples", "10", "--pairs", "100")


def test_each_decision_is_measured_and_each_pair_made() -> None:
    """A decision that does not what it is named for ends the run; the JSON has all that was asked for."""
    found = CliRunner().invoke(application(), [*SMALL, "--json"])
    assert found.exit_code in (0, 1), found.output
    (row,) = json.loads(found.stdout)["sizes"]
    assert row["size"] == {"waiting": 40, "agents": 10}
    assert set(row["decisions"]) == set(decisions.kinds())
    for each in row["decisions"].values():
        assert each["count"] == 10
        assert 0 < each["median"] <= each["p99"] <= each["worst"]
    rates = row["rates"]
    assert (rates["rounds"], rates["batch"]) == (5, 20)
    assert row["share"] == pytest.approx(rates["pairs_a_second"] / rates["trivial_a_second"])


def test_the_tables_name_what_was_measured() -> None:
    """Both of them, with the load client and the limit."""
    found = CliRunner().invoke(application(), SMALL, env={"COLUMNS": "160"})
    assert found.exit_code in (0, 1), found.output
    for said in (*decisions.kinds(), "2,000 µs", "redis.asyncio", "16 in flight", "pairs/s"):
        assert said in found.stdout


def test_one_size_needs_both_of_its_numbers() -> None:
    """Half a size is a mistake."""
    assert CliRunner().invoke(application(), ["bench", "routing", "--agents", "10"]).exit_code == 2


def test_the_sizes_are_those_that_were_asked_for() -> None:
    """From 100 waiting and 10 agents to 10,000 and 1,000."""
    assert (SIZES[0], SIZES[-1], len(SIZES)) == (Size(100, 10), Size(10_000, 1_000), 9)
