"""The router beside queueing theory, in small; `frontdesk simulate` does it in large."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from routing import scripts
from tests.routing.desk import spoiled
from web.cli import application
from web.simulation import calibration, cases, desk, figures, theory, verdict
from web.simulation.drive import Drive, Stated
from web.simulation.figures import Sample
from web.simulation.model import Draws, Model
from web.simulation.outcome import Outcome
from web.simulation.reference import Queue

KNOWN = [
    # λ, μ, n, θ, P(wait), mean wait in s, P(abandon), answered in 20 s: ../shared/ROUTING.md
    (10, 0.25, 45, 0, 0.3407, 16.35, 0, 0.7754),
    (2, 0.2, 12, 0, 0.4494, 67.41, 0, 0.6067),
    (1, 0.5, 3, 0, 0.4444, 53.33, 0, 0.6238),
    (48, 1, 50, 0.5, 0.4678, 3.71, 0.0309, 0.9430),
    (10, 0.25, 40, 0.25, 0.5210, 15.11, 0.0629, 0.6717),
    (2, 0.2, 10, 0.5, 0.4420, 18.29, 0.1524, 0.6500),
]
MODELS = {
    "slots": Model(arrivals=2, service=0.2, agents=4, slots=3),
    "patience": Model(arrivals=2, service=0.2, agents=10, patience=0.5),
    "impatience": Model(arrivals=10, service=0.25, agents=20, patience=0.5),
    "priorities": Model(arrivals=10, urgent=3, service=0.25, agents=42),
    "one skill": Model(arrivals=8.4, service=0.1, agents=90, kinds=6),
    "two skills": Model(arrivals=8.4, service=0.1, agents=90, kinds=6, skills=2),
    "all skills": Model(arrivals=8.4, service=0.1, agents=90, kinds=6, skills=6),
}
CUSTOMERS = 1_500
TOLD = [
    *(("slots", None), ("priorities", False), ("one skill", None), ("two skills", None)),
    # Half of those ahead leave, which no pace says: what was missed must.
    ("impatience", None),
]


@pytest.fixture
def socket(redis_url: str) -> Path:
    """The shared server's."""
    return Path(redis_url.removeprefix("unix://"))


async def simulated(socket: Path, model: Model, prefix: str, customers: int = CUSTOMERS) -> Outcome:
    """A run with seed 1."""
    async with desk.opened(socket, model, prefix) as opened:
        return await Drive(opened, model, 1).run(customers)


@pytest.mark.parametrize("row", KNOWN)
def test_the_formulas_give_the_known_numbers(row: tuple[float, ...]) -> None:
    """Erlang C and Erlang A, to the last digit that is written down."""
    arrivals, service, servers, patience, *expected = row
    exact = Model(arrivals=arrivals, service=service, agents=int(servers), patience=patience).exact()
    found = (exact.waited_share, exact.mean_wait_seconds, exact.abandoned_share, exact.within_share)
    rounded = [round(value, digits) for value, digits in zip(found, (4, 2, 4, 4), strict=True)]
    assert rounded == expected


def test_two_priorities_have_the_known_mean_waits() -> None:
    """Cobham's formula, for many servers."""
    assert [round(wait, 2) for wait in theory.priorities(3, 7, 0.25, 42)] == [5.36, 112.66]


def test_skills_have_the_known_mean_waits() -> None:
    """One skill an agent: six queues. All skills: one."""
    waits = [MODELS[name].exact().mean_wait_seconds for name in ("one skill", "all skills")]
    assert [round(wait) for wait in waits] == [433, 41]


def test_patience_that_never_ends_is_erlang_c() -> None:
    """Erlang A tends to Erlang C."""
    patient, endless = theory.erlang_a(10, 0.25, 45, 1e-7), theory.erlang_c(10, 0.25, 45)
    assert patient.mean_wait_seconds == pytest.approx(endless.mean_wait_seconds, rel=1e-4)
    assert patient.within_share == pytest.approx(endless.within_share, rel=1e-4)


def test_an_overloaded_desk_without_patience_is_refused() -> None:
    """It has no steady state."""
    with pytest.raises(ValueError, match="cannot keep up"):
        theory.erlang_c(10, 0.25, 40)


