"""A service with its built screens, and a browser to look at them."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.screens import Admin, authenticate, person
from tests.e2e import services
from tests.e2e.services import Service
from tests.fixtures.required import missing
from web.assets import FOLDER
from web.replay.desk import Desk, Login


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A demo desk of this module's own."""
    if not (FOLDER / "manifest.json").exists():
        missing("the front-ends are not built: run `make build`")
    with services.single(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
async def desk(service: Service) -> AsyncIterator[Desk]:
    """The desk's HTTP interface with an admin signed in."""
    async with Desk(service.urls) as opened:
        await opened.sign_in(service.admin)
        yield opened


@pytest.fixture
def supervisor(service: Service) -> Login:
    """The demo's supervisor."""
    logins = json.loads((service.folder / "demo.json").read_text())["logins"]
    found = next(login for login in logins if login["role"] == "supervisor")
    return Login(found["email"], found["password"])


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A Chromium, closed after the test."""
    # A machine that does other things as well is slow, and not wrong.
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        await running.close()


@pytest.fixture
async def admin(service: Service, browser: Browser) -> Admin:
    """An admin who has signed in."""
    url = service.urls[0]
    page = await person(browser, [])
    await authenticate(page, url, service.admin)
    return Admin(page, url)
