"""The rules of routing under any sequence of events, and that breaking a script is noticed."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from routing import scripts
from tests.routing.desk import spoiled
from tests.routing.machine import RoutingMachine

MACHINE = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    # To see the shortest failing run, add Phase.shrink; it takes minutes.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

FAULTS = {
    "an offer does not count in the load": (
        "why.load = agents.load(agent)\n  agents.use(agent, conv, kind)",
        "why.load = agents.load(agent)\n  if kind == 'claim' then agents.use(agent, conv, kind) end",
    ),
    "an end does not match": (
        "function matching.agent(id)\n  this.touched_agents[id] = true",
        "function matching.agent(id)",
    ),
    "last come, first served": ("each.score < best.score", "each.score > best.score"),
    "the decliner is asked again at once": (
        "skipped, chosen, second, fit, count = set_of(conv.skip)",
        "skipped, chosen, second, fit, count = {}",
    ),
    "room is not asked": (
        "return agents.load(agent, nil, conversation) + weight <= agent.capacity",
        "return true",
    ),
    "a transfer leaves the old holder's capacity bound": (
        "if conv.staff ~= '' then\n    agents.free(conv.staff, conv.id)",
        "if false then\n    agents.free(conv.staff, conv.id)",
    ),
    "an ended offer keeps the agent's capacity": (
        "proposals.forget(proposal)\n  agents.free(proposal.staff_id, proposal.conversation_id)",
        "proposals.forget(proposal)",
    ),
    "a requeue comes as new": (
        "visit.priority, visit.first_at_ms, visit.episode",
        "visit.priority, now, visit.episode",
    ),
    "two takes both win": ("if conv.state == 'claimed' then\n  return", "if false then\n  return"),
    "a lowered rank of priority": ("(1023 - priority) * FIRSTS", "priority * FIRSTS"),
    "language and skills are not asked": (
        "if needs.none(want) then\n    return anybody",
        "if true then\n    return anybody",
    ),
    "a level too low is enough": ("least = skill[2] })", "least = 1 })"),
    "nobody relaxes": (
        "function fire.relax(team)\n  queue.relax(team)",
        "function fire.relax(team)",
    ),
    "who asks for a language nobody speaks waits": (
        "return language ~= '' and call('SCARD'",
        "return false and call('SCARD'",
    ),
    "the last speaker leaves unnoticed": (
        "this.unspoken[team .. ':' .. language] = { team, language }",
        "",
    ),
    "a paused queue goes on": ("teams.get(team).paused and {}", "false and {}"),
    "teams share a line": ("'line', team .. ':' .. signature", "'line', signature"),
    "nobody overflows": ("  overflowed[#overflowed + 1] = queue.overflow(team)\n", ""),
    "an overflow is told once": (
        "now + timing.again - after, id)",
        "now + 1000 * timing.again, id)",
    ),
    "a full queue lets in": ("'rank', conv.team)) <= most", "'rank', conv.team)) <= most + 9"),
    "the last agent is as any other": ("if conv.wanted ~= '' and not", "if false and not"),
    "another priority keeps the old place": (
        "call('ZADD', key('rank', conv.team), rank(conv), conv.id)\n  end\n  if not same",
        "end\n  if not same",
    ),
    "another weight does not end an offer": (
        "if was == 'offered' and conv.weight ~= visit.weight then",
        "if false then",
    ),
    "who is gone for good takes the chats along": (
        "agent.removed = true\n  losses.lose(agent)",
        "agent.removed = true",
    ),
    "nobody is found lost": (
        "due.at('lost', id, at)\n  else\n    losses.lose(agent)",
        "due.at('lost', id, at)",
    ),
    "who is passed over is forgotten when back": (
        "if parked[at] == 1 then",
        "if parked[at] == 2 then",
    ),
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
    right, wrong = FAULTS[fault]
    broken = spoiled(scripts.read(), right, wrong)
    monkeypatch.setattr(scripts, "read", lambda: broken)

    class Machine(RoutingMachine):
        url = redis_url

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=settings(MACHINE, max_examples=200))
