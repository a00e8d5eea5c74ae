"""The pages, and what a browser may do with them."""

import asyncio
import re
import shutil
from html.parser import HTMLParser
from typing import Final

import httpx2
import pytest

from tests.web.running import RunningDesk
from web.pages import safe_next

HTML = {"accept": "text/html"}
PLAIN = ("/", "/demo", "/demo/help", "/nothing")


class Inline(HTMLParser):
    """Collects what a strict policy forbids, and what it would need a nonce for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.nonces: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.nonces.append(given.get("nonce"))


def policy(answer: httpx2.Response) -> dict[str, str]:
    rules = (rule.strip().partition(" ") for rule in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in rules}


async def test_every_page_has_a_strict_policy(desk: RunningDesk) -> None:
    """Nothing inline without a nonce, nothing from elsewhere, no plug-ins, no base."""
    async with desk.signed_in("supervisor") as browser:
        paths = (*PLAIN, "/console", "/board", "/setup", "/panel?site=demo")
        for path in paths:
            answer = await browser.get(path, headers=HTML)
            rules = policy(answer)
            assert rules["default-src"] == "'none'", path
            assert "unsafe" not in str(rules), path
            assert rules["base-uri"] == "'none'", path
            assert "*" not in str(rules), path
            assert answer.headers["cache-control"] == "no-store", path
            found = Inline(answer.text)
            assert found.forbidden == [], path
            for nonce in found.nonces:
                assert nonce, path
                assert f"'nonce-{nonce}'" in rules["style-src"], path


async def test_a_nonce_is_used_once(desk: RunningDesk) -> None:
    """Else whoever saw one page could write into the next."""
    async with desk.browser() as browser:
        pages = [await browser.get("/demo", headers=HTML) for _ in range(2)]
    assert policy(pages[0])["style-src"] != policy(pages[1])["style-src"]


async def test_every_answer_has_the_companion_headers(desk: RunningDesk) -> None:
    """Pages, data, files and errors."""
    async with desk.browser() as browser:
        for path in ("/demo", "/api/session", "/healthz", "/static/board-ABCDEFGH.js", "/nothing"):
            headers = (await browser.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "same-origin", path
            assert headers["cross-origin-opener-policy"] == "same-origin", path
            assert "camera=()" in headers["permissions-policy"], path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
            assert "server" not in headers, path


async def test_the_panel_is_framed_by_its_sites_pages_only(desk: RunningDesk) -> None:
    """By the origins that the site lists, but for IPv6 addresses, which browsers do not take there."""
    async with desk.browser() as browser:
        answer = await browser.get("/panel?site=demo", headers=HTML)
        unknown = await browser.get("/panel?site=other", headers=HTML)
    port = desk.settings.port
    ancestors = policy(answer)["frame-ancestors"].split()
    assert ancestors == [
        "'self'",
        f"http://127.0.0.1:{port}",
        f"http://localhost:{port}",
    ]
    assert unknown.status_code == 404
    assert policy(unknown)["frame-ancestors"] == "'none'"


async def test_a_shell_loads_its_hashed_files(desk: RunningDesk) -> None:
    """As the manifest names them, and those are there to be kept for good."""
    async with desk.browser() as browser:
        page = (await browser.get("/signin", headers=HTML)).text
        assert '<div id="app"' in page
        for path in re.findall(r"/static/[^\"]+", page):
            file = await browser.get(path)
            assert file.status_code == 200
            assert "immutable" in file.headers["cache-control"]
        assert len(re.findall(r"/static/signin-ABCDEFGH\.(?:js|css)", page)) == 2


async def test_the_loader_is_for_every_page_and_kept_briefly(desk: RunningDesk) -> None:
    """So that a fix arrives."""
    async with desk.browser() as browser:
        answer = await browser.get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_staff_pages_lead_to_the_sign_in_and_back(desk: RunningDesk) -> None:
    """With the way back in the address."""
    async with desk.browser() as browser:
        for path in ["/console", "/board", "/setup", "/console?chat=1&x=2"]:
            answer = await browser.get(path, headers=HTML)
            assert answer.status_code == 303
            page = await browser.get(answer.headers["location"], headers=HTML)
            assert f'data-next="{path.replace("&", "&amp;")}"' in page.text


async def test_the_sign_in_leads_on_whoever_is_signed_in(desk: RunningDesk) -> None:
    """To where they wanted to go."""
    async with desk.signed_in("supervisor") as browser:
        answer = await browser.get("/signin?next=/board", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/" + "x" * 600,
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    """A link to our sign-in cannot end on another host."""
    assert safe_next(wanted, "/home") == "/home"


@pytest.mark.parametrize("path", ["/board", "/setup"])
async def test_board_and_setup_are_for_supervisors(desk: RunningDesk, path: str) -> None:
    """An agent is told so, on a page."""
    async with desk.signed_in("agent") as browser:
        answer = await browser.get(path, headers=HTML)
    assert answer.status_code == 403
    assert "not yours to see" in answer.text


OUTSIDE: Final = [
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/..%5capp.py",
    "/static//etc/passwd",
    "/static/manifest.json",
    "/static/",
    "/static/%00",
]


async def test_static_files_are_those_of_the_folder_alone(desk: RunningDesk) -> None:
    """No way out of it, no list of it."""
    (desk.static.parent / "app.py").write_text("secret = 1")
    for path in OUTSIDE:
        assert b" 404 " in await first_line(desk, path), path


async def first_line(desk: RunningDesk, path: str) -> bytes:
    """The answer's first line to a path that no client has made tidy before."""
    host, _, port = desk.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return status


