"""What an arrival asks for, how it ranks and what it weighs, from the widget to the agent who gets it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest

from chat.protocol.codes import Code
from chat.protocol.commands import (
    EndConversation,
    Ping,
    RequeueConversation,
    SetPriority,
    TakeConversation,
    TransferConversation,
)
from chat.protocol.events import ConversationChanged, QueueMoved
from routing import agents
from store import conversations
from store.conversations import Conversation
from tests.chat import people
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web import demo
from web.replay.client import Refused


@pytest.fixture
async def admin(desk: RunningDesk) -> AsyncIterator[httpx2.AsyncClient]:
    """Who sets the desk up."""
    async with desk.signed_in("admin") as browser:
        yield browser


@pytest.fixture
async def customers(desk: RunningDesk) -> AsyncIterator[AsyncExitStack]:
    """Closes the customers whom a test lets in."""
    async with AsyncExitStack() as stack:
        yield stack


class Arrived:
    """A customer who has written."""

    def __init__(self, listener: Listener, conversation_id: str, visitor_id: str) -> None:
        self.listener = listener
        self.id = conversation_id
        self.visitor_id = visitor_id


async def arrive(desk: RunningDesk, customers: AsyncExitStack, body: str = "hello", **fields: Any) -> Arrived:
    async with desk.browser() as browser:
        made = (await browser.post("/api/visitors", json={"site": demo.SITE_KEY})).json()
    listener = await desk.socket("/ws/visitor")
    customers.push_async_callback(listener.close)
    await listener.visit(demo.SITE_KEY, made["token"])
    acked = await listener.start(body, **fields)
    return Arrived(listener, acked.conversation_id, made["visitor_id"])


async def row(desk: RunningDesk, id: str) -> Conversation:
    async with desk.edge.database.read() as tx:
        found = await conversations.get(tx, id)
    assert found is not None
    return found


async def staff_id(admin: httpx2.AsyncClient, name: str) -> str:
    listed = (await admin.get("/api/staff")).json()["staff"]
    return next(str(one["id"]) for one in listed if one["name"].startswith(name))


async def team_id(admin: httpx2.AsyncClient, name: str) -> str:
    listed = (await admin.get("/api/teams")).json()["teams"]
    return next(str(one["id"]) for one in listed if one["name"] == name)


async def change_staff(admin: httpx2.AsyncClient, name: str, **wish: Any) -> None:
    answer = await admin.patch(f"/api/staff/{await staff_id(admin, name)}", json=wish)
    assert answer.status_code == 200, answer.text


async def change_team(admin: httpx2.AsyncClient, name: str, **wish: Any) -> None:
    answer = await admin.patch(f"/api/teams/{await team_id(admin, name)}", json=wish)
    assert answer.status_code == 200, answer.text


async def only(admin: httpx2.AsyncClient, **wish: Any) -> None:
    """Ben can do what `wish` says, and a queue that insists on it waits as long as it takes."""
    await change_staff(admin, "Ben", **wish)
    await change_team(admin, "Support", relax_seconds=None)


async def stands_at(customer: Arrived, position: int) -> None:
    await customer.listener.expect(QueueMoved, lambda event: event.place.position == position)


@pytest.mark.parametrize(
    ("before", "wish", "asked", "after"),
    [
        ({"skills": {}}, None, {"topic": "billing"}, {"skills": {"billing": 2}}),
        ({"skills": {"billing": 1}}, None, {"topic": "billing"}, {"skills": {"billing": 5}}),
        ({"capacity": 100}, "hello", {}, {"capacity": 200}),
    ],
)
async def test_what_an_agent_is_given_pairs_who_waits_for_it_at_once(
    desk: RunningDesk,
    admin: httpx2.AsyncClient,
    customers: AsyncExitStack,
    before: dict[str, Any],
    wish: str | None,
    asked: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """A skill, a level of it, capacity: the answer to the change comes when the customer is paired or about
    to be, without waiting for any sweep."""
    await only(admin, **before)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        if wish:
            await people.paired(ben, (await arrive(desk, customers, wish)).id)
        waiting = await arrive(desk, customers, "this one asks for more", **asked)
        await stands_at(waiting, 1)
        await change_staff(admin, "Ben", **after)
        await people.paired(ben, waiting.id)


async def test_a_language_given_to_an_agent_pairs_who_waits_for_it(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """Ada speaks French and is full; Ben gets who reads it once he speaks it too."""
    await only(admin, languages=["en"])
    await change_staff(admin, "Ada", capacity=100)
    async with people.staff(desk, "agent", 0, availability="available") as ada:
        await people.paired(ada, (await arrive(desk, customers, language="fr")).id)
        async with people.staff(desk, "agent", 1, availability="available") as ben:
            reader = await arrive(desk, customers, "bonjour", language="fr-CH")
            await stands_at(reader, 1)
            await people.paired(ben, (await arrive(desk, customers, language="en")).id)
            await change_staff(admin, "Ben", languages=["en", "fr"])
            await people.paired(ben, reader.id)
    found = await row(desk, reader.id)
    assert found.language == "fr"


async def test_who_reads_what_nobody_speaks_gets_anybody(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """At once, and without a time to relax; what is no language asks for none."""
    await change_team(admin, "Support", relax_seconds=None)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        for tag, kept in (("sv-SE", "sv"), ("12-34", "")):
            customer = await arrive(desk, customers, language=tag)
            await people.paired(ben, customer.id)
            assert (await row(desk, customer.id)).language == kept


async def test_a_team_given_to_an_agent_pairs_who_waits_for_it(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """Whose team has changed comes again; the customer is theirs meanwhile."""
    support = await team_id(admin, "Support")
    await only(admin, team_ids=[])
    async with people.staff(desk, "agent", 0, availability="available") as ada:
        await change_staff(admin, "Ada", capacity=100)
        await people.paired(ada, (await arrive(desk, customers)).id)
        async with people.staff(desk, "agent", 1, availability="available"):
            waiting = await arrive(desk, customers)
            await stands_at(waiting, 1)
            await change_staff(admin, "Ben", team_ids=[support])
            async with people.staff(desk, "agent", 1) as ben:
                await joined(desk, ben, waiting.id)


async def joined(desk: RunningDesk, agent: Listener, id: str) -> None:
    """Whether it was before this console came or after."""
    if (await row(desk, id)).live != "assigned":
        await people.paired(agent, id)


async def test_a_rule_decides_who_comes_first(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """By the page and by what it says; later arrivals stand before earlier ones, and get the agent first."""
    rules = [
        {"name": "Paying", "priority": 3, "when": [{"field": "page.url", "op": "contains", "value": "/pay"}]},
        {
            "name": "Big cart",
            "priority": 2,
            "when": [{"field": "attribute:page.cart", "op": "is", "value": "big"}],
        },
    ]
    assert (await admin.put("/api/rules", json={"rules": rules})).status_code == 200
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        await change_staff(admin, "Ben", capacity=100)
        first = await arrive(desk, customers)
        await people.paired(ben, first.id)
        normal = await arrive(desk, customers)
        await stands_at(normal, 1)
        cart = await arrive(desk, customers, attributes={"cart": "big"})
        paying = await arrive(desk, customers, page_url="https://shop.example/pay")
        await stands_at(paying, 1)
        await stands_at(cart, 2)
        await stands_at(normal, 3)
        assert [(await row(desk, each.id)).priority for each in (normal, cart, paying)] == [1, 2, 3]
        await ben.ask(EndConversation(ref=fresh(), conversation_id=first.id))
        await people.paired(ben, paying.id)


async def crowd(
    desk: RunningDesk, customers: AsyncExitStack, ben: Listener
) -> tuple[Arrived, Arrived, Arrived]:
    """Ben, who can do one chat, has it; two more wait."""
    held = await arrive(desk, customers)
    await people.paired(ben, held.id)
    one, two = await arrive(desk, customers), await arrive(desk, customers)
    await stands_at(two, 2)
    return held, one, two


@pytest.mark.parametrize("whose", ["customer", "organisation"])
async def test_a_vip_moves_up_at_once_and_every_list_sees_it(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack, whose: str
) -> None:
    """By the customer's own standing or that of their organisation; taken away, the old place is back."""
    await only(admin, capacity=100)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        _, one, two = await crowd(desk, customers, ben)
        path = f"/api/customers/{two.visitor_id}"
        told = (await admin.patch(path, json={"organisation": "Acme"})).json()
        assert (told["organisation"], told["vip"], told["organisation_vip"]) == ("Acme", False, False)
        if whose == "organisation":
            path = f"/api/organisations/{told['organisation_id']}"
        assert (await admin.patch(path, json={"vip": True})).status_code == 200
        await stands_at(two, 1)
        await stands_at(one, 2)
        shown = await ben.expect(
            ConversationChanged,
            lambda event: event.summary.conversation_id == two.id and event.summary.vip,
        )
        assert shown.summary.priority == 2
        assert (await admin.patch(path, json={"vip": False})).status_code == 200
        await stands_at(two, 2)
        assert (await row(desk, two.id)).priority == 1


