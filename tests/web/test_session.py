"""Signing in and out."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.protocol.codes import CloseCode
from chat.protocol.events import Closing
from store import staff, staff_sessions
from tests.clients import Lost
from tests.web.running import RunningDesk, built, running
from web.security import cookies
from web.security.sessions import token_hash
from web.settings import Settings


async def test_signing_in_answers_who_one_is(desk: RunningDesk) -> None:
    """And so does asking later."""
    login = desk.login("agent")
    async with desk.signed_in("agent") as browser:
        me = (await browser.get("/api/session")).json()
    assert (me["name"], me["role"], me["availability"]) == (login.name, "agent", "offline")
    assert "password" not in str(me)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: RunningDesk) -> None:
    """HttpOnly, SameSite, of limited life; Secure where people come by HTTPS."""
    login = desk.login("agent")
    credentials = {"email": login.email.upper(), "password": login.password}
    async with desk.browser() as browser:
        header = (await browser.post("/api/session", json=credentials)).headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=lax" in header
    assert "max-age=1209600" in header
    assert "secure" not in header


async def test_the_cookie_is_secure_where_people_come_by_https(
    desk_settings: Settings, tmp_path: Path
) -> None:
    """By the public address, whatever the proxy speaks to us."""
    settings = desk_settings.changed(demo=False, public_url="https://chat.example.com")
    async with running(settings, built(tmp_path / "static")) as desk:
        edge = desk.edge
        hashed = await edge.passwords.hash("a good password")

        async def work(tx: AsyncConnection) -> None:
            await staff.add(tx, "a@b.example", "Ann", hashed, "agent", [], edge.desk.context.clock.now())

        await edge.database.transact(work)
        credentials = {"email": "a@b.example", "password": "a good password"}
        async with desk.browser(origin="https://chat.example.com") as browser:
            answer = await browser.post("/api/session", json=credentials)
    assert answer.status_code == 201
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_the_database_does_not_hold_the_token(desk: RunningDesk) -> None:
    """Whoever reads a backup cannot sign in with it."""
    async with desk.signed_in("agent") as browser:
        token = browser.cookies[cookies.STAFF]
    async with desk.edge.database.read() as tx:
        at = desk.edge.desk.context.clock.now()
        assert await staff_sessions.find(tx, token, at) is None
        assert await staff_sessions.find(tx, token_hash(token), at) is not None


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_sign_in_does_not_tell_what_was_wrong(desk: RunningDesk, known: bool) -> None:
    """The same words for a wrong password as for an unknown email."""
    email = desk.login("agent").email if known else "nobody@frontdesk.example"
    async with desk.browser() as browser:
        answer = await browser.post("/api/session", json={"email": email, "password": "wrong wrong wrong"})
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "unauthenticated",
        "message": "That email and password do not belong together.",
    }
    assert "set-cookie" not in answer.headers


async def test_guessing_passwords_is_stopped(desk: RunningDesk) -> None:
    """Also when all guesses come at once; then the right one is refused as well."""
    login = desk.login("admin")
    async with desk.browser() as browser:
        guesses = [{"email": login.email, "password": f"guess {n}"} for n in range(20)]
        answers = await asyncio.gather(*(browser.post("/api/session", json=guess) for guess in guesses))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [401] * 10 + [429] * 10
        right = {"email": login.email, "password": login.password}
        late = await browser.post("/api/session", json=right)
    assert late.status_code == 429
    assert late.json()["code"] == "rate"
    assert int(late.headers["retry-after"]) >= 1


async def test_an_office_signs_in_from_one_address(desk: RunningDesk) -> None:
    """Right ones do not count: more than the limit, one after the other."""
    for _ in range(12):
        async with desk.signed_in("agent"):
            pass


async def test_signing_out_ends_the_session(desk: RunningDesk) -> None:
    """The cookie is taken back, and a copy of it opens nothing any more."""
    async with desk.signed_in("agent") as browser:
        stolen = browser.cookies[cookies.STAFF]
        answer = await browser.delete("/api/session")
        assert answer.status_code == 204
        assert 'frontdesk_session=""' in answer.headers["set-cookie"]
    async with desk.browser(cookie=f"{cookies.STAFF}={stolen}") as thief:
        assert (await thief.get("/api/session")).status_code == 401


async def test_signing_out_twice_is_no_error(desk: RunningDesk) -> None:
    """Nobody is left with a page that cannot be left."""
    async with desk.browser() as browser:
        assert (await browser.delete("/api/session")).status_code == 204


async def test_signing_out_closes_the_sessions_sockets(desk: RunningDesk) -> None:
    """And no other session's, which shows by its answering after."""
    async with desk.signed_in("agent") as one, desk.signed_in("agent") as other:
        first = await desk.socket("/ws/staff", f"{cookies.STAFF}={one.cookies[cookies.STAFF]}")
        second = await desk.socket("/ws/staff", f"{cookies.STAFF}={other.cookies[cookies.STAFF]}")
        await first.sign_on()
        await second.sign_on()
        await one.delete("/api/session")
        assert (await first.expect(Closing)).reason == "signed_out"
        lost = await asyncio.wait_for(asyncio.shield(first.lost), 5)
        assert lost.code == CloseCode.UNAUTHENTICATED
        assert not second.lost.done()
        await second.close()


@pytest.mark.parametrize(
    "cookie", ["", "frontdesk_session=", "frontdesk_session=junk", "frontdesk_session=" + "x" * 3000]
)
async def test_a_socket_without_a_session_is_told_to_sign_in(desk: RunningDesk, cookie: str) -> None:
    """By a close code, since a browser cannot tell a refused handshake from a lost network."""
    listener = await desk.socket("/ws/staff", cookie)
    lost = await asyncio.wait_for(asyncio.shield(listener.lost), 5)
    assert isinstance(lost, Lost)
    assert lost.code == CloseCode.UNAUTHENTICATED


async def test_a_disabled_account_is_out_at_once(desk: RunningDesk) -> None:
    """Its session, its sockets, and its next sign-in."""
    login = desk.login("agent")
    async with desk.signed_in("admin") as admin, desk.signed_in("agent") as agent:
        listener = await desk.socket("/ws/staff", f"{cookies.STAFF}={agent.cookies[cookies.STAFF]}")
        me = (await listener.sign_on()).me
        assert (await admin.delete(f"/api/staff/{me.id}")).status_code == 204
        lost = await asyncio.wait_for(asyncio.shield(listener.lost), 5)
        assert lost.code == CloseCode.UNAUTHENTICATED
        assert (await agent.get("/api/session")).status_code == 401
        again = await agent.post("/api/session", json={"email": login.email, "password": login.password})
        assert again.status_code == 401


async def test_demo_staff_are_nobody_on_a_desk_that_is_no_demo(
    desk_settings: Settings, tmp_path: Path
) -> None:
    """Neither by password nor by a session from before."""
    static = built(tmp_path / "static")
    async with running(desk_settings, static) as desk:
        login = desk.login("admin")
        async with desk.signed_in("admin") as browser:
            token = browser.cookies[cookies.STAFF]
    no_demo = running(desk_settings.changed(demo=False), static)
    async with no_demo as desk, desk.browser(cookie=f"{cookies.STAFF}={token}") as browser:
        assert (await browser.get("/api/session")).status_code == 401
        credentials = {"email": login.email, "password": login.password}
        assert (await browser.post("/api/session", json=credentials)).status_code == 401
