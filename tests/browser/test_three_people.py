"""A customer, an agent and a supervisor in three browsers at once."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from chat.protocol.commands import EndConversation, SetAvailability
from chat.protocol.events import ConversationChanged
from tests.browser.screens import Console, Widget, expect_once, person, sign_in
from tests.clients import Listener
from tests.clients.listener import fresh
from tests.e2e import people
from tests.e2e.services import Service
from web.replay.desk import Desk, Login

NOOR = Login("noor@example.invalid", "noor has a long password")
TOMAS = Login("tomas@example.invalid", "tomas has a long password")
CLEO = "Cleo <b>Marsh</b>"
ONE_CHAT = 100


async def work(desk: Desk, login: Login, name: str) -> Listener:
    """An agent with room for one chat, available, on the bare wire."""
    agent = await people.staff(desk, await desk.employ(login, name, ONE_CHAT))
    await agent.ask(SetAvailability(ref=fresh(), availability="available"))
    return agent


async def given(agent: Listener) -> str:
    """The id of the next conversation that comes to an agent."""
    changed = await agent.expect(
        ConversationChanged, lambda event: event.summary.live == "assigned", timeout_seconds=20
    )
    return changed.summary.conversation_id


def queue(board: Page, team: str) -> Locator:
    return board.get_by_role("row", name=team).get_by_role("cell").first


@pytest.mark.browser
@pytest.mark.timeout(180)
async def test_three_people_see_one_conversation_through_reload_and_lost_network(
    service: Service, desk: Desk, supervisor: Login, browser: Browser
) -> None:
    """From a full desk to a solved ticket, nothing is missing or twice on any screen."""
    url, faults = service.urls[0], list[str]()

    # Both agents are full, and one customer is in line already.
    await desk.employ(NOOR, "Noor Haddad", ONE_CHAT)
    console = Console(await person(browser, faults))
    await sign_in(console.page, url, NOOR, "console")
    await console.be_available()
    first = await people.attended(desk)
    await first.start("Mine is quick", name="Filippa")
    await expect(console.row("Filippa")).to_be_visible()
    tomas = await work(desk, TOMAS, "Tomas Ek")
    second = await people.attended(desk)
    await second.start("Mine too", name="Second")
    held = await given(tomas)
    third = await people.attended(desk)
    await third.start("And mine", name="Third")
    board = await person(browser, faults)
    await sign_in(board, url, supervisor, "board")

    # The customer sees the place in line, and it is kept current.
    widget = Widget(await person(browser, faults))
    await widget.ask(url, CLEO, "Where is my bike?")
    await expect(widget.status).to_contain_text("number 2 in line")
    await expect(queue(board, "Support")).to_contain_text("2")
    await tomas.ask(EndConversation(ref=fresh(), conversation_id=held))
    await expect(widget.status).to_contain_text("next in line")
    await expect(queue(board, "Support")).to_contain_text("1")

    # An agent ends a chat: the customer is paired, and both talk.
    await console.open("Filippa")
    await console.end()
    await expect(widget.panel.get_by_role("heading", name="Noor Haddad")).to_be_visible()
    await expect(queue(board, "Support")).to_contain_text("0")
    await expect(board.get_by_role("button", name=f"{CLEO} #")).to_contain_text("Noor Haddad")
    status = await widget.follow_status()
    status.on("pageerror", lambda error: faults.append(str(error)))
    await expect(status.get_by_role("listitem").filter(has_text="In progress")).to_contain_text("now")
    await console.open(CLEO)
    said = ["Where is my bike?", "Hello Cleo, I am looking.", "Thank you, no hurry."]
    await console.reply(CLEO, said[1])
    await expect(widget.log).to_contain_text(said[1])
    await widget.say(said[2])
    await expect_once(console.log(CLEO), said)

    # The agent reloads.
    await console.page.reload()
    await expect_once(console.log(CLEO), said)
    said.append("It left the harbour this morning.")
    await console.reply(CLEO, said[3])
    await expect_once(widget.log, said)

    # The customer loses the network for a while; both go on writing.
    await widget.context.set_offline(True)
    await expect(widget.status).to_contain_text("offline")
    said += ["It arrives tomorrow.", "Before noon.", "Are you still there?"]
    await console.reply(CLEO, said[4])
    await expect(console.log(CLEO)).to_contain_text(said[4])
    await console.reply(CLEO, said[5])
    await expect(console.log(CLEO)).to_contain_text(said[5])
    await widget.say(said[6])
    await expect(widget.log).to_contain_text(said[6])
    await expect(console.log(CLEO)).not_to_contain_text(said[6])
    await widget.context.set_offline(False)
    for log in (console.log(CLEO), widget.log, status.get_by_role("log", name="History")):
        await expect_once(log, said)

    # The end is seen everywhere.
    await console.end()
    await expect(widget.panel.get_by_text("Solved").first).to_be_visible()
    await expect(status.get_by_role("listitem").filter(has_text="Solved")).to_contain_text("done")
    await expect(board.get_by_role("button", name=f"{CLEO} #")).to_have_count(0)
    await expect_once(status.get_by_role("log", name="History"), said)
    await expect(console.row(CLEO)).to_have_count(0)
    assert faults == []
    for listener in (first, second, third, tomas):
        await listener.close()
