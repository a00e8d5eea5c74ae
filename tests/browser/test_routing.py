"""Who gets whom, seen by the customer, the agents and the supervisor at once."""

import re
from collections.abc import AsyncIterator, Mapping

import pytest
from playwright.async_api import Browser, expect

from chat.protocol.commands import StartConversation
from tests.browser.screens import Admin, Board, Console, Widget, enter, person
from tests.clients import Listener
from tests.clients.listener import fresh
from tests.e2e import people
from tests.e2e.services import Service
from web.replay.desk import Desk, Login

NORA = "Nora Lind"
OLAF = "Olaf Berg"
QUESTION = "Can you help me with my wheel?"
ONE_CHAT = 100

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


class House:
    """A desk with teams of a test's own, and the people at its screens. `faults`: what pages threw."""

    def __init__(self, service: Service, browser: Browser, admin: Admin, desk: Desk, lead: Login) -> None:
        self.url = service.urls[0]
        self.faults: list[str] = []
        self.admin = admin
        self._browser = browser
        self._desk = desk
        self._lead = lead
        self._teams: dict[str, str] = {}
        self._customers: list[Listener] = []

    async def team(self, name: str, **settings: object) -> None:
        """A new team, which the customer may choose as a topic of the same name."""
        self._teams[name] = (await self.admin.send("POST", "/api/teams", {"name": name, **settings}))["id"]
        await self.topics({name: {} for name in self._teams})

    async def topics(self, asked: Mapping[str, Mapping[str, int]]) -> None:
        """What the customer may choose: a topic's label, begun with its team's name, and skills asked for."""
        # With one topic only there would be nothing to choose.
        topics: list[dict[str, object]] = [{"key": "other", "label": "Something else"}]
        for label, skills in asked.items():
            key, team_id = label.replace(" ", "-"), self._team(label)
            topics.append({"key": key, "label": label, "team_id": team_id, "skills": skills})
        await self.admin.send("PATCH", "/api/sites/demo", {"topics": topics})

    def id(self, team: str) -> str:
        return self._teams[team]

    def _team(self, label: str) -> str:
        return next(id for name, id in self._teams.items() if label.startswith(name))

    async def agent(self, name: str, team: str, skills: Mapping[str, int] | None = None) -> Console:
        """An agent of one team with room for one chat, at the console, not available yet."""
        login = Login(f"{fresh()}@example.invalid", "a password that is long")
        wish = {"email": login.email, "password": login.password, "name": name, "capacity": ONE_CHAT}
        made = await self.admin.send("POST", "/api/staff", {**wish, "teams": [self._teams[team]]})
        if skills:
            await self.admin.send("PATCH", f"/api/staff/{made['id']}", {"skills": skills})
        page = await person(self._browser, self.faults)
        await enter(page, self.url, login, "console")
        return Console(page)

    async def board(self) -> Board:
        """The supervisor's screen."""
        page = await person(self._browser, self.faults)
        await enter(page, self.url, self._lead, "board")
        return Board(page)

    async def lead(self) -> Console:
        """The supervisor at the console."""
        page = await person(self._browser, self.faults)
        await enter(page, self.url, self._lead, "console")
        return Console(page)

    async def widget(self) -> Widget:
        return Widget(await person(self._browser, self.faults))

    async def customer(self, name: str, topic: str) -> None:
        """A customer on the bare wire who has asked."""
        customer = await people.visitor(self._desk)
        self._customers.append(customer)
        key = topic.replace(" ", "-")
        await customer.ask(
            StartConversation(ref=fresh(), client_id=fresh(), body=QUESTION, name=name, topic=key)
        )

    async def close(self) -> None:
        for customer in self._customers:
            await customer.close()


@pytest.fixture
async def house(
    service: Service, browser: Browser, admin: Admin, desk: Desk, supervisor: Login
) -> AsyncIterator[House]:
    """A house without teams so far."""
    opened = House(service, browser, admin, desk, supervisor)
    yield opened
    await opened.close()


async def test_a_topic_that_asks_for_a_skill_goes_to_who_has_it(house: House) -> None:
    """Although a colleague has fewer chats; the supervisor reads what was met."""
    who = "Cleo Marsh"
    await house.team("Workshop")
    await house.topics({"Workshop": {}, "Workshop wheels": {"wheels": 2}})
    nora = await house.agent(NORA, "Workshop", {"wheels": 3})
    olaf = await house.agent(OLAF, "Workshop")
    staff = await house.admin.get("/api/staff")
    (id,) = (member["id"] for member in staff["staff"] if member["name"] == NORA)
    await house.admin.send("PATCH", f"/api/staff/{id}", {"capacity": 2 * ONE_CHAT})
    board = await house.board()
    await nora.be_available()
    await house.customer("Filippa Cleo", "Workshop")
    await expect(nora.row("Filippa Cleo")).to_be_visible()
    await olaf.be_available()
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Workshop wheels")
    await expect(widget.panel.get_by_role("heading", name=NORA)).to_be_visible()
    await expect(nora.row(who)).to_be_visible()
    await expect(board.chat(who)).to_contain_text(NORA)
    await expect(await board.why(who)).to_contain_text("Asked for and met: knows wheels.")
    await expect(olaf.row(who)).to_have_count(0)
    assert house.faults == []


