"""Closed hours, full queues, fallbacks and overflow, as a customer meets them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chat import queueing, staffing
from chat.protocol.codes import Code
from chat.protocol.commands import EndConversation, JoinQueue, StartConversation
from chat.protocol.events import Acked, EntryAppended, QueueMoved, SiteChanged, TicketChanged, VisitorWelcomed
from chat.protocol.views import Entry, SiteView
from store import conversations, teams, visits
from tests.chat.people import declare, paired, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web import demo
from web.replay.client import Refused

ALWAYS_CLOSED: dict[str, list[list[str]]] = {}
SUPPORT, SALES = "Support", "Sales"


async def settle(desk: RunningDesk, name: str = SUPPORT, **settings: Any) -> teams.Team:
    """Change one of the demo's teams; arrivals without a topic come to Support."""
    context = desk.edge.desk.context
    async with context.database.begin() as tx:
        team = next(team for team in await teams.list_all(tx) if team.name == name)
        row = await teams.change(tx, team.id, **settings)
    assert row is not None
    await staffing.team_changed(context, row)
    return row


async def visit(desk: RunningDesk) -> tuple[Listener, SiteView]:
    """A visitor who has not written yet, and what their widget knows."""
    listener = await desk.socket("/ws/visitor")
    welcomed = await listener.visit(demo.SITE_KEY, await desk.visitor())
    assert isinstance(welcomed, VisitorWelcomed)
    return listener, welcomed.site


async def ask(customer: Listener, topic: str = "") -> str:
    """Write a first message; the conversation's id."""
    acked = await customer.ask(StartConversation(ref=fresh(), client_id=fresh(), body="Hello?", topic=topic))
    assert isinstance(acked, Acked)
    return acked.conversation_id


async def told(customer: Listener) -> Entry:
    """The instant reply."""
    return (await customer.expect(EntryAppended, lambda event: event.entry.kind == "greeting")).entry


async def refusal(customer: Listener, command: JoinQueue) -> Code:
    with pytest.raises(Refused) as refused:
        await customer.ask(command)
    return refused.value.code


def payload(entry: Entry) -> dict[str, Any]:
    assert isinstance(entry.payload, msgspec.Raw)
    decoded: dict[str, Any] = msgspec.json.decode(entry.payload)
    return decoded


def becomes(conversation_id: str, live: str) -> Callable[[TicketChanged], bool]:
    return lambda event: (event.ticket.conversation_id, event.ticket.live) == (conversation_id, live)


def moved_clock(desk: RunningDesk, at: datetime) -> None:
    """From now on the desk's clock goes on from `at`."""
    clock = desk.edge.desk.context.clock
    now, began = clock.now, clock.now()
    clock.now = lambda: at + (now() - began)  # type: ignore[method-assign]


async def test_closed_hours_are_told_at_once_with_the_next_opening_and_the_message_is_kept(
    desk: RunningDesk,
) -> None:
    """Although an agent is there."""
    async with staff(desk, availability="available"):
        moved_clock(desk, datetime(2026, 1, 3, 12, tzinfo=UTC))
        await settle(desk, hours={"mon": [["09:00", "17:00"]]}, time_zone="Europe/Zurich")
        customer, conversation_id = await desk.customer("Are you open?")
        ticket = (await customer.expect(TicketChanged)).ticket
        assert (ticket.conversation_id, ticket.live, ticket.status) == (conversation_id, "message", "queued")
        reply = await told(customer)
        assert "We are closed, and open again on Monday, 5 January, 09:00 (Europe/Zurich)" in reply.body
        assert payload(reply) == {"reason": "closed", "opens_at": "2026-01-05T08:00:00+00:00"}
        await customer.close()


@pytest.mark.parametrize(
    ("support", "sales", "at_work", "waits_for"),
    [
        ({}, {}, "", ""),
        ({}, {}, SUPPORT, SUPPORT),
        ({"hours": ALWAYS_CLOSED}, {}, SUPPORT, ""),
        ({}, {}, SALES, ""),
        ({"fallback": SALES}, {}, SALES, SALES),
        ({"fallback": SALES}, {"hours": ALWAYS_CLOSED}, SALES, ""),
        ({"fallback": SALES, "hours": ALWAYS_CLOSED}, {}, SALES, ""),
        ({"fallback": SALES, "paused": True}, {}, SUPPORT, SUPPORT),
    ],
)
async def test_the_widget_says_beforehand_what_an_arrival_then_meets(
    desk: RunningDesk, support: dict[str, Any], sales: dict[str, Any], at_work: str, waits_for: str
) -> None:
    """Open and attended, by its own people or by those of its fallback, or else only a message."""
    others = await settle(desk, SALES, **sales)
    fallback = {"fallback_team_id": others.id} if support.get("fallback") else {}
    rest = {name: value for name, value in support.items() if name != "fallback"}
    await settle(desk, SUPPORT, **fallback, **rest)
    # Ben works for Support alone, Chloe for Sales alone.
    async with staff(desk, index=2 if at_work == SALES else 1) as agent:
        await declare(agent, "available" if at_work else "away")
        customer, site = await visit(desk)
        conversation_id = await ask(customer)
        async with desk.edge.desk.context.database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        assert row is not None
        assert (site.attended, row.live != "message") == (bool(waits_for), bool(waits_for))
        assert row.team_name == (waits_for or SUPPORT)
        await customer.close()


