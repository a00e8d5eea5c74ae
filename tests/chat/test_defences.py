"""What clients claim, what fails half-way, and what comes too late harms nobody."""

import asyncio

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import opening, rebuilding, reopening
from chat.protocol.codes import CloseCode, Code
from chat.protocol.commands import (
    Cursor,
    EndConversation,
    Ping,
    SendMessage,
    SetTyping,
    StartConversation,
    TransferConversation,
)
from chat.protocol.events import (
    Acked,
    ConversationChanged,
    EntryAppended,
    Failed,
    OfferEnded,
    OfferMade,
    TicketChanged,
    TypingChanged,
)
from routing import agents, assignments
from routing import errors as routing_errors
from store import conversations, teams
from store import staff as members
from store.errors import Unavailable
from tests.chat.people import declare, opened, paired, said_like, staff
from tests.clients.listener import fresh
from tests.web.running import RunningDesk
from web import demo
from web.replay.client import Refused


async def test_a_refused_open_leaves_nothing_behind(desk: RunningDesk) -> None:
    """Neither an ear in the conversation nor a name among its viewers."""
    async with staff(desk, availability="available") as agent, staff(desk, index=2) as stranger:
        customer, conversation_id = await desk.customer("for Support")
        await paired(agent, conversation_id)
        for wanted in (conversation_id, "no such thing"):
            with pytest.raises(Refused):
                await opened(stranger, wanted)
        customer.post(SetTyping(ref=fresh(), conversation_id=conversation_id, typing=True))
        await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        await customer.expect(TicketChanged, lambda event: event.ticket.status == "solved")
        await stranger.ask(Ping(ref=fresh()))
        assert not [e for e in stranger.heard if isinstance(e, TypingChanged | ConversationChanged)]
        assert desk.edge.desk.context.viewers.of(conversation_id) == []
        await customer.close()


async def test_a_cursor_beyond_the_thread_harms_nobody(desk: RunningDesk) -> None:
    """Who claims to have more than there is hears what comes next, as do all others."""
    token = await desk.visitor()
    customer = await desk.socket("/ws/visitor")
    await customer.visit(demo.SITE_KEY, token)
    conversation_id = (await customer.start("hello", leave=True)).conversation_id
    boaster = await desk.socket("/ws/visitor")
    far = Cursor(conversation_id=conversation_id, public=2**31 - 1)
    await boaster.visit(demo.SITE_KEY, token, [far])
    for number in range(8):
        tab = await desk.socket("/ws/visitor")
        await tab.visit(demo.SITE_KEY, token)
        await tab.expect(EntryAppended, said_like("hello"))
        await tab.close()
        said = await customer.say(conversation_id, f"number {number}")
        await boaster.expect(EntryAppended, lambda event: event.entry.body.startswith("number"))
    assert said.seq
    await boaster.close()
    await customer.close()


