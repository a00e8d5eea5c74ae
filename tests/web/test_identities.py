"""Customers whom their site has named, and nobody else."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat.protocol.commands import SetContact
from store import conversations, customers, sites
from tests.chat import people
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web import demo
from web.security import identities
from web.security.identities import Identity, proves

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECRET = "s" * 32


def signed(secret: str, at: float, **fields: Any) -> dict[str, Any]:
    """An identity as a site's server makes it."""
    given = {"external_id": "42", "name": "", "email": "", "organisation": "", "attributes": {}, **fields}
    text = identities.text(**given, issued_at=int(at))
    return {**given, "issued_at": int(at), "signature": identities.sign(secret, text)}


def identity(at: datetime = NOW, **fields: Any) -> Identity:
    return Identity(**signed(SECRET, at.timestamp(), **fields))


def test_what_is_signed_is_as_documented() -> None:
    """A site's server in any language writes the same lines: this is the README's example."""
    text = identities.text("42", "Zoë", "zoe@example.com", "Acme", {"plan": "gold", "age": "3"}, 1772355600)
    assert text == "frontdesk identity 1\n42\nZoë\nzoe@example.com\nAcme\n1772355600\nage=3\nplan=gold"
    assert (
        identities.sign("secret", text) == "a6905db9b45e4d8c20466eb6f96d0ee09b8d796c3c2996776c0b617b6e251e0c"
    )


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=1), timedelta(minutes=-5)])
def test_an_identity_counts_for_an_hour(age: timedelta) -> None:
    """And a little before, where the site's clock is ahead."""
    assert proves(identity(NOW - age), SECRET, NOW)


@pytest.mark.parametrize("age", [timedelta(hours=1, seconds=1), timedelta(minutes=-5, seconds=-1)])
def test_an_identity_of_another_hour_does_not(age: timedelta) -> None:
    """Whoever finds one later cannot use it."""
    assert not proves(identity(NOW - age), SECRET, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": "43"},
        {"name": "Mallory"},
        {"email": "m@example.com"},
        {"organisation": "Acme"},
        {"attributes": {"plan": "gold"}},
        {"issued_at": int(NOW.timestamp()) - 1},
        {"signature": "0" * 64},
    ],
)
def test_a_change_of_anything_breaks_the_signature(change: dict[str, Any]) -> None:
    """Each field is signed, and its place."""
    given = {**signed(SECRET, NOW.timestamp(), name="Zoë"), **change}
    assert not proves(Identity(**given), SECRET, NOW)
    assert not proves(identity(), "another secret", NOW)


async def ask(desk: RunningDesk, wish: dict[str, Any] | None) -> Any:
    """What the widget asks for."""
    async with desk.browser() as browser:
        return await browser.post("/api/visitors", json={"site": demo.SITE_KEY, "identity": wish})


async def secret_of(desk: RunningDesk) -> str:
    async with desk.edge.database.read() as tx:
        site = await sites.by_key(tx, demo.SITE_KEY)
    assert site is not None
    return site.secret


async def test_a_customer_whom_the_site_names_is_the_same_on_every_device(desk: RunningDesk) -> None:
    """With what the site says of them; an empty field leaves what is known."""
    secret = await secret_of(desk)
    one = await ask(desk, signed(secret, time.time(), name="Zoë", organisation="Acme", attributes={"a": "1"}))
    two = await ask(desk, signed(secret, time.time(), email="zoe@example.com"))
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json()["visitor_id"] == two.json()["visitor_id"]
    other = await ask(desk, signed(secret, time.time(), external_id="43"))
    assert other.json()["visitor_id"] != one.json()["visitor_id"]
    async with desk.edge.database.read() as tx:
        found = await customers.get(tx, one.json()["visitor_id"])
    assert found is not None
    assert (found.name, found.email, found.organisation_name) == ("Zoë", "zoe@example.com", "Acme")
    assert (found.external_id, found.attributes) == ("42", {})


