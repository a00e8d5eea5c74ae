"""What people do on the screens, by the roles and names that they read."""

import re
from typing import Any

from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from web.replay.desk import Login


async def person(browser: Browser, faults: list[str], *, time_zone: str | None = None) -> Page:
    """A new browser context with one page; what its scripts throw is added to `faults`."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, timezone_id=time_zone, locale="en-GB"
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


async def sign_in(page: Page, url: str, login: Login, screen: str) -> None:
    """Sign in by the form, and arrive at one's screen."""
    await page.goto(f"{url}/signin")
    await page.get_by_label("Email").fill(login.email)
    await page.get_by_label("Password", exact=True).fill(login.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"**/{screen}")


async def enter(page: Page, url: str, login: Login, screen: str) -> None:
    """Be at one's screen, signed in without the form."""
    await authenticate(page, url, login)
    await page.goto(f"{url}/{screen}")


async def authenticate(page: Page, url: str, login: Login) -> None:
    """Sign in without the form: what this page asks from now on is asked by that person."""
    answer = await page.request.post(
        f"{url}/api/session",
        data={"email": login.email, "password": login.password},
        headers={"origin": url},
    )
    assert answer.ok, await answer.text()


class Admin:
    """An admin's session, to change what the setup page changes."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url

    async def change_team(self, name: str, **settings: object) -> None:
        """Set some settings of a team, by its name; an id in them may be given by a team's name."""
        teams = {team["name"]: team["id"] for team in (await self.get("/api/colleagues"))["teams"]}
        given = {key: teams.get(str(value), value) for key, value in settings.items()}
        await self.send("PATCH", f"/api/teams/{teams[name]}", given)

    async def get(self, path: str) -> Any:
        answer = await self._page.request.get(self._url + path)
        assert answer.ok, await answer.text()
        return await answer.json()

    async def send(self, method: str, path: str, body: object) -> Any:
        answer = await self._page.request.fetch(
            self._url + path, method=method, data=body, headers={"origin": self._url}
        )
        assert answer.ok, await answer.text()
        return await answer.json()


class Console:
    """An agent's screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def be_available(self) -> None:
        # The radio itself is drawn by its label.
        await self.page.get_by_text("Available", exact=True).click()
        await expect(self.page.get_by_role("radio", name="Available")).to_be_checked()

    def row(self, customer: str) -> Locator:
        """A chat in the list."""
        rows = self.page.get_by_role("navigation", name="Conversations")
        # The button to take it comes after, and bears the name too.
        return rows.get_by_role("listitem").get_by_role("button", name=customer).first

    def log(self, customer: str) -> Locator:
        return self.page.get_by_role("log", name=f"Conversation with {customer}")

    async def open(self, customer: str) -> None:
        await self.row(customer).click()
        await expect(self.log(customer)).to_be_visible()

    def offer(self, customer: str) -> Locator:
        """The card of a chat that is offered to this agent."""
        return self.page.get_by_role("article", name=f"Offer: {customer}")

    async def list(self, name: str) -> None:
        """Show one of the lists: Mine, Unassigned, All."""
        await self.page.get_by_role("tab", name=name).click()

    async def reply(self, customer: str, text: str) -> None:
        field = self.page.get_by_role("textbox", name=f"Reply to {customer}")
        await field.fill(text)
        await field.press("Enter")

    async def end(self) -> None:
        """End the open chat as solved."""
        await self.page.get_by_role("main").get_by_role("button", name="End", exact=True).click()
        await self.page.get_by_role("dialog").get_by_role("button", name="End chat").click()


class Board:
    """A supervisor's screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def queue(self, team: str) -> Locator:
        """A team's row."""
        return self.page.get_by_role("row", name=team)

    def waiting(self, team: str) -> Locator:
        """How many wait for a team."""
        return self.queue(team).get_by_role("cell").first

    def chat(self, customer: str) -> Locator:
        """A chat in the list."""
        return self.page.get_by_role("button", name=f"{customer} #")

    async def why(self, customer: str) -> Locator:
        """Open a chat beside the board, and what it says of how it came where it is."""
        await self.chat(customer).click()
        panel = self.page.get_by_role("complementary", name=customer)
        told = panel.locator("details")
        await told.locator("summary").click()
        return told


class Widget:
    """A customer's page of the shop, with the chat on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def panel(self) -> FrameLocator:
        return self.page.frame_locator("iframe[title=Chat]")

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log", name="Conversation")

    @property
    def status(self) -> Locator:
        """Where one stands in line, or what is the matter with the connection."""
        return self.panel.get_by_role("status").first

    @property
    def place(self) -> Locator:
        """All that stands above the conversation: the place in line, or that a message is kept."""
        return self.panel.locator(".place")

    @property
    def welcome(self) -> Locator:
        """What the start screen says before anything is asked."""
        return self.panel.locator(".welcome")

    async def open(self, url: str) -> None:
        """Open the chat on the shop's page."""
        await self.page.goto(f"{url}/demo")
        await self.page.get_by_role("button", name="Open chat").click()

    async def ask(self, url: str, name: str, question: str, topic: str = "") -> None:
        """Open the chat on the shop's page and ask, by a topic's label if one is given."""
        await self.open(url)
        await self.panel.get_by_label("Your question").fill(question)
        await self.panel.get_by_label("Name").fill(name)
        if topic:
            await self.panel.get_by_label("Topic").select_option(label=topic)
        await self.panel.get_by_role("button", name="Start chat").click()
        await expect(self.log).to_contain_text(question)

    async def say(self, text: str) -> None:
        # Beside it there may be a field for a mail address.
        field = self.panel.get_by_role("textbox", name=re.compile("^(Write|Add)"))
        await field.fill(text)
        await field.press("Enter")

    async def follow_status(self) -> Page:
        """The status page behind the ticket's link, in a tab of its own."""
        link = self.panel.get_by_role("link", name="Follow its status")
        async with self.context.expect_page() as opened:
            await link.click()
        return await opened.value


async def expect_once(log: Locator, texts: list[str]) -> None:
    """Every text stands in the log exactly once, in this order."""
    pattern = re.compile(".*".join(re.escape(text) for text in texts), re.DOTALL)
    await expect(log).to_have_text(pattern, use_inner_text=True)
    shown = await log.inner_text()
    for text in texts:
        assert shown.count(text) == 1, f"{text!r} stands {shown.count(text)} times"