async def test_a_ticket_written_in_after_its_end_reopens_though_the_quick_way_failed(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is durable, so the reopening must come, whenever the database is back."""

    async def away(*_: object) -> None:
        raise Unavailable("away just then")

    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        with monkeypatch.context() as patch:
            patch.setattr(reopening, "reopen", away)
            await customer.say(conversation_id, "one more thing")
            await customer.say(conversation_id, "and another")
        await reopening.reopen_all(desk.edge.desk.context)
        await paired(agent, conversation_id)
        await customer.close()


async def test_a_late_word_of_an_end_leaves_the_next_assignment_alone(desk: RunningDesk) -> None:
    """A process that froze between the commit and its word to Redis wakes when somebody holds it anew."""
    context = desk.edge.desk.context
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        async with context.database.read() as tx:
            ended = await conversations.get(tx, conversation_id)
        assert ended is not None
        await customer.say(conversation_id, "again")
        await paired(agent, conversation_id)
        await agent.say(conversation_id, "here")
        await assignments.end(context.router, conversation_id, 0, ended.epoch)
        states = await agents.states(context.router)
        assert [state.load for state in states if state.load] == [100]
        await customer.close()


async def test_what_redis_did_not_hear_of_an_agent_is_mended(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A declaration that timed out on its way to Redis does not leave the agent as they were."""

    async def lost(*_: object) -> None:
        raise routing_errors.Unavailable("timeout")

    context = desk.edge.desk.context
    async with staff(desk, availability="available") as agent:
        with monkeypatch.context() as patch:
            patch.setattr(agents, "put", lost)
            await declare(agent, "away")
        await rebuilding.reconcile(context)
        async with context.database.read() as tx:
            told = {row.id: row.availability for row in await members.list_all(tx)}
        known = {state.staff_id: state.availability for state in await agents.states(context.router)}
        assert known == told


async def test_an_offer_ends_when_the_conversation_moves_on(desk: RunningDesk) -> None:
    """The card is taken from the console, and the row says withdrawn."""
    async with (
        staff(desk, index=2, availability="available") as offered,
        staff(desk, "supervisor") as supervisor,
        staff(desk, index=1, availability="available") as agent,
    ):
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        async with desk.edge.database.read() as tx:
            ids = {team.name: team.id for team in await teams.list_all(tx)}
        to_sales = TransferConversation(ref=fresh(), conversation_id=conversation_id, team_id=ids["Sales"])
        await agent.ask(to_sales)
        made = await offered.expect(OfferMade)
        back = TransferConversation(ref=fresh(), conversation_id=conversation_id, team_id=ids["Support"])
        await supervisor.ask(back)
        ended = await offered.expect(OfferEnded)
        assert (ended.offer_id, ended.outcome) == (made.offer.offer_id, "withdrawn")
        await customer.close()


async def test_what_is_refused_during_the_hello_keeps_its_place(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Welcomed, a client resends its outbox while the server still catches up: what finds no room then is
    waited for, and nothing said after it is written before it."""
    context = desk.edge.desk.context
    context.limits = context.limits._replace(commands_in_flight=2)
    token = await desk.visitor()
    first = await desk.socket("/ws/visitor")
    await first.visit(demo.SITE_KEY, token)
    conversation_id = (await first.start("hello", leave=True)).conversation_id
    await first.close()
    going_on = asyncio.Event()

    async def ready(subject: str) -> None:
        await going_on.wait()

    monkeypatch.setattr(context.bus, "ready", ready)
    again = await desk.socket("/ws/visitor")
    await again.visit(demo.SITE_KEY, token)
    sends = [
        SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body=f"number {number}")
        for number in range(5)
    ]
    for send in sends[:4]:
        again.post(send)
    for _ in range(2):
        assert (await again.expect(Failed)).code is Code.BUSY
    going_on.set()
    for _ in range(2):
        await again.expect(Acked)
    with pytest.raises(Refused) as refused:
        await again.ask(sends[4])
    assert refused.value.code is Code.ORDER
    replies = [await again.ask(send) for send in sends[2:]]
    seqs = [reply.seq for reply in replies if isinstance(reply, Acked)]
    assert len(seqs) == 3
    assert seqs == sorted(seqs)
    await again.close()


async def test_what_waits_for_the_epoch_is_written_before_what_found_no_room(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a reconnect an agent's sends wait until the epoch is known; one that is refused meanwhile for
    want of room comes behind them, and all that is said later behind it."""
    context = desk.edge.desk.context
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        context.limits = context.limits._replace(sends_in_flight=2)
        going_on = asyncio.Event()
        get = conversations.get

        async def slow(tx: AsyncConnection, id: str) -> conversations.Conversation | None:
            await going_on.wait()
            return await get(tx, id)

        monkeypatch.setattr("chat.sessions.holding.conversations.get", slow)
        sends = [
            SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body=f"number {n}")
            for n in range(4)
        ]
        for send in sends[:3]:
            agent.post(send)
        assert (await agent.expect(Failed)).code is Code.BUSY
        going_on.set()
        seqs = [(await agent.expect(Acked)).seq for _ in range(2)]
        with pytest.raises(Refused) as refused:
            await agent.ask(sends[3])
        assert refused.value.code is Code.ORDER
        replies = [await agent.ask(send) for send in sends[2:]]
        seqs += [reply.seq for reply in replies if isinstance(reply, Acked)]
        assert len(seqs) == 4
        assert seqs == sorted(seqs)
        await customer.close()


async def test_all_tabs_of_a_visitor_follow_a_new_conversation(desk: RunningDesk) -> None:
    """Begun in one, heard and answered in the other."""
    token = await desk.visitor()
    one, two = await desk.socket("/ws/visitor"), await desk.socket("/ws/visitor")
    await one.visit(demo.SITE_KEY, token)
    await two.visit(demo.SITE_KEY, token)
    conversation_id = (await one.start("hello", leave=True)).conversation_id
    await two.expect(EntryAppended, said_like("hello"))
    said = await two.say(conversation_id, "from the other tab")
    heard = await one.expect(EntryAppended, said_like("from the other tab"))
    assert heard.entry.seq == said.seq
    await one.close()
    await two.close()


async def test_a_publication_that_nobody_can_read_deafens_nobody(desk: RunningDesk) -> None:
    """One of a newer version, say: the word that comes right behind it is heard and acted on."""
    context = desk.edge.desk.context
    async with desk.signed_in("agent") as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        agent = await desk.socket("/ws/staff", cookie=cookie)
        me = (await agent.sign_on()).me
        over = msgspec.json.encode({"staff_id": me.id, "session_id": ""})
        readable = b"another " + msgspec.msgpack.encode(("signal", "sign_out", 0, over))
        channel = f"{desk.settings.redis_prefix}:{{desk}}:events"
        for publication in (b"another \x93\x01\x02", readable):
            assert await context.redis.spublish(channel, publication) == 1
        assert (await agent.lost).code == CloseCode.UNAUTHENTICATED


async def test_text_that_cannot_be_kept_is_refused_in_every_field(desk: RunningDesk) -> None:
    """U+0000 in a name, a title or a message: told so, and the next message is taken at once."""
    customer = await desk.socket("/ws/visitor")
    await customer.visit(demo.SITE_KEY, await desk.visitor())
    for field, text in (
        ("name", "a\0b"),
        ("page_title", "a\0b"),
        ("body", "a\0b"),
        ("attributes", {"plan": "a\0b"}),
    ):
        wish = StartConversation(ref=fresh(), client_id=fresh(), body="hello", leave=True)
        with pytest.raises(Refused) as refused:
            await customer.ask(msgspec.structs.replace(wish, **{field: text}))
        assert refused.value.code is Code.INVALID
    conversation_id = (await customer.start("hello", leave=True)).conversation_id
    with pytest.raises(Refused):
        await customer.ask(
            SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="a\0b")
        )
    await customer.say(conversation_id, "fine")
    await customer.close()


async def test_a_visitor_cannot_flood_the_desk_with_tickets(desk: RunningDesk) -> None:
    """A few an hour, whatever became of them; so nobody is mailed more than that in their name."""
    customer = await desk.socket("/ws/visitor")
    await customer.visit(demo.SITE_KEY, await desk.visitor())
    for _ in range(opening.MOST_MESSAGES):
        conversation_id = (await customer.start("hello", leave=True)).conversation_id
        await customer.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
    with pytest.raises(Refused) as refused:
        await customer.start("one too many", leave=True)
    assert refused.value.code is Code.FORBIDDEN
    await customer.close()
