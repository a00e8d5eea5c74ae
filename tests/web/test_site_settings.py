"""What admins set of a site."""

from typing import Any

import pytest

from tests.web.running import RunningDesk


async def test_an_admin_changes_a_site_and_reads_all_of_it(desk: RunningDesk) -> None:
    """What is left out stays; names of skills are in lower case, as agents have them."""
    async with desk.signed_in("admin") as admin, desk.signed_in("supervisor") as supervisor:
        (before,) = (await admin.get("/api/sites")).json()["sites"]
        assert "secret" not in before
        assert (await supervisor.get("/api/sites")).json()["sites"] == [before]
        team = before["default_team_id"]
        topics = [
            {"key": "tax", "label": "Taxes", "team_id": team, "skills": {"Tax": 2}},
            {"key": "other", "label": "Anything else"},
        ]
        changed = await admin.patch("/api/sites/demo", json={"name": "Bikes", "topics": topics})
        assert changed.json() == {
            **before,
            "name": "Bikes",
            "topics": [
                {"key": "tax", "label": "Taxes", "team_id": team, "skills": {"tax": 2}},
                {"key": "other", "label": "Anything else", "team_id": None, "skills": {}},
            ],
        }
        origins = {"origins": ["https://B.example", "https://a.example"]}
        kept = (await admin.patch("/api/sites/demo", json=origins)).json()
        assert kept["origins"] == ["https://a.example", "https://b.example"]
        assert kept["topics"] == changed.json()["topics"]
        assert (await supervisor.patch("/api/sites/demo", json={"name": "x"})).status_code == 403
        assert (await admin.patch("/api/sites/none", json={"name": "x"})).status_code == 404
    async with desk.browser() as widget:
        shown = (await widget.get("/api/sites/demo")).json()
    assert [topic["label"] for topic in shown["topics"]] == ["Taxes", "Anything else"]
    assert "origins" not in shown


async def test_an_origin_may_be_an_ipv6_address(desk: RunningDesk) -> None:
    """A demo desk lists its own; an admin who adds another sends both."""
    origins = ["http://[::1]:8000", "https://shop.example"]
    async with desk.signed_in("admin") as admin:
        changed = await admin.patch("/api/sites/demo", json={"origins": origins})
    assert changed.json()["origins"] == origins


@pytest.mark.parametrize(
    "wish",
    [
        {"default_team_id": "none"},
        {"default_team_id": None},
        {"topics": [{"key": "a", "label": "A", "team_id": "none"}]},
        {"topics": [{"key": "a", "label": "A"}, {"key": "a", "label": "B"}]},
        {"topics": [{"key": "a", "label": "A", "skills": {"tax": 9}}]},
        {"topics": [{"key": "a b", "label": "A"}]},
        {"color": "red; }"},
        {"origins": ["https://a.example/path"]},
        {"origins": ["http://[::1]; script-src *"]},
        {"key": "other"},
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(desk: RunningDesk, wish: dict[str, Any]) -> None:
    """Teams that do not exist, a topic twice, what would break out of a style or a policy."""
    async with desk.signed_in("admin") as admin:
        before = (await admin.get("/api/sites")).json()
        assert (await admin.patch("/api/sites/demo", json=wish)).status_code == 422
        assert (await admin.get("/api/sites")).json() == before


async def test_the_secret_of_a_site_is_shown_to_admins_and_can_be_renewed(desk: RunningDesk) -> None:
    """It stands in no list."""
    async with desk.signed_in("admin") as admin, desk.signed_in("supervisor") as supervisor:
        first = (await admin.get("/api/sites/demo/secret")).json()["secret"]
        assert len(first) >= 32
        assert (await supervisor.get("/api/sites/demo/secret")).status_code == 403
        assert (await supervisor.post("/api/sites/demo/secret")).status_code == 403
        second = (await admin.post("/api/sites/demo/secret")).json()["secret"]
        assert second != first
        assert (await admin.get("/api/sites/demo/secret")).json()["secret"] == second
        assert first not in (await admin.get("/api/sites")).text