async def test_who_comes_as_a_vip_is_ahead_and_stays_so(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """Through a requeue, and into another team's queue."""
    await only(admin, capacity=100)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        held, one, two = await crowd(desk, customers, ben)
        vip = {"vip": True}
        assert (await admin.patch(f"/api/customers/{held.visitor_id}", json=vip)).status_code == 200
        assert (await row(desk, held.id)).priority == 2
        await people.declare(ben, "away")
        await ben.ask(RequeueConversation(ref=fresh(), conversation_id=held.id))
        await stands_at(held, 1)
        await stands_at(one, 2)
        await stands_at(two, 3)
    sales = await team_id(admin, "Sales")
    async with people.staff(desk, "supervisor") as sam:
        await sam.ask(TransferConversation(ref=fresh(), conversation_id=held.id, team_id=sales))
    moved = await row(desk, held.id)
    assert (moved.team_id, moved.priority, moved.live) == (sales, 2, "waiting")


async def test_vips_are_for_supervisors(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """And only for customers and organisations that there are."""
    one = await arrive(desk, customers, leave=True)
    async with desk.signed_in("agent") as agent, desk.signed_in("supervisor") as supervisor:
        assert (await agent.patch(f"/api/customers/{one.visitor_id}", json={"vip": True})).status_code == 403
        assert (await agent.patch("/api/organisations/x", json={"vip": True})).status_code == 403
        assert (await supervisor.patch("/api/customers/x", json={"vip": True})).status_code == 404
        assert (await supervisor.patch("/api/organisations/x", json={"vip": True})).status_code == 404
        told = await supervisor.patch(f"/api/customers/{one.visitor_id}", json={"organisation": "A\nB"})
        assert told.status_code == 422
        path = f"/api/customers/{one.visitor_id}"
        assert (await supervisor.patch(path, json={"organisation": "Acme"})).json()["organisation"] == "Acme"
        assert (await supervisor.patch(path, json={"organisation": " "})).json()["organisation"] is None
        shown = (await supervisor.get(f"/api/conversations/{one.id}")).json()["customer"]
    assert (shown["vip"], shown["identified"]) == (False, False)


async def test_a_priority_that_a_person_set_moves_at_once_and_no_rule_changes_it(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """The first time stays: taken back, so is the place."""
    await only(admin, capacity=100)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        _, one, two = await crowd(desk, customers, ben)
        first_at = (await row(desk, two.id)).first_waited_at
        await ben.ask(SetPriority(ref=fresh(), conversation_id=two.id, priority=3))
        await stands_at(two, 1)
        await stands_at(one, 2)
        await admin.patch(f"/api/customers/{two.visitor_id}", json={"vip": True})
        assert (await row(desk, two.id)).priority == 3
        await ben.ask(SetPriority(ref=fresh(), conversation_id=two.id, priority=1))
        await stands_at(two, 2)
        assert (await row(desk, two.id)).first_waited_at == first_at


async def test_a_priority_is_set_by_those_who_may_act_on_the_conversation(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """Nobody of another team, no colleague while somebody has it, no customer, nobody once it is over."""
    async with (
        people.staff(desk, "agent", 1, availability="available") as ben,
        people.staff(desk, "agent", 0) as ada,
        people.staff(desk, "agent", 2) as chloe,
        people.staff(desk, "supervisor") as sam,
    ):
        held = await arrive(desk, customers)
        await people.paired(ben, held.id)
        wish = SetPriority(ref=fresh(), conversation_id=held.id, priority=3)
        for listener, code in (
            (chloe, Code.NOT_FOUND),
            (ada, Code.ALREADY_TAKEN),
            (held.listener, Code.UNKNOWN_COMMAND),
        ):
            with pytest.raises(Refused) as refused:
                await listener.ask(wish)
            assert refused.value.code is code
        assert (await row(desk, held.id)).priority == 1
        await ben.ask(wish)
        await sam.ask(SetPriority(ref=fresh(), conversation_id=held.id, priority=0))
        assert (await row(desk, held.id)).priority == 0
        await ben.ask(EndConversation(ref=fresh(), conversation_id=held.id))
        with pytest.raises(Refused) as refused:
            await ben.ask(wish)
        assert refused.value.code is Code.ENDED


async def test_a_conversation_counts_by_its_channel(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """A chat for two and a message for a third, as the team weighs them; all of it is load."""
    await change_team(admin, "Support", weights={"chat": 200, "message": 30})
    left = await arrive(desk, customers, leave=True)
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        chat = await arrive(desk, customers)
        await people.paired(ben, chat.id)
        await ben.ask(TakeConversation(ref=fresh(), conversation_id=left.id))
        waiting = await arrive(desk, customers)
        await stands_at(waiting, 1)
        assert await load(desk, admin, "Ben") == 230
        assert [(await row(desk, each.id)).channel for each in (chat, left)] == ["chat", "message"]


async def test_a_change_of_weights_counts_for_who_waits_already(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """And matches them at once; what an agent holds keeps the weight that it was given with."""
    await change_team(admin, "Support", weights={"chat": 200, "message": 100})
    async with people.staff(desk, "agent", 1, availability="available") as ben:
        await people.paired(ben, (await arrive(desk, customers)).id)
        waiting = await arrive(desk, customers)
        await stands_at(waiting, 1)
        await change_team(admin, "Support", weights={"chat": 50, "message": 100})
        await people.paired(ben, waiting.id)
        assert await load(desk, admin, "Ben") == 250


async def test_who_stops_waiting_counts_as_a_message(
    desk: RunningDesk, admin: httpx2.AsyncClient, customers: AsyncExitStack
) -> None:
    """Transferred to a team that weighs otherwise, it is of that team's weight."""
    await change_team(admin, "Support", weights={"chat": 100, "message": 30})
    await change_team(admin, "Sales", weights={"chat": 100, "message": 70})
    left = await arrive(desk, customers, leave=True)
    assert ((await row(desk, left.id)).channel, (await row(desk, left.id)).weight) == ("message", 30)
    async with people.staff(desk, "supervisor") as sam:
        sales = await team_id(admin, "Sales")
        await sam.ask(TransferConversation(ref=fresh(), conversation_id=left.id, team_id=sales))
        await sam.ask(Ping(ref=fresh()))
    assert (await row(desk, left.id)).weight == 70


@pytest.mark.parametrize(
    "weights", [{"chat": 0, "message": 1}, {"chat": 100}, {"chat": 100, "message": 100, "mail": 30}]
)
async def test_weights_are_of_the_channels_that_there_are(
    desk: RunningDesk, admin: httpx2.AsyncClient, weights: dict[str, int]
) -> None:
    """Each at least a hundredth."""
    path = f"/api/teams/{await team_id(admin, 'Support')}"
    assert (await admin.patch(path, json={"weights": weights})).status_code == 422


async def load(desk: RunningDesk, admin: httpx2.AsyncClient, name: str) -> int:
    """What routing counts of somebody, in hundredths."""
    wanted = await staff_id(admin, name)
    states = await agents.states(desk.edge.desk.context.router)
    return next(state.load for state in states if state.staff_id == wanted)
