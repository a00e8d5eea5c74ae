"""The rules of routing under any sequence of events, and that breaking a script is noticed."""

from hashlib import sha1

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from routing import scripts
from routing.scripts import Script
from tests.routing.machine import RoutingMachine

MACHINE = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

FAULTS = {
    "the offer does not count in the load": (
        "agents.use(agent, conv, kind)",
        "if kind == 'claim' then agents.use(agent, conv, kind) end",
    ),
    "an end does not match": (
        "function matching.agent(id)\n  touched_agents[id] = true",
        "function matching.agent(id)",
    ),
    "last come, first served": ("each.score < best.score", "each.score > best.score"),
    "the decliner is asked again at once": (
        "local skipped, chosen, second = set_of(conv.skip)",
        "local skipped, chosen, second = {}",
    ),
    "room is not asked": (
        "return agents.load(agent, nil, conversation) + weight <= agent.capacity",
        "return true",
    ),
    "a transfer leaves the old holder's capacity bound": (
        "if conv.staff ~= '' then\n    agents.free(conv.staff, conv.id)",
        "if false then\n    agents.free(conv.staff, conv.id)",
    ),
    "an expired offer stays with the agent": (
        "function proposals.drop(proposal)\n  proposals.forget(proposal)\n  agents.free",
        "function proposals.drop(proposal)\n  proposals.forget(proposal)\n  local _ = ",
    ),
    "a requeue comes as new": (
        "visit.priority, visit.first_at_ms, visit.episode",
        "visit.priority, now, visit.episode",
    ),
    "two takes both win": ("if conv.state == 'claimed' then\n  return", "if false then\n  return"),
}


@pytest.mark.timeout(240)
def test_the_rules_hold_under_any_sequence_of_events(redis_url: str) -> None:
    """Invariants 5, 6, 8, 9, 10, 11 and 12 of the faults page, after every step."""

    class Machine(RoutingMachine):
        url = redis_url

    run_state_machine_as_test(Machine, settings=MACHINE)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_script_is_caught(fault: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine sees each of these faults, so that its silence means something."""
    right, wrong = (text.encode() for text in FAULTS[fault])
    whole = scripts.read()
    assert any(right in script.source for script in whole.values())
    monkeypatch.setattr(
        scripts, "read", lambda: {name: broken(each, right, wrong) for name, each in whole.items()}
    )

    class Machine(RoutingMachine):
        url = redis_url

    with pytest.raises(BaseException):  # noqa: B017, PT011 — an assertion of the machine, or a script that breaks
        run_state_machine_as_test(
            Machine, settings=settings(MACHINE, phases=[Phase.generate], max_examples=200)
        )


def broken(script: Script, right: bytes, wrong: bytes) -> Script:
    """The script with a fault put in."""
    source = script.source.replace(right, wrong)
    return Script(source, sha1(source, usedforsecurity=False).hexdigest())