@pytest.mark.parametrize(
    ("probability", "freedom", "table"), [(0.975, 29, 2.045), (0.975, 15, 2.131), (0.999, 29, 3.396)]
)
def test_student_quantiles_are_those_of_the_tables(probability: float, freedom: int, table: float) -> None:
    """To three digits."""
    assert figures.student(probability, freedom) == pytest.approx(table, abs=0.001)


def test_a_control_that_is_the_same_leaves_no_error() -> None:
    """The difference is nothing, so the exact value is what comes out."""
    sample = Sample([1.0, 3.0, 2.0, 5.0] * 8)
    found = sample.against(sample, 2.5).interval()
    assert found.value == pytest.approx(2.5)
    assert found.half_width == pytest.approx(0, abs=1e-9)


def test_more_intervals_together_are_wider() -> None:
    """Bonferroni."""
    sample = Sample([1.0, 3.0, 2.0, 5.0] * 8)
    assert sample.interval(together=26).half_width > 1.4 * sample.interval().half_width


def test_nobody_leaves_before_they_came() -> None:
    """In one millisecond who leaves goes first, so patience lasts at least one."""
    draws = Draws(Model(arrivals=10, service=1, agents=1, patience=50_000), 1)
    assert all((come.leaves or 0) > come.at for come in (draws.customer() for _ in range(1000)))


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.pools])
async def test_every_customer_fares_as_in_the_plain_queue(name: str, socket: Path, redis_prefix: str) -> None:
    """Work-conserving and first come, first served: answered, or gone, in the same millisecond."""
    model = MODELS[name]
    outcome = await simulated(socket, model, redis_prefix)
    assert verdict.differing(outcome, Queue(model, 1).run(CUSTOMERS), CUSTOMERS) == 0


async def test_a_small_run_holds_the_exact_values(socket: Path, redis_prefix: str) -> None:
    """All figures of one row together, by plain batch means and with the control."""
    case, customers = cases.known()[5], 6_000
    total = figures.total(customers)
    outcome = await simulated(socket, case.model, redis_prefix, total)
    lines = verdict.lines(case, outcome, Queue(case.model, 1).run(total), customers)
    assert [line.expected.name for line in lines if not line.good(len(lines))] == []


