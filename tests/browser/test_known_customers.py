"""What the customer's page tells of them: language, attributes, and who they are, where the site signs it."""

import time
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.screens import Admin, Widget, expect_once, person
from tests.e2e.services import Service
from web.security import identities

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def signed(admin: Admin, external_id: str, name: str) -> dict[str, Any]:
    """What a shop's server would put into its page for this customer."""
    secret = (await admin.get("/api/sites/demo/secret"))["secret"]
    issued_at = int(time.time())
    email = f"{external_id}@example.com"
    text = identities.text(external_id, name, email, "Marsh & Sons", {"plan": "pro"}, issued_at)
    return {
        "external_id": external_id,
        "name": name,
        "email": email,
        "organisation": "Marsh & Sons",
        "attributes": {"plan": "pro"},
        "issued_at": issued_at,
        "signature": identities.sign(secret, text),
    }


async def tell(widget: Widget, *call: object) -> None:
    """The page's own script speaks to the widget."""
    await widget.page.evaluate("call => frontdesk(...call)", list(call))


async def newest(admin: Admin) -> dict[str, Any]:
    """Details of the conversation that was opened last."""
    listed = (await admin.get("/api/conversations?limit=1"))["items"]
    found: dict[str, Any] = await admin.get(f"/api/conversations/{listed[0]['conversation_id']}")
    return found


async def start(widget: Widget, question: str) -> None:
    await widget.panel.get_by_label("Your question").fill(question)
    await widget.panel.get_by_role("button", name="Send message").click()
    await expect(widget.panel.get_by_text("Your message is with us")).to_be_visible()
    await expect(widget.log).to_contain_text(question)


async def test_the_pages_language_and_attributes_come_with_the_first_message(
    service: Service, browser: Browser, admin: Admin
) -> None:
    """What was set before the chat was opened and after; a rule goes by it."""
    faults: list[str] = []
    when = [{"field": "attribute:page.plan", "op": "is", "value": "Pro"}]
    await admin.send("PUT", "/api/rules", {"rules": [{"name": "Pro", "priority": 3, "when": when}]})
    widget = Widget(await person(browser, faults))
    await widget.page.goto(f"{service.urls[0]}/demo")
    await widget.page.evaluate("document.documentElement.lang = 'fr-CH'")
    await tell(widget, "set", {"plan": "free", "cart": 3, "not a name": "x"})
    await widget.page.get_by_role("button", name="Open chat").click()
    await expect(widget.welcome).to_be_visible()
    await tell(widget, "set", {"plan": "pro", "cart": None})
    await start(widget, "Puis-je payer plus tard ?")
    found = (await newest(admin))["summary"]
    assert (found["language"], found["priority"]) == ("fr", 3)
    assert faults == []


async def test_a_signed_identity_is_who_writes_and_nobody_else_sees_it(
    service: Service, browser: Browser, admin: Admin
) -> None:
    """Known by name to the desk; another customer of this browser, or none, finds an empty chat."""
    faults: list[str] = []
    anna, ben = await signed(admin, "anna", "Anna Marsh"), await signed(admin, "ben", "Ben Marsh")
    widget = Widget(await person(browser, faults))
    await widget.page.goto(f"{service.urls[0]}/demo")
    await tell(widget, "identify", anna)
    await widget.page.get_by_role("button", name="Open chat").click()
    await expect(widget.panel.get_by_label("Name")).to_have_value("Anna Marsh")
    await start(widget, "Where is my invoice?")
    known = (await newest(admin))["customer"]
    assert (known["name"], known["email"]) == ("Anna Marsh", "anna@example.com")
    assert known["organisation"] == "Marsh & Sons"

    # Another customer signs in on the same browser, without a reload.
    await tell(widget, "identify", ben)
    await expect(widget.welcome).to_be_visible()
    await expect(widget.panel.get_by_label("Name")).to_have_value("Ben Marsh")
    await expect(widget.panel.get_by_text("Where is my invoice?")).to_have_count(0)

    # The first one comes back, and what she wrote is there, on a new page too.
    await tell(widget, "identify", anna)
    await expect(widget.log).to_contain_text("Where is my invoice?")
    await widget.page.reload()
    await expect(widget.log).to_contain_text("Where is my invoice?")

    # Who pretends to be somebody gets nothing of it, and neither does whoever comes after a sign-out.
    await tell(widget, "identify", {**ben, "external_id": "mallory"})
    await expect(widget.welcome).to_be_visible()
    await tell(widget, "identify", anna)
    await expect(widget.log).to_contain_text("Where is my invoice?")
    await tell(widget, "reset")
    await expect(widget.welcome).to_be_visible()
    await expect(widget.panel.get_by_label("Name")).to_have_value("")
    await widget.page.reload()
    await expect(widget.welcome).to_be_visible()
    assert faults == []


async def test_what_was_begun_without_a_name_stays_in_sight_of_who_signs_in(
    service: Service, browser: Browser, admin: Admin
) -> None:
    """Until it is over, they go on with it; a reload changes nothing."""
    faults: list[str] = []
    carla = await signed(admin, "carla", "Carla Marsh")
    widget = Widget(await person(browser, faults))
    await widget.open(service.urls[0])
    await start(widget, "Before I signed in")
    await tell(widget, "identify", carla)
    await widget.say("And after")
    await expect_once(widget.log, ["Before I signed in", "And after"])
    await widget.page.reload()
    await tell(widget, "identify", carla)
    await widget.say("And later")
    await expect_once(widget.log, ["Before I signed in", "And after", "And later"])
    assert len((await admin.get("/api/conversations?q=signed"))["items"]) == 1
    assert faults == []
