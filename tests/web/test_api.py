"""The HTTP API: what it takes, what it refuses, and who sees what."""

import json
from collections.abc import AsyncIterator
from typing import Final

import httpx2
import pytest
from starlette.routing import Route

from chat.protocol.codes import Code
from tests.web.running import RunningDesk
from web import routes

OPEN = {"/api/sites/{key}"}


def reading() -> list[str]:
    """Every address of the API that answers GET and is not for everybody."""
    found = [route for route in routes.api() if isinstance(route, Route) and "GET" in (route.methods or ())]
    return [route.path.replace("{id}", "x") for route in found if route.path not in OPEN]


async def test_whoever_is_signed_out_reads_nothing(desk: RunningDesk) -> None:
    """Every address of the API but what a widget may know of its site."""
    assert len(reading()) >= 6
    async with desk.browser() as browser:
        for path in reading():
            answer = await browser.get(path)
            assert answer.status_code == 401, path
            assert answer.json()["code"] == "unauthenticated", path


async def test_a_body_too_large_is_refused_by_its_header(desk: RunningDesk) -> None:
    """Before it is read."""
    async with desk.browser() as browser:
        answer = await browser.post("/api/session", content=b" " * 70_000)
    assert answer.status_code == 413


async def test_a_body_too_large_is_refused_without_a_header(desk: RunningDesk) -> None:
    """A chunked one is counted as it comes."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    headers = {"content-type": "application/json"}
    async with desk.browser() as browser:
        answer = await browser.post("/api/session", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


BAD_INPUT: Final = [
    (b"{}", "text/plain", 400, "bad_frame"),
    (b"email=a", "application/x-www-form-urlencoded", 400, "bad_frame"),
    (b"{", "application/json", 400, "bad_frame"),
    (b"\xff", "application/json", 400, "bad_frame"),
    (b"[" * 5000, "application/json", 422, "invalid"),
    (b"{}", "application/json", 422, "invalid"),
    (b"[]", "application/json", 422, "invalid"),
    (b'{"email": 1, "password": "x"}', "application/json", 422, "invalid"),
    (b'{"email": "a", "password": "x", "role": "admin"}', "application/json", 422, "invalid"),
    (json.dumps({"email": "a" * 300, "password": "x"}).encode(), "application/json", 422, "invalid"),
    (b'{"email": "\\ud800", "password": "x"}', "application/json", 400, "bad_frame"),
]


async def test_bad_input_has_one_shape_of_answer(desk: RunningDesk) -> None:
    """A code from the one table, and words for a person."""
    async with desk.browser() as browser:
        for content, media_type, status, code in BAD_INPUT:
            headers = {"content-type": media_type}
            answer = await browser.post("/api/session", content=content, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code), content[:80]
            assert answer.json()["message"]
            assert Code(answer.json()["code"])


BAD_QUERIES: Final = ["view=all_of_them", "limit=0", "limit=101", "before=x", "status=lost", "q=" + "x" * 201]


async def test_a_bad_query_is_refused(desk: RunningDesk) -> None:
    """Bounds are the same for addresses as for bodies."""
    async with desk.signed_in("agent") as browser:
        for query in BAD_QUERIES:
            answer = await browser.get(f"/api/conversations?{query}")
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), query


async def test_any_string_may_be_searched_for(desk: RunningDesk) -> None:
    """It has no meaning of its own, and finds nothing where nothing is."""
    async with desk.signed_in("supervisor") as browser:
        for query in ["' OR 1=1 --", "%", '"*', "NEAR(", "\0", "‮x", "日本語"]:
            answer = await browser.get("/api/conversations", params={"q": query})
            assert (answer.status_code, answer.json()) == (200, {"items": [], "more": False}), query


async def test_an_unknown_address_answers_in_the_same_shape(desk: RunningDesk) -> None:
    """Also a known one asked in another way."""
    async with desk.browser() as browser:
        missing = await browser.get("/api/nothing")
        wrong = await browser.put("/api/session", json={})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "invalid")


async def test_a_widget_learns_of_its_site(desk: RunningDesk) -> None:
    """Nothing else than the protocol's view, and never the secret."""
    async with desk.browser() as browser:
        site = (await browser.get("/api/sites/demo")).json()
        unknown = await browser.get("/api/sites/other")
    assert set(site) == {"key", "name", "color", "topics", "attended", "notice", "opens_at"}
    assert site["attended"] is False
    assert unknown.status_code == 404


async def test_a_site_is_read_by_its_own_pages_only(desk: RunningDesk) -> None:
    """By the rules of cross-origin requests; the demo site lists the port that was set."""
    ours = f"http://localhost:{desk.settings.port}"
    async with desk.browser() as browser:
        listed = await browser.get("/api/sites/demo", headers={"origin": ours})
        foreign = await browser.get("/api/sites/demo", headers={"origin": "https://evil.example"})
    assert listed.headers["access-control-allow-origin"] == ours
    assert "access-control-allow-origin" not in foreign.headers
    assert "origin" in foreign.headers["vary"].lower()


