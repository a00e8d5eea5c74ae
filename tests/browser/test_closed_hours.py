"""What a customer's widget says when the desk is closed, full, or sends them to another team's line."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from chat.protocol.commands import SetAvailability
from tests.browser.screens import Admin, Widget, person
from tests.clients import Listener
from tests.clients.listener import fresh
from tests.e2e import people
from tests.e2e.services import Service
from web.replay.desk import Desk

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_MINUTE_A_DAY = {day: [["03:00", "03:01"]] for day in DAYS}
OPEN = {"hours": None, "paused": False, "queue_max": None, "overflow_team_id": None, "overflow_seconds": None}
QUESTION = "Do you have the wheel in stock?"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
async def admin(admin: Admin) -> AsyncIterator[Admin]:
    """One who leaves the demo's teams as they were found."""
    yield admin
    for team in ("Support", "Sales"):
        await admin.change_team(team, **OPEN)


@pytest.fixture
async def agent(desk: Desk) -> AsyncIterator[Listener]:
    """An agent in all teams, available, on the bare wire."""
    (colleague,) = await desk.hire(1, 100)
    agent = await people.staff(desk, colleague)
    await agent.ask(SetAvailability(ref=fresh(), availability="available"))
    yield agent
    await agent.close()
    await desk.dismiss(colleague)


async def test_closed_hours_are_said_before_the_first_word_and_for_each_topic(
    service: Service, browser: Browser, admin: Admin, agent: Listener
) -> None:
    """In the customer's own time, at once where the widget is open, and what is written then is kept."""
    faults: list[str] = []
    widget = Widget(await person(browser, faults, time_zone="Asia/Tokyo"))
    await widget.open(service.urls[0])
    await expect(widget.welcome).to_contain_text("How can we help?")

    # It closes while the form stands open: three in Zurich is eleven or ten in Tokyo.
    await widget.panel.get_by_label("Your question").fill(QUESTION)
    await admin.change_team("Support", hours=A_MINUTE_A_DAY, time_zone="Europe/Zurich")
    await expect(widget.welcome).to_contain_text("We are closed")
    opens = re.compile(r"We open again (today|tomorrow) at 1[01]:00, your time\.")
    await expect(widget.welcome).to_contain_text(opens)
    topic = widget.panel.get_by_label("Topic")
    await topic.select_option(label="Buying a bike")
    await expect(widget.welcome).to_contain_text("How can we help?")
    await expect(widget.panel.get_by_role("button", name="Start chat")).to_be_visible()
    await topic.select_option(label="A bike that I have")
    await expect(widget.welcome).to_contain_text(opens)

    # What was typed is still there, and becomes a message with an address for the answer.
    await expect(widget.panel.get_by_label("Your question")).to_have_value(QUESTION)
    await widget.panel.get_by_label("Email").fill("cleo@example.com")
    await widget.panel.get_by_role("button", name="Send message").click()
    await expect(widget.status).to_contain_text("Your message is with us")
    await expect(widget.place).to_contain_text(opens)
    await expect(widget.place).to_contain_text("by mail to cleo@example.com")
    await expect(widget.log).to_contain_text("Your message is kept")
    status = await widget.follow_status()
    await expect(status.get_by_text(opens).first).to_be_visible()
    assert faults == []


async def test_a_full_queue_says_so_keeps_the_message_and_asks_where_to_answer(
    service: Service, browser: Browser, admin: Admin, agent: Listener
) -> None:
    """What happened, that nothing is lost, and what to do: there is room again for who tries once more."""
    faults: list[str] = []
    await admin.change_team("Support", queue_max=0, paused=True)
    widget = Widget(await person(browser, faults))
    await widget.ask(service.urls[0], "Cleo", QUESTION)
    await expect(widget.log).to_contain_text("we could not take one more chat")
    place = widget.place
    await expect(place).to_contain_text("Your message is with us")
    await expect(place).to_contain_text("try again a little later")
    await widget.panel.get_by_label("Where may we send our answer?").fill("cleo@example.com")
    await widget.panel.get_by_role("button", name="Save").click()
    await expect(place).to_contain_text("by mail to cleo@example.com")
    again = widget.panel.get_by_role("button", name="Try again now")
    await again.click()
    await expect(widget.panel.get_by_role("alert")).to_contain_text("As many are waiting as we can take")
    await admin.change_team("Support", queue_max=None)
    await again.click()
    await expect(widget.status).to_contain_text("You are next in line")
    await expect(widget.panel.get_by_text(QUESTION)).to_have_count(1)
    assert faults == []


async def test_another_team_takes_the_line_over_without_alarm(
    service: Service, browser: Browser, admin: Admin, agent: Listener
) -> None:
    """The head names the team, a quiet line says what it means; when all have gone, so does the place."""
    faults: list[str] = []
    await admin.change_team("Support", paused=True)
    await admin.change_team("Sales", paused=True)
    widget = Widget(await person(browser, faults))
    await widget.ask(service.urls[0], "Cleo", QUESTION)
    await expect(widget.status).to_contain_text("You are next in line")
    await expect(widget.place).to_contain_text("as soon as one is free")
    await admin.change_team("Sales", paused=False, assignment="offered", offer_timeout_seconds=600)
    await admin.change_team("Support", overflow_team_id="Sales", overflow_seconds=1)
    await expect(widget.log).to_contain_text("You are now in line for Sales. The time you waited counts.")
    await expect(widget.panel.locator(".head")).to_contain_text("Sales")
    await expect(widget.status).to_contain_text("You are next in line")
    await agent.ask(SetAvailability(ref=fresh(), availability="away"))
    await expect(widget.place).to_contain_text("Everybody has gone for now")
    await admin.change_team("Sales", hours=A_MINUTE_A_DAY)
    await expect(widget.place).to_contain_text("We have closed for now. We open again")
    assert faults == []