async def test_each_topic_says_whether_its_own_team_is_there(desk: RunningDesk) -> None:
    """One team closed with a time to come back, the other open."""
    moved_clock(desk, datetime(2026, 1, 3, 12, tzinfo=UTC))
    await settle(desk, SALES, hours={"mon": [["09:00", "17:00"]]})
    async with staff(desk, index=1, availability="available"):
        customer, site = await visit(desk)
        assert (site.attended, site.opens_at) == (True, None)
        found = {topic.key: (topic.attended, topic.opens_at) for topic in site.topics}
        assert found == {
            "support": (True, None),
            "sales": (False, datetime(2026, 1, 5, 9, tzinfo=UTC)),
            "billing": (True, None),
        }
        assert site.notice == demo.AWAY
        await ask(customer, "sales")
        await customer.expect(TicketChanged, lambda event: event.ticket.live == "message")
        await customer.close()


async def test_an_open_widget_is_told_when_the_clock_opens_and_closes_the_desk(desk: RunningDesk) -> None:
    """Nobody did anything, but it is time."""
    async with staff(desk, index=1, availability="available"):
        moved_clock(desk, datetime(2026, 1, 5, 8, 30, tzinfo=UTC))
        await settle(desk, hours={"mon": [["09:00", "17:00"]]})
        customer, site = await visit(desk)
        assert (site.attended, site.opens_at) == (False, datetime(2026, 1, 5, 9, tzinfo=UTC))
        moved_clock(desk, datetime(2026, 1, 5, 9, tzinfo=UTC))
        opened = await customer.expect(SiteChanged, lambda event: event.site.attended)
        assert opened.site.opens_at is None
        moved_clock(desk, datetime(2026, 1, 5, 17, tzinfo=UTC))
        closed = await customer.expect(SiteChanged, lambda event: not event.site.attended)
        assert closed.site.opens_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
        await customer.close()


async def test_a_full_queue_is_told_and_the_message_is_kept(desk: RunningDesk) -> None:
    """The next customer is offered to leave a message: what they wrote is one already."""
    async with staff(desk, availability="available"):
        await settle(desk, queue_max=0, paused=True)
        customer, conversation_id = await desk.customer("One more?")
        await customer.expect(TicketChanged, lambda event: event.ticket.live == "message")
        reply = await told(customer)
        assert "cannot take one more" in reply.body
        assert payload(reply) == {"reason": "full", "opens_at": None}
        context = desk.edge.desk.context
        async with context.database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        assert row is not None
        assert (row.live, row.status) == ("message", "queued")
        await customer.close()