async def test_a_router_that_serves_the_last_first_is_caught(
    socket: Path, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean wait is the same then; who waited how long is not."""
    last_first = spoiled(
        scripts.read(), "math.min(math.max(conv.first, 0), FIRSTS - 1)", "(FIRSTS - 1 - conv.first)"
    )
    monkeypatch.setattr(scripts, "read", lambda: last_first)
    case = cases.known()[1]
    total = figures.total(3_000)
    outcome = await simulated(socket, case.model, redis_prefix, total)
    reference = Queue(case.model, 1).run(total)
    assert verdict.differing(outcome, reference, total) > 100
    lines = verdict.lines(case, outcome, reference, 3_000)
    assert not all(line.good(len(lines)) for line in lines)


@pytest.mark.parametrize(("name", "urgent"), TOLD)
async def test_four_waits_of_five_fall_into_the_range(
    name: str, urgent: bool | None, socket: Path, redis_prefix: str
) -> None:
    """As told on arrival to those who must wait, whatever divides the line; it is told to nearly all."""
    model = MODELS[name]
    async with desk.opened(socket, model, redis_prefix) as opened:
        drive = Drive(opened, model, 1, ask_every=2)
        outcome = await drive.run(figures.total(CUSTOMERS))
    assert all(outcome.waited[each.number] and each.position >= 1 for each in drive.stated)
    found = calibration.judge(drive.stated, outcome, CUSTOMERS, urgent)
    assert found is not None
    assert found.told > 0.85 * found.asked > 80
    assert 0.7 < found.coverage.value < 0.9


def test_calibration_counts_waits_inside_the_range() -> None:
    """Of those told; who was told nothing, or left, is left out."""
    outcome = Outcome()
    for number, wait_ms in enumerate((10_000, 31_000, 20_000, 5_000)):
        outcome.come(urgent=False)
        outcome.answer(number, wait_ms, waited=True)
    outcome.leave(3, 5_000)
    stated = [Stated(0, 1, 8, 12), Stated(1, 2, 10, 30), Stated(2, 1, None, None), Stated(3, 1, 1, 9)]
    found = calibration.judge(stated, outcome, 4)
    assert found is None or found.told == 1  # The first is warm-up.
    late = calibration.judge(stated[1:], outcome, 3)
    assert late is not None
    assert (late.asked, late.told, late.coverage.value) == (2, 1, 0.0)
    assert late.median_error_seconds == pytest.approx(11)


def test_calibration_keeps_classes_apart() -> None:
    """The urgent wait otherwise than the others, and were told otherwise."""
    outcome = Outcome()
    for urgent in (False, True, False):
        outcome.come(urgent)
        outcome.answer(len(outcome) - 1, 10_000, waited=True)
    stated = [Stated(1, 1, 8, 12), Stated(2, 2, 20, 30)]
    found = [calibration.judge(stated, outcome, 2, urgent) for urgent in (True, False)]
    assert [each.coverage.value for each in found if each] == [1.0, 0.0]


async def test_a_skill_asked_for_is_had_by_who_answers(socket: Path, redis_prefix: str) -> None:
    """Two skills an agent: shorter waits than with one, longer than with all."""
    models = [Model(arrivals=8.4, service=0.1, agents=90, kinds=6, skills=each) for each in (1, 2, 6)]
    waits = []
    for model in models:
        outcome = await simulated(socket, model, redis_prefix)
        waits.append(sum(outcome.wait_ms[:CUSTOMERS]))
    assert waits[0] > waits[1] > waits[2]


def simulate(*words: str) -> tuple[int, str]:
    """The command: its status and what it wrote."""
    ended = CliRunner().invoke(application(), ["simulate", *words])
    return ended.exit_code, ended.stdout


def test_a_single_case_answers_in_json() -> None:
    """The four figures, each with its half-width; the same seed, the same answer."""
    words = "--arrivals 2 --service .2 --agents 4 --slots 3 --patience .5 --customers 1000 --seed 7 --json"
    status, text = simulate(*words.split())
    told: dict[str, Any] = json.loads(text)
    assert status == 0
    for name in ("waited_share", "mean_wait_seconds", "abandoned_share", "within_20_seconds_share"):
        assert told[name] >= 0
        assert told[f"{name}_half_width"] > 0
    assert simulate(*words.split()) == (status, text)


@pytest.mark.parametrize(
    "words",
    [
        "--arrivals 10 --service .25 --agents 40",
        "--arrivals 100 --service .25 --agents 10 --patience .001",
        "--arrivals 0 --agents 4",
        "--arrivals nan --agents 4",
        "--arrivals 1 --agents 4 --service inf",
        "--only nothing",
    ],
)
def test_a_case_that_cannot_be_is_refused(words: str) -> None:
    """Too few agents, and nobody ever leaves, or hardly anybody; numbers that are none."""
    assert simulate(*words.split())[0] == 2


def test_a_desk_that_is_slow_to_fill_needs_many_customers() -> None:
    """Ten thousand chats at once do not begin within a few hundred arrivals; a small desk settles soon."""
    assert Model(arrivals=2400, service=0.25, agents=9700).memory > 9_600
    assert Model(arrivals=10, service=0.25, agents=45).memory == pytest.approx(272, rel=0.01)
    assert Model(arrivals=10, service=0.25, agents=39, patience=0.25).memory == pytest.approx(40)


def test_known_numbers_are_simulated_beside_each_other() -> None:
    """The same as alone, in their order; each in a process of its own."""
    words = ["--customers", "1000", "--json", "--only"]
    both = json.loads(simulate(*words, ".2, 1")[1])["cases"]
    alone = json.loads(simulate(*words, "Erlang A 2")[1])["cases"]
    assert [each["name"] for each in both] == ["Erlang C 2, .2, 12", "Erlang A 2, .2, 10, .5"]
    assert [each["simulated"] for each in both[1]["figures"]] == [
        each["simulated"] for each in alone[0]["figures"]
    ]
    assert [each["class"] for each in alone[0]["calibration"]] == ["on arrival", "later"]
