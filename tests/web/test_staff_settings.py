"""What is set of staff over HTTP, and by whom."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.protocol.codes import CloseCode
from store import staff
from tests.chat import people
from tests.web.running import RunningDesk


async def of(browser: httpx2.AsyncClient, name: str) -> dict[str, Any]:
    """All that is set of somebody."""
    listed = (await browser.get("/api/staff")).json()["staff"]
    found: dict[str, Any] = next(one for one in listed if one["name"].startswith(name))
    return found


async def test_supervisors_read_what_is_set_of_everybody_and_agents_do_not(desk: RunningDesk) -> None:
    """Addresses and skills are for who plans with them."""
    async with desk.signed_in("supervisor") as supervisor, desk.signed_in("agent") as agent:
        assert (await agent.get("/api/staff")).status_code == 403
        ben = await of(supervisor, "Ben")
    assert (ben["role"], ben["capacity"], ben["disabled"]) == ("agent", 300, False)
    assert len(ben["team_ids"]) == 1
    assert "password_hash" not in ben


async def test_a_supervisor_sets_what_an_agent_can_do_and_how_much(desk: RunningDesk) -> None:
    """Names of skills and languages meet in lower case; what is left out stays."""
    async with desk.signed_in("supervisor") as supervisor:
        before = await of(supervisor, "Ben")
        path = f"/api/staff/{before['id']}"
        wish = {"skills": {"Tax": 3}, "languages": ["FR", "de", "fr"], "capacity": 500}
        changed = await supervisor.patch(path, json=wish)
        assert changed.json() == {
            **before,
            "skills": {"tax": 3},
            "languages": ["fr", "de"],
            "capacity": 500,
        }
        assert (await supervisor.patch(path, json={"team_ids": []})).json()["skills"] == {"tax": 3}
        assert (await of(supervisor, "Ben"))["team_ids"] == []


@pytest.mark.parametrize(
    "wish",
    [
        {"skills": {"tax": 6}},
        {"skills": {"tax": 0}},
        {"skills": {"": 1}},
        {"skills": {f"s{n}": 1 for n in range(101)}},
        {"languages": ["f"]},
        {"languages": ["fr-CH"]},
        {"capacity": 10},
        {"team_ids": ["none"]},
        {"email": "x@example.com"},
    ],
)
async def test_what_cannot_be_is_refused(desk: RunningDesk, wish: dict[str, Any]) -> None:
    """Levels from 1 to 5, primary subtags, teams that exist; a mail address is who one is."""
    async with desk.signed_in("admin") as admin:
        ben = await of(admin, "Ben")
        answer = await admin.patch(f"/api/staff/{ben['id']}", json=wish)
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid"
        assert await of(admin, "Ben") == ben


async def test_names_roles_and_supervisors_are_for_admins(desk: RunningDesk) -> None:
    """A supervisor changes agents only, and agents nobody."""
    async with desk.signed_in("agent") as agent, desk.signed_in("supervisor") as supervisor:
        ben, sam = await of(supervisor, "Ben"), await of(supervisor, "Sam")
        assert (await agent.patch(f"/api/staff/{ben['id']}", json={"capacity": 100})).status_code == 403
        for who, wish in (
            (ben, {"name": "Benny"}),
            (ben, {"role": "supervisor"}),
            (sam, {"capacity": 500}),
            (sam, {"role": "admin"}),
        ):
            assert (await supervisor.patch(f"/api/staff/{who['id']}", json=wish)).status_code == 403
        assert (await supervisor.patch("/api/staff/none", json={"capacity": 500})).status_code == 404
    async with desk.signed_in("admin") as admin:
        changed = await admin.patch(f"/api/staff/{sam['id']}", json={"name": "Sam R", "capacity": 200})
        assert (changed.json()["name"], changed.json()["capacity"]) == ("Sam R", 200)


async def test_nobody_changes_their_own_role(desk: RunningDesk) -> None:
    """Neither up nor down; their own name they may."""
    async with desk.signed_in("admin") as admin:
        dana = await of(admin, "Dana")
        path = f"/api/staff/{dana['id']}"
        assert (await admin.patch(path, json={"role": "agent"})).status_code == 403
        assert (await admin.patch(path, json={"role": "admin", "name": "Dana K"})).status_code == 200


async def test_two_admins_who_demote_each_other_at_once_leave_one(desk: RunningDesk) -> None:
    """The second finds that the first is the last."""
    async with desk.signed_in("supervisor") as second, desk.signed_in("admin") as first:
        sam, dana = await of(first, "Sam"), await of(first, "Dana")
        assert (await first.patch(f"/api/staff/{sam['id']}", json={"role": "admin"})).status_code == 200
        answers = await asyncio.gather(
            first.patch(f"/api/staff/{sam['id']}", json={"role": "agent"}),
            second.patch(f"/api/staff/{dana['id']}", json={"role": "agent"}),
        )
    assert sorted(answer.status_code for answer in answers) == [200, 403]

    async def admins(tx: AsyncConnection) -> list[str]:
        return await staff.lock_admins(tx)

    assert len(await desk.edge.database.transact(admins)) == 1


async def test_who_is_given_other_teams_comes_again_and_sees_these(desk: RunningDesk) -> None:
    """An open console would go on to show the old team's conversations."""
    async with desk.signed_in("supervisor") as supervisor, people.staff(desk, "agent", 1) as ben:
        wanted = (await of(supervisor, "Chloe"))["team_ids"]
        path = f"/api/staff/{(await of(supervisor, 'Ben'))['id']}"
        assert (await supervisor.patch(path, json={"team_ids": wanted})).status_code == 200
        assert (await ben.lost).code == CloseCode.RESTART
    async with desk.signed_in("agent", 1) as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        again = await desk.socket("/ws/staff", cookie=cookie)
        assert [team.id for team in (await again.sign_on()).teams] == wanted
        await again.close()