async def test_making_visitors_is_limited_by_address(desk: RunningDesk) -> None:
    """Each is a row."""
    desk.edge.new_visitors.limit = 3
    async with desk.browser() as browser:
        answers = [await browser.post("/api/visitors", json={"site": "demo"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]


async def test_agents_see_their_teams_conversations_and_supervisors_all(desk: RunningDesk) -> None:
    """In lists, in search and by id; what one may not see is not there."""
    customer, conversation_id = await desk.customer("The zebra on my frame is scratched", leave=True)
    async with desk.signed_in("agent", 1) as support, desk.signed_in("agent", 2) as sales:
        mine = (await support.get("/api/conversations", params={"q": "zebra"})).json()
        theirs = (await sales.get("/api/conversations", params={"q": "zebra"})).json()
        assert [one["conversation_id"] for one in mine["items"]] == [conversation_id]
        assert theirs == {"items": [], "more": False}
        assert (await support.get(f"/api/conversations/{conversation_id}")).status_code == 200
        hidden = await sales.get(f"/api/conversations/{conversation_id}")
        nothing = await sales.get("/api/conversations/nothing")
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.json() == nothing.json()
    async with desk.signed_in("supervisor") as supervisor:
        details = (await supervisor.get(f"/api/conversations/{conversation_id}")).json()
    assert details["summary"]["conversation_id"] == conversation_id
    assert details["earlier"] == details["assignments"] == []
    await customer.close()


async def test_a_list_is_read_page_by_page(desk: RunningDesk) -> None:
    """By the number of the last ticket; `more` says whether there is one."""
    clients = [await desk.customer(f"Message {n}", leave=True) for n in range(3)]
    async with desk.signed_in("supervisor") as browser:
        first = (await browser.get("/api/conversations", params={"limit": "2"})).json()
        before = str(first["items"][-1]["number"])
        rest = (await browser.get("/api/conversations", params={"limit": "2", "before": before})).json()
    numbers = [one["number"] for one in first["items"] + rest["items"]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert (len(numbers), first["more"], rest["more"]) == (3, True, False)
    for client, _ in clients:
        await client.close()


async def team_id(browser: httpx2.AsyncClient, name: str) -> str:
    teams = (await browser.get("/api/colleagues")).json()["teams"]
    found: str = next(team["id"] for team in teams if team["name"] == name)
    return found


async def test_colleagues_are_people_and_teams(desk: RunningDesk) -> None:
    """Everybody who can be given a chat, without mail addresses."""
    async with desk.signed_in("agent") as browser:
        answer = (await browser.get("/api/colleagues")).json()
    assert [team["name"] for team in answer["teams"]] == ["Sales", "Support"]
    assert [one["name"] for one in answer["staff"]] == sorted(one["name"] for one in answer["staff"])
    assert len(answer["staff"]) == 5
    assert "@" not in json.dumps(answer)


async def test_supervisors_set_thresholds_and_admins_the_rest(desk: RunningDesk) -> None:
    """Agents neither; null turns an alert off again."""
    async with (
        desk.signed_in("agent") as agent,
        desk.signed_in("supervisor") as supervisor,
        desk.signed_in("admin") as admin,
    ):
        path = f"/api/teams/{await team_id(agent, 'Support')}"
        assert (await agent.patch(path, json={"alert_depth": 3})).status_code == 403
        changed = await supervisor.patch(path, json={"alert_depth": 3, "wait_target_seconds": 30})
        assert (changed.json()["alert_depth"], changed.json()["wait_target_seconds"]) == (3, 30)
        assert (await supervisor.patch(path, json={"alert_depth": None})).json()["alert_depth"] is None
        assert (await supervisor.patch(path, json={"assignment": "offered"})).status_code == 403
        assert (await admin.patch(path, json={"assignment": "offered"})).json()["assignment"] == "offered"
        assert (await admin.patch(path, json={"id": "x"})).status_code == 422
        assert (await admin.patch(path, json={"alert_depth": 0})).status_code == 422
        assert (await admin.patch("/api/teams/nothing", json={})).status_code == 404
        assert (await agent.get(path)).status_code == 403


async def test_an_admin_sets_how_a_queue_is_handed_out_and_when_it_is_open(desk: RunningDesk) -> None:
    """What cannot be is refused; a supervisor may pause."""
    hours = {"mon": [["09:00", "17:30"]]}
    async with desk.signed_in("supervisor") as supervisor, desk.signed_in("admin") as admin:
        team = (await admin.post("/api/teams", json={"name": "Law", "strategy": "most_skilled"})).json()
        path = f"/api/teams/{team['id']}"
        assert (await supervisor.patch(path, json={"paused": True})).json()["paused"] is True
        assert (await supervisor.patch(path, json={"queue_max": 5})).status_code == 403
        wish = {"hours": hours, "time_zone": "Europe/Zurich", "queue_max": 5, "overflow_team_id": team["id"]}
        changed = (await admin.patch(path, json=wish)).json()
        assert {name: changed[name] for name in wish} == wish
        refused: list[dict[str, object]] = [
            {"time_zone": "Mars/North"},
            {"hours": {"mon": [["9", "17"]]}},
            {"hours": {"someday": []}},
            {"holidays": ["Christmas"]},
        ]
        for wrong in refused:
            assert (await admin.patch(path, json=wrong)).status_code == 422, wrong
        assert (await admin.patch(path, json={"fallback_team_id": "nothing"})).status_code == 404


async def test_only_admins_make_accounts(desk: RunningDesk) -> None:
    """Who is made can sign in; the same email again cannot be made."""
    account = {"email": "New@frontdesk.example", "name": "New", "password": "a long password"}
    async with desk.signed_in("supervisor") as supervisor, desk.signed_in("admin") as admin:
        assert (await supervisor.post("/api/staff", json=account)).status_code == 403
        made = await admin.post("/api/staff", json=account)
        assert (made.status_code, made.json()["role"]) == (201, "agent")
        assert (await admin.post("/api/staff", json=account)).status_code == 422
        assert (await admin.post("/api/staff", json=account | {"email": "no address"})).status_code == 422
        assert (await admin.post("/api/staff", json=account | {"teams": ["x"]})).status_code == 422
    async with desk.browser() as browser:
        credentials = {"email": "new@frontdesk.example", "password": "a long password"}
        assert (await browser.post("/api/session", json=credentials)).status_code == 201


async def test_an_admin_cannot_lock_themselves_out(desk: RunningDesk) -> None:
    """Somebody has to be left."""
    async with desk.signed_in("admin") as admin:
        me = (await admin.get("/api/session")).json()["id"]
        assert (await admin.delete(f"/api/staff/{me}")).status_code == 403
        assert (await admin.delete("/api/staff/nothing")).status_code == 404


async def test_a_visitors_token_opens_only_their_own(desk: RunningDesk) -> None:
    """Another visitor who knows the id gets nothing."""
    customer, conversation_id = await desk.customer("Mine", leave=True)
    other = await desk.socket("/ws/visitor")
    welcomed = await other.visit("demo", await desk.visitor())
    assert welcomed.ticket is None
    with pytest.raises(Exception, match="not_found"):
        await other.say(conversation_id, "Let me in")
    await customer.close()
    await other.close()


async def test_an_admin_sets_up_a_team_and_a_site(desk: RunningDesk) -> None:
    """From nothing to a widget that works on the site's own pages, and on no others."""
    async with desk.signed_in("supervisor") as supervisor, desk.signed_in("admin") as admin:
        assert (await supervisor.post("/api/teams", json={"name": "Night"})).status_code == 403
        team = (await admin.post("/api/teams", json={"name": "Night", "wrap_up_seconds": 30})).json()
        assert (team["wrap_up_seconds"], team["assignment"]) == (30, "automatic")
        site = {
            "key": "night",
            "name": "Night shop",
            "origins": ["https://night.example"],
            "default_team_id": team["id"],
        }
        assert (await supervisor.post("/api/sites", json=site)).status_code == 403
        assert (await admin.post("/api/sites", json=site)).status_code == 201
        assert (await admin.post("/api/sites", json=site)).status_code == 422
        listed = (await admin.get("/api/sites")).json()["sites"]
        assert [one["key"] for one in listed] == ["demo", "night"]
        panel = await admin.get("/panel?site=night", headers={"accept": "text/html"})
    assert "frame-ancestors 'self' https://night.example" in panel.headers["content-security-policy"]


async def test_a_sites_origin_is_nothing_but_one(desk: RunningDesk) -> None:
    """It goes into a policy, where a semicolon would begin another rule."""
    async with desk.signed_in("admin") as admin:
        team = await team_id(admin, "Support")
        for origin in [
            "*",
            "https://a.example; script-src *",
            "https://a.example/path",
            "javascript:x",
            "null",
        ]:
            site = {"key": "other", "name": "Other", "origins": [origin], "default_team_id": team}
            assert (await admin.post("/api/sites", json=site)).status_code == 422, origin


async def test_backups_are_shown_to_admins_and_their_outlook_to_supervisors(desk: RunningDesk) -> None:
    """Nobody else learns where they lie."""
    for role, list_status, outlook_status in (
        ("agent", 403, 403),
        ("supervisor", 403, 200),
        ("admin", 200, 200),
    ):
        async with desk.signed_in(role) as browser:
            listed = await browser.get("/api/backups")
            outlook = await browser.get("/api/backups/outlook")
        assert (listed.status_code, outlook.status_code) == (list_status, outlook_status), role
    assert listed.json()["backups"] == []
    assert outlook.json()["state"] == "due"
