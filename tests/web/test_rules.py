"""The desk's rules over HTTP."""

from typing import Any

import pytest

from tests.web.running import RunningDesk

RULE = {"name": "Pays", "priority": 3, "when": [{"field": "page.url", "op": "contains", "value": "/pay"}]}


async def test_admins_set_the_rules_and_supervisors_read_them(desk: RunningDesk) -> None:
    """All at once and in their order, for it decides."""
    other = {
        "name": "Gold",
        "priority": 2,
        "when": [{"field": "attribute:plan", "op": "exists", "value": ""}],
    }
    async with desk.signed_in("supervisor") as supervisor, desk.signed_in("admin") as admin:
        assert (await supervisor.put("/api/rules", json={"rules": [RULE]})).status_code == 403
        set_now = await admin.put("/api/rules", json={"rules": [RULE, other]})
        assert (set_now.status_code, set_now.json()) == (200, {"rules": [RULE, other]})
        assert (await supervisor.get("/api/rules")).json() == {"rules": [RULE, other]}
        assert (await admin.put("/api/rules", json={"rules": []})).json() == {"rules": []}
    async with desk.signed_in("agent") as agent, desk.browser() as anybody:
        assert (await agent.get("/api/rules")).status_code == 403
        assert (await anybody.get("/api/rules")).status_code == 401


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "customer.password", "op": "is", "value": "x"},
        {"field": "attribute:", "op": "exists"},
        {"field": "attribute:a.b", "op": "exists"},
        {"field": "topic", "op": "matches", "value": "x"},
        {"field": "topic", "op": "is", "value": "  "},
        {"field": "topic", "op": "is", "value": "a\0b"},
        {"field": "customer.vip", "op": "is", "value": "yes"},
        {"field": "customer.vip", "op": "contains", "value": "true"},
        {"field": "topic", "op": "is", "value": "x" * 301},
        {"field": "topic", "op": "is", "value": "x", "or": "y"},
    ],
)
async def test_a_condition_that_means_nothing_is_refused(
    desk: RunningDesk, condition: dict[str, Any]
) -> None:
    """And changes nothing."""
    async with desk.signed_in("admin") as admin:
        before = (await admin.get("/api/rules")).json()
        wish = {"rules": [{"name": "Odd", "priority": 1, "when": [condition]}]}
        answer = await admin.put("/api/rules", json=wish)
        assert (answer.status_code, answer.json()["code"]) in ((422, "invalid"), (422, "too_large"))
        assert (await admin.get("/api/rules")).json() == before


async def test_rules_are_bounded_in_number_and_size(desk: RunningDesk) -> None:
    """A hundred of ten conditions; each arrival looks at all of them."""
    when = RULE["when"]
    async with desk.signed_in("admin") as admin:
        for rules in (
            [RULE] * 101,
            [{**RULE, "when": when * 11}],  # type: ignore[operator]
            [{**RULE, "priority": 4}],
            [{**RULE, "name": ""}],
        ):
            assert (await admin.put("/api/rules", json={"rules": rules})).status_code == 422
        assert (await admin.put("/api/rules", json={"rules": [RULE] * 100})).status_code == 200
