"""What goes missing comes back: agents, Redis, hints, processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from chat import announce, rebuilding
from chat.context import Context
from chat.protocol.codes import CloseCode, Code
from chat.protocol.commands import EndConversation
from chat.protocol.events import EntryAppended, QueueMoved, StaffWelcomed, TicketChanged
from routing import claims
from routing import teams as queues
from routing.proposals import Proposal
from routing.rebuild import Timing
from routing.router import Router
from store import conversations, teams
from store.conversations import Conversation
from tests.chat.people import declare, opened, paired, said_like, staff
from tests.clients.listener import fresh
from tests.web.running import RunningDesk, built, running
from web import demo
from web.redis_server import RedisServer
from web.replay.client import Refused
from web.settings import Settings

# Pings come every 4 s and are reported every 2 s: whoever is there renews within 6 s.
SOON_LOST = Timing(stale=7_000, lost=8_000, absent=10_000, again=500, gap=60_000)
SOON_GONE = Timing(absent=300, gone=900, again=500, gap=60_000)


async def wipe(desk: RunningDesk, redis: Redis) -> None:
    """Empty Redis of all that this desk has in it."""
    keys = [key async for key in redis.scan_iter(match=f"*{desk.settings.redis_prefix}*")]
    if keys:
        await redis.delete(*keys)


async def timed(desk: RunningDesk, redis: Redis, timing: Timing) -> None:
    """Let leases last as `timing` says: a wipe makes the desk rebuild with it."""
    context = desk.edge.desk.context
    before = context.router.generation
    context.timing = timing
    await wipe(desk, redis)
    context.stale.set()
    while context.router.generation == before:
        await desk.edge.desk.context.refresh_roster()


async def test_a_lost_agents_chats_are_back_in_line_at_their_old_place(
    desk: RunningDesk, redis: Redis
) -> None:
    """The customers are told, the next agent gets them before who came later, and the lost agent is told
    on return."""
    await timed(desk, redis, SOON_LOST)
    async with staff(desk, availability="available") as agent:
        served = []
        for number in range(3):
            served.append(await desk.customer(f"served {number}"))
            await paired(agent, served[-1][1])
        later, later_id = await desk.customer("later")
        await later.expect(QueueMoved, lambda event: event.place.position == 1)
        agent.wire.abort()
        for customer, _ in served:
            await customer.expect(EntryAppended, lambda event: event.entry.kind == "left")
            await customer.expect(TicketChanged, lambda event: event.ticket.status == "queued")
        await later.expect(QueueMoved, lambda event: event.place.position == 4)
        async with staff(desk, index=1, availability="available") as other:
            for _, conversation_id in served:
                await paired(other, conversation_id)
            moved = await later.expect(QueueMoved, lambda event: event.place.position == 1)
            assert moved.place.conversation_id == later_id
        async with staff(desk) as returned:
            told = next(event for event in returned.heard if isinstance(event, StaffWelcomed))
            assert {chat.conversation_id for chat in told.lost} == {each for _, each in served}
        for customer, _ in [*served, (later, later_id)]:
            await customer.close()


async def test_a_reload_loses_nothing(desk: RunningDesk, redis: Redis) -> None:
    """The closed socket starts a grace; who is back within it keeps their chats."""
    async with staff(desk, availability="available") as agent:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        agent.wire.abort()
        async with staff(desk) as again:
            said = await again.say(conversation_id, "I am back")
            await customer.expect(EntryAppended, lambda event: event.entry.seq == said.seq)
            assert not [e for e in customer.heard if isinstance(e, EntryAppended) and e.entry.kind == "left"]
        await customer.close()


async def test_signing_out_puts_the_chats_back_at_once(desk: RunningDesk) -> None:
    """Without a grace, and the session's sockets are closed."""
    async with desk.signed_in("agent") as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        agent = await desk.socket("/ws/staff", cookie=cookie)
        await agent.sign_on()
        await declare(agent, "available")
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await browser.delete("/api/session")
        assert (await agent.lost).code == CloseCode.UNAUTHENTICATED
        await customer.expect(EntryAppended, lambda event: event.entry.kind == "left")
        await customer.close()


