"""The known numbers: what is simulated, with which seed, and what must come out."""

from msgspec import Struct

from web.simulation import figures, theory
from web.simulation.model import Model


class Expected(Struct, frozen=True):
    """One figure of a case, and its exact value."""

    name: str
    value: figures.Value
    exact: float
    control: float
    """The exact value of the control variate."""
    tolerance: float = 0.0
    """Where no exact value is known: how far a plain simulation's may be off."""
    urgent: bool | None = None
    digits: int = 4


class Case(Struct, frozen=True):
    """One row of known numbers. The seed was chosen before any run, and is not to be changed after one."""

    name: str
    model: Model
    seed: int
    note: str = ""
    expected_wait: float | None = None
    """Mean wait of skills that overlap in part, by a plain simulation; within 6 s."""

    def expected(self) -> list[Expected]:
        """What is judged."""
        model = self.model
        if model.kinds > 1:
            pooled = model.control.exact().mean_wait_seconds
            return [_wait(pooled) if self.expected_wait is None else _near(self.expected_wait, pooled)]
        if not model.urgent:
            return standard(model)
        ordinary = model.arrivals - model.urgent
        first, second = theory.priorities(model.urgent, ordinary, model.service, model.servers)
        return [
            _wait(first, "mean wait of the urgent, s", True),
            _wait(second, "mean wait of the ordinary, s", False),
        ]


def _wait(exact: float, name: str = "mean wait, s", urgent: bool | None = None) -> Expected:
    return Expected(name, figures.wait_seconds, exact, exact, urgent=urgent, digits=2)


def _near(value: float, control: float) -> Expected:
    return Expected("mean wait, s", figures.wait_seconds, value, control, tolerance=6, digits=2)


def _share(name: str, value: figures.Value, exact: float) -> Expected:
    return Expected(name, value, exact, exact)


def standard(model: Model) -> list[Expected]:
    """The figures of a queue."""
    exact = model.exact(figures.WITHIN_SECONDS)
    left = [_share("P(abandon)", figures.abandoned, exact.abandoned_share)] if model.patience else []
    return [
        _share("P(wait)", figures.waited, exact.waited_share),
        _wait(exact.mean_wait_seconds),
        *left,
        _share(f"served in {figures.WITHIN_SECONDS} s", figures.within, exact.within_share),
    ]


def known() -> list[Case]:
    """All of them, in the order of ROUTING.md."""
    return [
        Case("Erlang C 10, .25, 45", Model(arrivals=10, service=0.25, agents=45), 1001),
        Case("Erlang C 2, .2, 12", Model(arrivals=2, service=0.2, agents=4, slots=3), 1002, "4 × 3 chats"),
        Case("Erlang C 1, .5, 3", Model(arrivals=1, service=0.5, agents=3), 1003),
        Case("Erlang A 48, 1, 50, .5", Model(arrivals=48, service=1, agents=50, patience=0.5), 1004),
        Case("Erlang A 10, .25, 40, .25", Model(arrivals=10, service=0.25, agents=40, patience=0.25), 1005),
        Case(
            "Erlang A 2, .2, 10, .5",
            Model(arrivals=2, service=0.2, agents=5, slots=2, patience=0.5),
            1006,
            "5 × 2 chats",
        ),
        Case("two priorities (3, 7), .25, 42", Model(arrivals=10, urgent=3, service=0.25, agents=42), 1007),
        Case("skills: one an agent", _skills(1), 1008),
        Case("skills: all", _skills(6), 1009),
        Case("skills: two an agent", _skills(2), 1010, "54 ± 6 s", expected_wait=54),
    ]


def _skills(each: int) -> Model:
    """Six kinds of chat, 14 Erlang each, 90 agents, ten minutes a chat."""
    return Model(arrivals=8.4, service=0.1, agents=90, kinds=6, skills=each)
