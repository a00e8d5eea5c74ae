"""The status page's link: the one secret in an address."""

import asyncio

import pytest
import structlog

from chat.protocol.codes import CloseCode
from tests.clients import Refused
from tests.web.running import RunningDesk
from web.access_log import redacted
from web.security import cookies

HTML = {"accept": "text/html"}


async def test_the_link_is_exchanged_for_a_cookie(desk: RunningDesk) -> None:
    """For the status page and its socket alone; the address is clean after that."""
    customer, conversation_id = await desk.customer("Where is my bike?", leave=True)
    async with desk.browser() as browser:
        answer = await browser.get(desk.edge.tokens.status_path(conversation_id), headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, "/status")
        assert answer.headers["referrer-policy"] == "no-referrer"
        set_cookies = answer.headers.get_list("set-cookie")
        assert sorted(cookie.split("Path=")[1].split(";")[0] for cookie in set_cookies) == [
            "/status",
            "/ws/status",
        ]
        assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in set_cookies)
        page = await browser.get("/status", headers=HTML)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    await customer.close()


async def test_the_cookie_opens_that_conversation_to_be_read_alone(desk: RunningDesk) -> None:
    """By the socket of status pages, and nothing can be written there."""
    customer, conversation_id = await desk.customer("Where is my bike?", leave=True)
    session = desk.edge.tokens.status_session(conversation_id)
    page = await desk.socket("/ws/status", f"{cookies.STATUS}={session}")
    assert (await page.watch()).ticket.conversation_id == conversation_id
    with pytest.raises(Refused) as refusal:
        await page.say(conversation_id, "I am the customer")
    assert refusal.value.code == "unknown_command"
    await page.close()
    await customer.close()


@pytest.mark.parametrize("cookie", ["", "frontdesk_status=junk"])
async def test_without_the_cookie_the_socket_is_closed(desk: RunningDesk, cookie: str) -> None:
    """With the code that says: do not come again."""
    page = await desk.socket("/ws/status", cookie)
    lost = await asyncio.wait_for(asyncio.shield(page.lost), 5)
    assert lost.code == CloseCode.UNAUTHENTICATED


async def test_a_wrong_link_opens_nothing(desk: RunningDesk) -> None:
    """And says so on a page, without a cookie."""
    async with desk.browser() as browser:
        for secret in ("x", "a.b", "%00", "%F0%9F%92%A9", "x" * 2000):
            answer = await browser.get(f"/status/{secret}", headers=HTML)
            assert answer.status_code == 404
            assert "opens nothing" in answer.text
            assert "set-cookie" not in answer.headers


async def test_a_true_link_to_nothing_opens_nothing(desk: RunningDesk) -> None:
    """Signed, but of a conversation that is not there."""
    async with desk.browser() as browser:
        answer = await browser.get(desk.edge.tokens.status_path("nothing"), headers=HTML)
    assert answer.status_code == 404


async def test_the_status_page_alone_asks_for_the_link(desk: RunningDesk) -> None:
    """Whoever has no cookie is told where to find it."""
    async with desk.browser() as browser:
        answer = await browser.get("/status", headers=HTML)
    assert answer.status_code == 403
    assert "by its link" in answer.text


async def test_secrets_are_kept_out_of_the_log(desk: RunningDesk) -> None:
    """The link's, the search's, the cookie's and the password's."""
    customer, conversation_id = await desk.customer("Where is my bike?", leave=True)
    path = desk.edge.tokens.status_path(conversation_id)
    with structlog.testing.capture_logs() as lines:
        async with desk.signed_in("supervisor") as browser:
            session = browser.cookies[cookies.STAFF]
            await browser.get(path, headers=HTML)
            await browser.get("/api/conversations?q=private-words")
    written = str(lines)
    assert "/status/[redacted]" in written
    secrets = (path.removeprefix("/status/"), "private-words", session, desk.login("supervisor").password)
    assert not [secret for secret in secrets if secret in written]
    await customer.close()


def test_only_what_follows_the_prefix_is_hidden() -> None:
    """Everything else can be read in the log."""
    assert redacted("/status/abc") == "/status/[redacted]"
    assert redacted("/status/abc/def") == "/status/[redacted]"
    assert redacted("/status") == "/status"
    assert redacted("/console") == "/console"