async def test_what_is_written_after_the_end_in_closed_hours_is_kept_as_a_message(desk: RunningDesk) -> None:
    """Reopening looks at the hours as an arrival does, although the agent is there, and says so."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("It squeaks")
        await paired(agent, conversation_id)
        await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        moved_clock(desk, datetime(2026, 1, 3, 12, tzinfo=UTC))
        await settle(desk, hours={"mon": [["09:00", "17:00"]]})
        await customer.expect(TicketChanged, becomes(conversation_id, "ended"))
        await customer.say(conversation_id, "It squeaks again")
        ticket = (await customer.expect(TicketChanged, becomes(conversation_id, "message"))).ticket
        assert ticket.status == "queued"
        found = await customer.expect(
            EntryAppended, lambda event: event.entry.kind == "greeting" and "closed" in event.entry.body
        )
        assert payload(found.entry)["opens_at"] == "2026-01-05T09:00:00+00:00"
        await customer.close()


async def test_what_is_reopened_goes_where_an_arrival_would(desk: RunningDesk) -> None:
    """Its own team has gone home, the fallback has not."""
    other = await settle(desk, SALES, paused=True)
    await settle(desk, fallback_team_id=other.id)
    async with staff(desk, index=1, availability="available") as ben, staff(desk, index=2) as chloe:
        customer, conversation_id = await desk.customer("It squeaks")
        await paired(ben, conversation_id)
        await ben.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        await declare(ben, "away")
        await declare(chloe, "available")
        ended = (await customer.expect(TicketChanged, becomes(conversation_id, "ended"))).ticket
        await customer.say(conversation_id, "It squeaks again")
        again = await customer.expect(TicketChanged, lambda event: event.ticket.version > ended.version)
        assert (again.ticket.live, again.ticket.team) == ("waiting", SALES)
        await customer.close()


async def test_an_overflow_moves_the_conversation_with_its_first_time(desk: RunningDesk) -> None:
    """In the database first; telling it twice changes nothing. The customer reads it once."""
    async with staff(desk, availability="available"):
        team = await settle(desk, paused=True)
        customer, conversation_id = await desk.customer("Who helps?")
        await told(customer)
        context = desk.edge.desk.context
        async with context.database.begin() as tx:
            other = await teams.add(tx, name="Night")
            before = await conversations.get(tx, conversation_id)
        await queueing.overflow(context, conversation_id, other.id)
        await queueing.overflow(context, conversation_id, other.id)
        async with context.database.read() as tx:
            after = await conversations.get(tx, conversation_id)
            visit = await visits.current(tx, conversation_id)
            slow = await visits.overflowed(tx, conversation_id, visit.episode if visit else 0)
        assert slow == team.id
        assert before is not None
        assert after is not None
        assert visit is not None
        assert (before.team_id, after.team_id) == (team.id, other.id)
        assert (after.first_waited_at, after.episode) == (before.first_waited_at, before.episode + 1)
        assert visit.first_at == before.first_waited_at
        await customer.expect(TicketChanged, lambda event: event.ticket.team == "Night")
        moved = await customer.expect(EntryAppended, lambda event: event.entry.kind == "transferred")
        assert payload(moved.entry) == {"to_team": "Night", "from_team": "Support", "reason": "overflow"}
        fence = await customer.say(conversation_id, "fence")
        assert fence.seq == moved.entry.seq + 1
        await customer.close()


async def test_who_waits_is_told_that_their_team_has_gone_and_when_it_opens(desk: RunningDesk) -> None:
    """Their own queue's team counts, not the site's; the place is kept."""
    moved_clock(desk, datetime(2026, 1, 5, 16, 30, tzinfo=UTC))
    await settle(desk, SALES, paused=True, hours={"mon": [["09:00", "17:00"]]})
    async with staff(desk, index=1, availability="available"), staff(desk, index=2) as chloe:
        await declare(chloe, "available")
        customer, _ = await visit(desk)
        conversation_id = await ask(customer, "sales")
        place = (await customer.expect(QueueMoved)).place
        assert (place.position, place.attended, place.opens_at) == (1, True, None)
        moved_clock(desk, datetime(2026, 1, 5, 17, tzinfo=UTC))
        await declare(chloe, "away")
        gone = await customer.expect(QueueMoved, lambda event: not event.place.attended)
        shut = gone.place if gone.place.opens_at else (await customer.expect(QueueMoved)).place
        assert (shut.conversation_id, shut.position) == (conversation_id, 1)
        assert shut.opens_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
        await customer.close()


async def test_a_kept_message_can_wait_in_line_once_there_is_room(desk: RunningDesk) -> None:
    """Tried while it is full, it is refused and stays a message; tried later, it is paired."""
    async with staff(desk, availability="available") as agent:
        await settle(desk, queue_max=0, paused=True)
        customer, conversation_id = await desk.customer("One more?")
        await customer.expect(TicketChanged, becomes(conversation_id, "message"))
        join = JoinQueue(ref=fresh(), conversation_id=conversation_id)
        assert await refusal(customer, join) is Code.NOT_AVAILABLE
        async with desk.edge.desk.context.database.read() as tx:
            kept = await conversations.get(tx, conversation_id)
        assert kept is not None
        assert (kept.live, kept.channel, kept.status) == ("message", "message", "queued")
        await settle(desk, queue_max=None)
        await customer.ask(JoinQueue(ref=fresh(), conversation_id=conversation_id))
        place = (await customer.expect(QueueMoved)).place
        assert (place.conversation_id, place.position) == (conversation_id, 1)
        await settle(desk, paused=False)
        await paired(agent, conversation_id)
        await customer.close()


async def test_nobody_joins_a_closed_desk_a_second_time_or_for_somebody_else(desk: RunningDesk) -> None:
    """The same door as an arrival's; one chat under way a customer; ids alone open nothing."""
    customer, conversation_id = await desk.customer("Hello?")
    join = JoinQueue(ref=fresh(), conversation_id=conversation_id)
    stranger, _ = await visit(desk)
    assert await refusal(customer, join) is Code.NOT_AVAILABLE
    async with staff(desk, availability="available"):
        await settle(desk, paused=True)
        assert await refusal(stranger, join) is Code.NOT_FOUND
        other = await ask(customer)
        assert await refusal(customer, join) is Code.FORBIDDEN
        assert await refusal(customer, JoinQueue(ref=fresh(), conversation_id=other)) is Code.FORBIDDEN
    await customer.close()
    await stranger.close()