async def test_a_wiped_redis_is_rebuilt_in_the_old_order(desk: RunningDesk, redis: Redis) -> None:
    """Who waited still waits, in the same order, and is paired as soon as there is room."""
    async with staff(desk, availability="available") as agent:
        served = []
        for number in range(3):
            customer, conversation_id = await desk.customer(f"served {number}")
            await paired(agent, conversation_id)
            served.append((customer, conversation_id))
        waiting = [await desk.customer(f"waiting {number}") for number in range(3)]
        for customer, _ in waiting:
            await customer.expect(QueueMoved)
        await wipe(desk, redis)
        await agent.say(served[0][1], "still here")
        for customer, conversation_id in waiting:
            place = await customer.expect(QueueMoved, lambda event: event.place.position > 0)
            assert place.place.conversation_id == conversation_id
            await agent.ask(EndConversation(ref=fresh(), conversation_id=served.pop(0)[1]))
            await paired(agent, conversation_id)
            served.append((customer, conversation_id))


async def test_who_arrives_right_after_a_wipe_is_not_told_that_nobody_is_there(
    desk: RunningDesk, redis: Redis
) -> None:
    """The rebuild does not know who is connected where; who was there a moment ago still counts."""
    async with (
        running(desk.settings.changed(port=0), desk.static) as other,
        staff(desk, availability="available"),
    ):
        context = other.edge.desk.context
        async with context.database.read() as tx:
            team_id = (await teams.list_all(tx))[0].id
        while (await context.doors.ask(team_id)).shut:
            await context.refresh_roster()
        await wipe(desk, redis)
        await rebuilding.rebuild(context)
        found = await queues.admit(context.router, [team_id])
        assert found[team_id].settling
        assert not (await context.doors.ask(team_id)).shut


async def test_a_customer_who_left_the_queue_keeps_the_ticket(desk: RunningDesk, redis: Redis) -> None:
    """Gone for long: out of the line, and what they wrote waits to be answered."""
    await timed(desk, redis, SOON_GONE)
    async with staff(desk, availability="available") as agent:
        for number in range(3):
            _, conversation_id = await desk.customer(f"served {number}")
            await paired(agent, conversation_id)
        token = await desk.visitor()
        customer = await desk.socket("/ws/visitor")
        await customer.visit(demo.SITE_KEY, token)
        conversation_id = (await customer.start("I cannot stay")).conversation_id
        customer.wire.abort()
        context = desk.edge.desk.context
        while True:
            async with context.database.read() as tx:
                row = await conversations.get(tx, conversation_id)
            assert row is not None
            if row.live == "message":
                break
            await context.refresh_roster()
        assert row.status == "queued"


@asynccontextmanager
async def two_nodes(settings: Settings, folder: Path) -> AsyncIterator[tuple[RunningDesk, RunningDesk]]:
    static = built(folder / "both")
    async with running(settings, static) as one, running(settings, static) as two:
        yield one, two


async def test_it_does_not_matter_which_process_a_socket_landed_on(
    desk_settings: Settings, tmp_path: Path
) -> None:
    """Customer and agent on two processes hear each other once and in order, both ways."""
    async with (
        two_nodes(desk_settings, tmp_path) as (one, two),
        staff(two, availability="available") as agent,
    ):
        customer, conversation_id = await one.customer("over there?")
        await paired(agent, conversation_id)
        await opened(agent, conversation_id)
        for number in range(20):
            side, other = (agent, customer) if number % 2 else (customer, agent)
            said = await side.say(conversation_id, f"crossing {number}")
            heard = await other.expect(EntryAppended, said_like(f"crossing {number}"))
            assert heard.entry.seq == said.seq
        await customer.close()


async def test_a_session_revoked_on_one_process_is_closed_on_the_other(
    desk_settings: Settings, tmp_path: Path
) -> None:
    """Signing out works everywhere."""
    async with two_nodes(desk_settings, tmp_path) as (one, two), one.signed_in("agent") as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        agent = await two.socket("/ws/staff", cookie=cookie)
        await agent.sign_on()
        await browser.delete("/api/session")
        lost = await agent.lost
        assert lost.code == CloseCode.UNAUTHENTICATED


