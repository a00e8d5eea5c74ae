"""Those who run the desk set it up on its page, and the very next decision goes by it."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from chat.protocol.commands import SetAvailability
from chat.protocol.events import ConversationChanged, SiteChanged
from tests.browser.screens import person, sign_in
from tests.clients import Listener
from tests.clients.listener import fresh
from tests.e2e import people
from tests.e2e.services import Service
from web.replay.desk import Desk, Login

NOOR = Login("noor@example.invalid", "noor has a long password")
SKILL = "cargo bikes"
EVERY_DAY = "Copy to every day"


async def open_setup(page: Page, url: str, login: Login) -> None:
    """Sign in, and go from the board to the setup as its menu does."""
    await sign_in(page, url, login, "board")
    await page.get_by_role("button", name="your menu").click()
    await page.get_by_role("menuitem", name="Setup").click()
    await page.wait_for_url("**/setup")


async def choose(page: Page, part: str, name: str) -> None:
    """Open a thing of a part from its list."""
    await page.get_by_role("navigation", name="Parts of the setup").get_by_role("link", name=part).click()
    await page.get_by_role("region", name=part).get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)


async def add_skill(form: Locator | Page, field: str, skill: str, level: int) -> None:
    """Add a skill by the keyboard, and give it a level."""
    await form.get_by_label(field).fill(skill)
    await form.get_by_label(field).press("Enter")
    levels = form.get_by_role("radiogroup", name=skill)
    await levels.get_by_role("radio", name=str(level)).check()


async def work(desk: Desk, login: Login, name: str) -> Listener:
    """An agent with room for one chat, available, on the bare wire."""
    agent = await people.staff(desk, await desk.employ(login, name, 100))
    await agent.ask(SetAvailability(ref=fresh(), availability="available"))
    return agent


@pytest.mark.browser
@pytest.mark.timeout(180)
async def test_a_skill_given_on_the_page_pairs_who_waits_for_it(
    service: Service, desk: Desk, browser: Browser
) -> None:
    """A topic asks for a skill that nobody has, until an admin gives it to an agent who is there."""
    url, faults = service.urls[0], list[str]()
    agent = await work(desk, NOOR, "Noor Haddad")
    page = await person(browser, faults)
    await open_setup(page, url, service.admin)

    # A topic asks for a skill, and the team insists on it for as long as it takes.
    await choose(page, "Sites", "Harbour Bikes")
    topic = page.get_by_role("group", name="A bike that I have")
    await add_skill(topic, "Add to skills asked for", SKILL, 4)
    await choose(page, "Teams", "Support")
    await page.get_by_label("Insist on language and skills for").fill("")
    await save(page)

    # What was changed and not saved has stayed meanwhile.
    await choose(page, "Sites", "Harbour Bikes")
    await save(page)
    customer = await people.attended(desk)
    started = await customer.start("Mine has three wheels", topic="support")
    await page.reload()
    await expect(page.get_by_role("radiogroup", name=f"{SKILL}: level 4 of 5")).to_be_visible()

    # Too little is not enough; one more is.
    await choose(page, "People", "Noor Haddad")
    await add_skill(page, "Add to skills", SKILL, 3)
    await save(page)
    assert not [event for event in agent.heard if isinstance(event, ConversationChanged) and mine(event)]
    await page.get_by_role("radiogroup", name=SKILL).get_by_role("radio", name="4").check()
    await save(page)
    changed = await agent.expect(ConversationChanged, mine, timeout_seconds=20)
    assert changed.summary.conversation_id == started.conversation_id
    mended = await page.request.get(f"{url}/api/mendings")
    assert (await mended.json())["mendings"] == [], "it was found by a comparison, not told at once"
    assert faults == []
    await customer.close()
    await agent.close()


def mine(event: ConversationChanged) -> bool:
    return event.summary.live == "assigned"


@pytest.mark.browser
@pytest.mark.timeout(180)
async def test_hours_set_on_the_page_close_the_team(service: Service, desk: Desk, browser: Browser) -> None:
    """The page says beforehand what follows, and a customer who comes learns the same."""
    url, faults = service.urls[0], list[str]()
    agent = await work(desk, Login("omar@example.invalid", "omar has a long password"), "Omar Said")
    customer = await people.attended(desk)
    page = await person(browser, faults)
    await open_setup(page, url, service.admin)
    await choose(page, "Teams", "Support")
    await page.get_by_label("Open at set hours only").check()
    await page.get_by_role("button", name="Monday: take these hours away").click()
    await page.get_by_role("button", name="Monday: copy to other days").click()
    await page.get_by_role("menuitem", name=EVERY_DAY).click()
    standing = page.get_by_role("form", name="Support").get_by_text("Never opens")
    await expect(standing.first).to_be_visible()
    await save(page)
    told = await customer.expect(SiteChanged, lambda event: not event.site.attended)
    assert told.site.opens_at is None

    await page.get_by_label("Open at set hours only").uncheck()
    await save(page)
    await customer.expect(SiteChanged, lambda event: event.site.attended)
    assert faults == []
    await customer.close()
    await agent.close()


@pytest.mark.browser
@pytest.mark.timeout(180)
async def test_a_supervisor_sees_all_and_changes_what_is_theirs(
    service: Service, desk: Desk, supervisor: Login, browser: Browser
) -> None:
    """What only admins may change is text; what is a supervisor's is a field, and is saved."""
    url, faults = service.urls[0], list[str]()
    page = await person(browser, faults)
    await open_setup(page, url, supervisor)
    await choose(page, "Teams", "Support")
    form = page.get_by_role("form", name="Support")
    await expect(form.get_by_role("definition").filter(has_text="Least loaded")).to_be_visible()
    await expect(form.get_by_role("radio")).to_have_count(0)
    await expect(page.get_by_role("link", name="New team")).to_have_count(0)
    await form.get_by_label("Within").fill("45")
    await save(page)

    await choose(page, "People", "Dana Kim")
    await expect(page.get_by_role("form", name="Dana Kim").get_by_role("textbox")).to_have_count(0)
    await choose(page, "People", "Ada Okafor")
    ada = page.get_by_role("form", name="Ada Okafor")
    await ada.get_by_label("Capacity").fill("half")
    await ada.get_by_role("button", name="Save").click()
    await expect(ada.get_by_label("Capacity")).to_have_accessible_description("This is not a number.")
    await ada.get_by_label("Capacity").fill("2")
    await save(page)
    await page.reload()
    await expect(ada.get_by_label("Capacity")).to_have_value("2")

    await page.get_by_role("link", name="Rules").click()
    await expect(page.get_by_text("Without a rule")).to_be_visible()
    await expect(page.get_by_role("button", name="Add rule")).to_have_count(0)
    await choose(page, "Sites", "Harbour Bikes")
    await expect(page.get_by_label("The line to paste")).to_have_value(re.compile('data-site="demo"'))
    await expect(page.get_by_role("button", name="Show the secret")).to_have_count(0)
    assert faults == []
