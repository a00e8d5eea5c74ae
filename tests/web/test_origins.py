"""Which pages may speak to us."""

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from tests.clients import Rejected
from tests.web.running import RunningDesk
from web import routes
from web.assets import FOLDER
from web.security.origins import SAFE_METHODS, Origins, is_loopback

FOREIGN = ("https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example")


def changing() -> list[tuple[str, str]]:
    """Every method and path of ours that is not for reading only."""
    found = []
    for route in routes.all_routes(FOLDER, demo=True):
        if isinstance(route, Route):
            path = route.path.replace("{id}", "x").replace("{key}", "x").replace("{secret}", "x")
            found += [(method, path) for method in sorted(route.methods or ()) if method not in SAFE_METHODS]
    return found


def test_the_list_of_changing_routes_is_not_empty() -> None:
    """Else the tests below would look at nothing."""
    assert ("POST", "/api/session") in changing()
    assert len(changing()) >= 6


async def test_every_change_from_elsewhere_is_refused(desk: RunningDesk) -> None:
    """By each route that changes something, whatever the cookies, and without an Origin too."""
    async with desk.signed_in("admin") as browser:
        for method, path in changing():
            for origin in FOREIGN:
                answer = await browser.request(method, path, json={}, headers={"origin": origin})
                assert answer.status_code == 403, (method, path, origin)
                assert answer.json()["code"] == "forbidden"
            del browser.headers["origin"]
            answer = await browser.request(method, path, json={})
            assert answer.status_code == 403, (method, path)
            browser.headers["origin"] = desk.url
        assert (await browser.get("/api/session")).status_code == 200


async def test_every_websocket_from_elsewhere_is_refused(desk: RunningDesk) -> None:
    """Before anything is accepted, with a good cookie too."""
    paths = [
        route.path for route in routes.all_routes(FOLDER, demo=True) if isinstance(route, WebSocketRoute)
    ]
    assert len(paths) == 3
    async with desk.signed_in("agent") as browser:
        cookie = f"frontdesk_session={browser.cookies['frontdesk_session']}"
        for path in paths:
            for origin in (*FOREIGN, None):
                with pytest.raises(Rejected):
                    await desk.socket(path, cookie=cookie, origin=origin)


async def test_a_foreign_name_for_this_machine_is_not_us(desk: RunningDesk) -> None:
    """A page of that name would otherwise be of our own origin (DNS rebinding)."""
    headers = {"host": "evil.example", "origin": "http://evil.example"}
    async with desk.browser() as browser:
        answer = await browser.post("/api/visitors", json={"site": "demo"}, headers=headers)
        assert answer.status_code == 403
        assert (await browser.get("/", headers=headers)).status_code == 403


def scope(scheme: str, host: str, origin: str = "") -> dict[str, object]:
    headers = [(b"host", host.encode())]
    if origin:
        headers.append((b"origin", origin.encode()))
    return {"type": "http", "scheme": scheme, "method": "POST", "headers": headers}


def test_the_public_address_is_the_only_one_when_set() -> None:
    """Whatever Host a proxy passes on."""
    origins = Origins("https://chat.example.com", "127.0.0.1")
    assert origins.allows(scope("http", "inner:8000", "https://chat.example.com"))
    assert origins.allows(scope("ws", "inner:8000", "https://CHAT.example.com"))
    assert not origins.allows(scope("http", "inner:8000", "http://inner:8000"))
    assert origins.secure(scope("http", "inner:8000"))
    assert origins.socket(scope("http", "inner:8000")) == "wss://chat.example.com"


def test_without_a_public_address_our_origin_is_the_host_asked_for() -> None:
    """Scheme and port count; a WebSocket's page has the scheme of pages."""
    origins = Origins("", "0.0.0.0")
    assert origins.allows(scope("ws", "desk:8000", "http://desk:8000"))
    assert origins.allows(scope("https", "desk", "https://desk"))
    assert not origins.allows(scope("https", "desk", "http://desk"))
    assert not origins.allows(scope("http", "desk:8000", "http://desk:8001"))
    assert not origins.allows(scope("http", "desk:8000"))


@pytest.mark.parametrize(
    ("host", "known"),
    [("127.0.0.1:8000", True), ("localhost", True), ("[::1]:80", True), ("evil.example", False), ("", False)],
)
def test_on_loopback_only_loopback_names_are_answered(host: str, known: bool) -> None:
    """With any port, for one can be forwarded."""
    assert Origins("", "127.0.0.1").knows_host(scope("http", host)) is known


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.9", True), ("::1", True), ("[::1]", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_is_told_from_the_rest(host: str, answer: bool) -> None:
    """An address that listens to all is none."""
    assert is_loopback(host) is answer


def test_no_mount_takes_writes() -> None:
    """The static files are the only mount, and answer GET and HEAD alone."""
    mounts = [route for route in routes.all_routes(FOLDER, demo=True) if isinstance(route, Mount)]
    assert [mount.path for mount in mounts] == ["/static"]