async def test_an_agent_of_another_team_cannot_look_in(desk: RunningDesk) -> None:
    """Not found, as if it did not exist."""
    async with staff(desk, availability="available") as agent, staff(desk, index=2) as stranger:
        customer, conversation_id = await desk.customer("a question for Support")
        await paired(agent, conversation_id)
        with pytest.raises(Refused) as refused:
            await opened(stranger, conversation_id)
        assert refused.value.code is Code.NOT_FOUND
        await customer.close()


async def test_a_hint_that_was_lost_between_processes_leaves_no_hole(
    desk_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one shows the gap, and the database fills it before anything later is shown."""
    async with (
        two_nodes(desk_settings, tmp_path) as (one, two),
        staff(two, availability="available") as agent,
    ):
        customer, conversation_id = await one.customer("hello")
        await paired(agent, conversation_id)
        head = (await opened(agent, conversation_id)).public[-1].seq
        await customer.say(conversation_id, "heard")
        await agent.expect(EntryAppended, said_like("heard"))
        with monkeypatch.context() as patch:
            patch.setattr(one.edge.desk.context.bus, "publish", lambda *args, **named: None)
            await customer.say(conversation_id, "lost on the way")
        await customer.say(conversation_id, "heard again")
        shown = [await agent.expect(EntryAppended) for _ in range(2)]
        assert [event.entry.seq for event in shown] == [head + 2, head + 3]
        await customer.close()


async def test_when_pubsub_was_cut_what_passed_meanwhile_is_found(
    desk_settings: Settings, own_redis: RedisServer, tmp_path: Path
) -> None:
    """A new subscription compares the heads of all that is held."""
    settings = desk_settings.changed(redis_url=own_redis.url)
    async with (
        two_nodes(settings, tmp_path) as (one, two),
        staff(two, availability="available") as agent,
    ):
        customer, conversation_id = await one.customer("hello")
        await paired(agent, conversation_id)
        await opened(agent, conversation_id)
        async with Redis.from_url(own_redis.url) as redis:
            await redis.client_kill_filter(_type="pubsub")
            said = [(await customer.say(conversation_id, f"cut {number}")).seq for number in range(5)]
        heard = [await agent.expect(EntryAppended, said_like(f"cut {number}")) for number in range(5)]
        assert [event.entry.seq for event in heard] == said
        await customer.close()


async def test_an_agent_learns_of_a_chat_whose_writer_died_before_telling(
    desk: RunningDesk, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is in the database and nobody was told: whoever settles it tells both sides."""
    await timed(desk, redis, Timing(claim=300, again=500, gap=60_000))
    async with staff(desk, availability="available") as agent:
        died: list[Conversation] = []
        tell, confirm = announce.changed, claims.confirm

        def untold(context: Context, row: Conversation, *more: Any) -> None:
            if row.assignee_id and not died:
                died.append(row)
            else:
                tell(context, row, *more)

        async def unconfirmed(router: Router, proposal_id: str) -> list[Proposal]:
            return await confirm(router, proposal_id) if died else []

        monkeypatch.setattr(announce, "changed", untold)
        monkeypatch.setattr(claims, "confirm", unconfirmed)
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        assert died
        await customer.expect(TicketChanged, lambda event: event.ticket.agent is not None)
        await customer.close()


async def test_a_state_whose_telling_was_lost_is_told_at_the_next_look(
    desk_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat ended on one process, and the word to the other was lost: its customer still sees the end."""
    async with (
        two_nodes(desk_settings, tmp_path) as (one, two),
        staff(two, availability="available") as agent,
    ):
        customer, conversation_id = await one.customer("hello")
        await paired(agent, conversation_id)
        await customer.expect(TicketChanged, lambda event: event.ticket.agent is not None)
        monkeypatch.setattr(two.edge.desk.context.bus, "publish", lambda *args, **named: None)
        await agent.ask(EndConversation(ref=fresh(), conversation_id=conversation_id))
        await customer.expect(TicketChanged, lambda event: event.ticket.live == "ended", timeout_seconds=20)
        await customer.close()