async def test_a_declined_offer_goes_to_the_next_and_the_customer_notices_nothing(house: House) -> None:
    """Its time runs on the card; accepted in one tab, it is gone from the other; the reason is kept."""
    who = "Ines Marsh"
    await house.team("Tours", assignment="offered", offer_timeout_seconds=60)
    nora, olaf = await house.agent(NORA, "Tours"), await house.agent(OLAF, "Tours")
    board = await house.board()
    await nora.be_available()
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Tours")
    await expect(widget.status).to_contain_text("You are next in line")
    timer = nora.offer(who).get_by_role("timer")
    left = await timer.inner_text()
    await expect(timer).not_to_have_text(left)
    assert int(await timer.inner_text()) < int(left) <= 60
    await expect(board.chat(who)).to_contain_text("In line")

    await olaf.be_available()
    second_tab = Console(await olaf.page.context.new_page())
    await second_tab.page.goto(f"{house.url}/console")
    await nora.page.keyboard.press("d")
    reason = nora.offer(who).get_by_role("button", name="Not my topic")
    await expect(reason).to_be_focused()
    await nora.page.keyboard.press("Enter")
    await expect(nora.offer(who)).to_have_count(0)
    await expect(olaf.offer(who)).to_be_visible()
    await expect(second_tab.offer(who)).to_be_visible()
    await expect(widget.status).to_contain_text("You are next in line")
    await olaf.page.keyboard.press("a")
    await expect(second_tab.offer(who)).to_have_count(0)
    await expect(widget.panel.get_by_role("heading", name=OLAF)).to_be_visible()
    await expect(widget.log).not_to_contain_text("back in line")
    await expect(board.chat(who)).to_contain_text(OLAF)
    await expect(await board.why(who)).to_contain_text(f"{NORA} declined: Not my topic")
    assert house.faults == []


async def test_an_offer_that_nobody_answers_goes_on_and_says_so(house: House) -> None:
    """The agent who looked away learns of it, and it comes to the next."""
    who = "Jonas Marsh"
    await house.team("Events", assignment="offered", offer_timeout_seconds=5)
    nora, olaf = await house.agent(NORA, "Events"), await house.agent(OLAF, "Events")
    await nora.be_available()
    await house.customer(who, "Events")
    await expect(nora.offer(who)).to_be_visible()
    await olaf.be_available()
    await expect(nora.page.get_by_role("status").filter(has_text="the time ran out")).to_contain_text(who)
    await olaf.offer(who).get_by_role("button", name="Accept").click()
    await expect(olaf.log(who)).to_contain_text(QUESTION)
    assert house.faults == []


async def test_a_transfer_keeps_the_whole_and_tells_each_side_what_it_means(house: House) -> None:
    """Into a paused queue the agent is warned, the customer keeps the place, the next agent reads all."""
    who = "Kaya Marsh"
    await house.team("Counter")
    await house.team("Warehouse", paused=True)
    nora, olaf = await house.agent(NORA, "Counter"), await house.agent(OLAF, "Warehouse")
    board = await house.board()
    await nora.be_available()
    await olaf.be_available()
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Counter")
    await nora.open(who)
    await nora.page.get_by_role("main").get_by_role("button", name="Transfer").click()
    dialog = nora.page.get_by_role("dialog")
    target = dialog.get_by_role("button", name=re.compile("^Warehouse"))
    await expect(target).to_contain_text("Paused")
    await target.click()
    await dialog.get_by_label("Note").fill("Needs a part from the shelf")
    await dialog.get_by_role("button", name="Transfer to Warehouse").click()
    await expect(nora.row(who)).to_have_count(0)
    await expect(widget.log).to_contain_text("You are being passed on to Warehouse")
    await expect(widget.status).to_contain_text("You are next in line")
    await expect(board.waiting("Warehouse")).to_contain_text("1")
    await board.page.get_by_role("button", name="Resume Warehouse").click()
    await olaf.open(who)
    await expect(olaf.log(who)).to_contain_text(QUESTION)
    await expect(olaf.log(who)).to_contain_text("Needs a part from the shelf")
    await expect(widget.panel.get_by_role("heading", name=OLAF)).to_be_visible()
    await expect(widget.log).not_to_contain_text("Needs a part")
    await expect(board.chat(who)).to_contain_text(re.compile(f"Warehouse.*{OLAF}"))
    assert house.faults == []