async def test_a_wrong_or_old_identity_is_refused_and_makes_nobody(desk: RunningDesk) -> None:
    """Neither a customer nor a token; the words do not say what was wrong."""
    secret = await secret_of(desk)
    answers = [
        await ask(desk, signed("guessed", time.time())),
        await ask(desk, signed(secret, time.time() - 3700)),
        await ask(desk, {**signed(secret, time.time()), "name": "Mallory"}),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "forbidden")}
    assert len({answer.text for answer in answers}) == 1
    async with desk.edge.database.read() as tx:
        site = await sites.by_key(tx, demo.SITE_KEY)
        assert site is not None
        assert await customers.by_external_id(tx, site.id, "42") is None


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": ""},
        {"external_id": "a\nb"},
        {"name": "a\u2028b"},
        {"attributes": {"page.plan": "x"}},
        {"attributes": {f"k{n}": "" for n in range(31)}},
        {"attributes": {"k": "x" * 301}},
        {"signature": "short"},
        {"admin": True},
    ],
)
async def test_an_identity_out_of_bounds_is_refused(desk: RunningDesk, change: dict[str, Any]) -> None:
    """Line breaks above all, which would let one field pass for two."""
    answer = await ask(desk, {**signed(SECRET, time.time()), **change})
    assert answer.status_code == 422


async def test_an_identified_customer_finds_their_conversation_again(desk: RunningDesk) -> None:
    """On another device, with nothing but what the site signed; an unsigned visitor does not."""
    secret = await secret_of(desk)
    made = (await ask(desk, signed(secret, time.time(), name="Zoë"))).json()
    first = await desk.socket("/ws/visitor")
    await first.visit(demo.SITE_KEY, made["token"])
    started = await first.start("hello", leave=True)
    again = (await ask(desk, signed(secret, time.time()))).json()
    second, stranger = Listener(), Listener()
    for listener, token in ((second, again["token"]), (stranger, await desk.visitor())):
        await listener.open(desk.url.replace("http", "ws") + "/ws/visitor", origin=desk.url, cookie="")
        welcome = await listener.visit(demo.SITE_KEY, token)
        found = welcome.ticket.conversation_id if welcome.ticket else None
        assert found == (started.conversation_id if listener is second else None)
        await listener.close()
    await first.close()


async def test_what_a_site_says_anew_ranks_who_waits_already(desk: RunningDesk) -> None:
    """A plan that was bought while waiting counts."""
    secret = await secret_of(desk)
    rule = {"name": "Gold", "priority": 3, "when": [{"field": "attribute:plan", "op": "is", "value": "gold"}]}
    async with desk.signed_in("admin") as admin:
        assert (await admin.put("/api/rules", json={"rules": [rule]})).status_code == 200
    async with people.staff(desk, "agent", 1, availability="available"):
        made = (await ask(desk, signed(secret, time.time()))).json()
        customer = await desk.socket("/ws/visitor")
        await customer.visit(demo.SITE_KEY, made["token"])
        id = (await customer.start("hello")).conversation_id
        await ask(desk, signed(secret, time.time(), attributes={"plan": "gold"}))
        async with desk.edge.database.read() as tx:
            row = await conversations.get(tx, id)
        await customer.close()
    assert row is not None
    assert row.priority == 3


async def test_what_a_site_has_signed_nobody_changes_by_typing(desk: RunningDesk) -> None:
    """Neither the name they write under nor the address that rules look at; what it left out they fill in."""
    made = (await ask(desk, signed(await secret_of(desk), time.time(), name="Zoë"))).json()
    customer = await desk.socket("/ws/visitor")
    await customer.visit(demo.SITE_KEY, made["token"])
    await customer.start("hello", leave=True, name="The boss", email="zoe@example.com")
    await customer.ask(SetContact(ref=fresh(), name="The boss", email="boss@bank.example"))
    await customer.close()
    async with desk.edge.database.read() as tx:
        found = await customers.get(tx, made["visitor_id"])
    assert found is not None
    assert (found.name, found.email) == ("Zoë", "zoe@example.com")