async def test_a_link_out_of_the_static_folder_is_not_followed(desk: RunningDesk) -> None:
    """Even one that somebody has put there."""
    (desk.static.parent / "outside.js").write_text("secret")
    (desk.static / "inside.js").symlink_to(desk.static.parent / "outside.js")
    async with desk.browser() as browser:
        assert (await browser.get("/static/inside.js")).status_code == 404


async def test_without_built_screens_the_page_says_what_to_do(desk: RunningDesk) -> None:
    """And comes by itself once they are built."""
    aside = desk.static.with_name("aside")
    async with desk.browser() as browser:
        shutil.move(desk.static, aside)
        page = await browser.get("/signin", headers=HTML)
        loader = await browser.get("/widget.js")
        assert (page.status_code, loader.status_code) == (503, 503)
        assert "make web/static/manifest.json" in page.text
        assert loader.json()["code"] == "unavailable"
        shutil.move(aside, desk.static)
        assert (await browser.get("/signin", headers=HTML)).status_code == 200


async def test_people_get_a_page_and_programs_get_data(desk: RunningDesk) -> None:
    """For the same missing address."""
    async with desk.browser() as browser:
        page = await browser.get("/nothing", headers=HTML)
        data = await browser.get("/nothing")
    assert (page.status_code, data.status_code) == (404, 404)
    assert "There is nothing here" in page.text
    assert data.json()["code"] == "not_found"


async def test_what_breaks_inside_is_told_to_nobody_outside(desk: RunningDesk) -> None:
    """Neither on the page nor in the data; here a folder stands where a file should."""
    loader = desk.static / "widget-ABCDEFGH.js"
    loader.unlink()
    loader.mkdir()
    async with desk.browser() as browser:
        page = await browser.get("/widget.js", headers=HTML)
        data = await browser.get("/widget.js")
    assert (page.status_code, data.status_code) == (500, 500)
    assert "widget-ABCDEFGH" not in page.text + data.text
    assert data.json()["code"] == "internal"
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_the_demo_page_names_its_logins_and_its_shop_has_the_widget(desk: RunningDesk) -> None:
    """One line of HTML on each page."""
    line = '<script async src="/widget.js" data-site="demo"></script>'
    async with desk.browser() as browser:
        pages = [(await browser.get(path, headers=HTML)).text for path in ("/", "/demo", "/demo/help")]
    assert all(line in page for page in pages)
    assert all(login in pages[0] for login in (desk.login("agent").email, desk.login("admin").password))