async def test_who_waits_too_long_overflows_and_everybody_reads_why(house: House) -> None:
    """Agent, supervisor and customer, each in their own words."""
    who = "Lea Marsh"
    await house.team("Night")
    await house.team("Day", overflow_team_id=house.id("Night"), overflow_seconds=1)
    nora, olaf = await house.agent(NORA, "Day"), await house.agent(OLAF, "Night")
    board = await house.board()
    await nora.be_available()
    await house.customer("Filippa Lea", "Day")
    await expect(nora.row("Filippa Lea")).to_be_visible()
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Day")
    await expect(widget.status).to_contain_text("You are next in line")
    await expect(board.chat(who)).to_contain_text("Day")
    await olaf.be_available()
    await expect(widget.log).to_contain_text("You are now in line for Night. The time you waited counts.")
    await olaf.open(who)
    await expect(olaf.log(who)).to_contain_text("Passed on from Day to Night: the wait was too long")
    await expect(board.chat(who)).to_contain_text(re.compile(f"Night.*{OLAF}"))
    await expect(await board.why(who)).to_contain_text("Passed on from Day, where the wait was too long.")
    assert house.faults == []


async def test_a_paused_queue_says_so_and_is_taken_from_by_hand(house: House) -> None:
    """The agent knows why nobody comes, the customer keeps the place, and it goes on where it stood."""
    who = "Marek Marsh"
    await house.team("Rentals")
    nora = await house.agent(NORA, "Rentals")
    await nora.be_available()
    board = await house.board()
    await board.page.get_by_role("button", name="Pause Rentals").click()
    await board.page.get_by_role("dialog").get_by_role("button", name="Pause the queue").click()
    await expect(board.queue("Rentals")).to_contain_text("Paused")
    await expect(nora.page.get_by_text("queue paused. Nobody is sent to you")).to_be_visible()
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Rentals")
    await expect(widget.status).to_contain_text("You are next in line")
    await house.customer("Filippa Marek", "Rentals")
    await expect(board.waiting("Rentals")).to_contain_text("2")

    await nora.list("Unassigned")
    await nora.page.get_by_role("button", name=f"Take {who}").click()
    await expect(widget.panel.get_by_role("heading", name=NORA)).to_be_visible()
    await expect(board.waiting("Rentals")).to_contain_text("1")
    await nora.open(who)
    await nora.end()
    await board.page.get_by_role("button", name="Resume Rentals").click()
    await expect(board.queue("Rentals")).not_to_contain_text("Paused")
    await nora.list("Mine")
    await expect(nora.row("Filippa Marek")).to_be_visible()
    await expect(nora.page.get_by_text("queue paused")).to_have_count(0)
    assert house.faults == []


async def test_closed_hours_are_seen_on_all_three_screens(house: House) -> None:
    """The board and the agent read when it opens, and what the customer leaves waits as a message."""
    who = "Nils Marsh"
    await house.team("Office")
    nora = await house.agent(NORA, "Office")
    await nora.be_available()
    board = await house.board()
    widget = await house.widget()
    await widget.open(house.url)
    await widget.panel.get_by_label("Topic").select_option(label="Office")
    await expect(widget.welcome).to_contain_text("How can we help?")
    await house.admin.change_team("Office", hours={"mon": [["03:00", "03:01"]]})
    await expect(widget.welcome).to_contain_text("We are closed")
    await expect(board.queue("Office")).to_contain_text("Closed until")
    await expect(nora.page.get_by_text(re.compile("closed until .* Who comes now leaves"))).to_be_visible()
    await widget.panel.get_by_label("Your question").fill(QUESTION)
    await widget.panel.get_by_label("Name").fill(who)
    await widget.panel.get_by_label("Email").fill("cleo@example.com")
    await widget.panel.get_by_role("button", name="Send message").click()
    await expect(widget.status).to_contain_text("Your message is with us")
    await nora.list("Unassigned")
    left = nora.page.get_by_role("listitem").filter(has_text=who)
    await expect(left.get_by_role("img", name="Left as a message")).to_be_visible()
    await expect(board.waiting("Office")).to_contain_text("0")
    await expect(board.chat(who)).to_have_count(0)
    assert house.faults == []


async def test_a_customer_made_a_vip_comes_before_who_came_first(house: House) -> None:
    """At once, while they wait: the supervisor's switch, the customer's place, the agent's list."""
    who = "Otto Marsh"
    await house.team("Salon")
    nora = await house.agent(NORA, "Salon")
    await nora.be_available()
    await house.customer("Filippa Otto", "Salon")
    await expect(nora.row("Filippa Otto")).to_be_visible()
    await house.customer("Early Otto", "Salon")
    board, lead = await house.board(), await house.lead()
    await expect(board.waiting("Salon")).to_contain_text("1")
    widget = await house.widget()
    await widget.ask(house.url, who, QUESTION, "Salon")
    await expect(widget.status).to_contain_text("You are number 2 in line")
    await lead.list("Unassigned")
    await lead.open(who)
    await lead.page.get_by_role("switch", name=f"{who} is a VIP").click()
    await expect(widget.status).to_contain_text("You are next in line")
    await expect(board.chat(who)).to_contain_text(re.compile("VIP.*High"))
    await nora.list("Unassigned")
    rows = nora.page.get_by_role("navigation", name="Conversations").get_by_role("listitem")
    await expect(rows.first).to_contain_text(who)
    await expect(rows.first.get_by_role("img", name="VIP")).to_be_visible()
    assert house.faults == []
