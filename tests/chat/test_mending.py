"""Redis was damaged: the comparison finds it, mends it, and says how often it had to."""

from redis.asyncio import Redis

from chat import rebuilding
from chat.protocol.commands import EndConversation, WatchBoard
from chat.protocol.events import BoardShown, ConversationChanged
from store import conversations, mendings, visits
from store import staff as members
from tests.chat.people import paired, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk


async def keys(desk: RunningDesk, redis: Redis, ending: str) -> str:
    """The name of a key of this desk's routing."""
    pattern = f"*{desk.settings.redis_prefix}*:routing:{desk.edge.desk.context.router.generation}:{ending}"
    (found,) = [key async for key in redis.scan_iter(match=pattern)]
    return found.decode() if isinstance(found, bytes) else str(found)


async def mended(desk: RunningDesk, kind: str) -> None:
    """Compare until a difference of that kind was mended and noted; the desk does so by itself as well."""
    context = desk.edge.desk.context
    while True:
        await rebuilding.reconcile(context)
        async with context.database.read() as tx:
            if any(one.kind == kind for one in await mendings.recent(tx)):
                return


async def shown(board: Listener) -> BoardShown:
    """The board as soon as it tells of a mending, and of when it was looked."""
    event = await board.expect(BoardShown, lambda event: event.board.mended > 0)
    assert event.board.compared_at is not None
    assert event.board.compared_at <= event.board.at
    return event


async def test_a_waiting_entry_that_vanished_is_mended_counted_and_shown(
    desk: RunningDesk, redis: Redis
) -> None:
    """It is back in line, the board says so, the list names it, and /metrics counts it."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as board:
        await board.ask(WatchBoard(ref=fresh(), on=True))
        served = [await desk.customer(f"served {number}") for number in range(3)]
        for _, conversation_id in served:
            await paired(agent, conversation_id)
        _, lost = await desk.customer("lost in Redis")
        assert await redis.hdel(await keys(desk, redis, "convs"), lost)
        await mended(desk, "missing")
        assert (await shown(board)).board.mended == 1
        async with desk.signed_in("supervisor") as browser:
            (listed,) = (await browser.get("/api/mendings")).json()["mendings"]
            assert (listed["kind"], listed["name"]) == ("missing", "#4")
            assert 'frontdesk_mendings_total{kind="missing"} 1.0' in (await browser.get("/metrics")).text
        await agent.ask(EndConversation(ref=fresh(), conversation_id=served[0][1]))
        await paired(agent, lost)


async def test_who_left_unannounced_vanishes_from_every_list(desk: RunningDesk) -> None:
    """The process that let them go died between its commit and its word to anybody."""
    context = desk.edge.desk.context
    async with staff(desk, availability="available") as agent:
        for number in range(3):
            _, served = await desk.customer(f"served {number}")
            await paired(agent, served)
        customer, conversation_id = await desk.customer("hello")
        await customer.close()
        at = context.clock.now()
        async with context.database.begin() as tx:
            await visits.leave(tx, conversation_id, "abandoned", at)
            await conversations.change(tx, conversation_id, at, live="ended", status="solved", solved_at=at)
        await mended(desk, "extra")
        await agent.expect(ConversationChanged, lambda event: event.summary.live == "ended")


async def test_a_load_that_is_wrong_is_mended_and_counted(desk: RunningDesk, redis: Redis) -> None:
    """The agent's record was put back to when they had nothing: they would be given too much."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as board:
        await board.ask(WatchBoard(ref=fresh(), on=True))
        record = await keys(desk, redis, "agents")
        me = desk.login("agent").email
        async with desk.edge.database.read() as tx:
            member = await members.by_email(tx, me)
        assert member is not None
        idle = await redis.hget(record, member.id)
        assert idle is not None
        _, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await redis.hset(record, member.id, idle)
        await mended(desk, "wrong")
        await shown(board)
        await desk.edge.desk.context.refresh_roster()
        assert desk.edge.desk.context.roster[member.id].load == 100


async def test_settings_that_redis_never_heard_of_are_mended_and_counted(desk: RunningDesk) -> None:
    """A skill given, or a team changed, while Redis was away for a moment."""
    context = desk.edge.desk.context
    async with context.database.begin() as tx:
        member = await members.by_email(tx, desk.login("agent").email)
        assert member is not None
        await members.set_abilities(tx, member.id, ["fr"], {"bikes": 3})
    found = await rebuilding.reconcile(context)
    assert not found.open
    async with context.database.read() as tx:
        noted = await mendings.recent(tx)
    assert [(one.kind, one.subject_id) for one in noted] == [("agent", member.id)]
    await rebuilding.reconcile(context)
    async with context.database.read() as tx:
        assert await mendings.recent(tx) == noted


async def test_only_supervisors_see_what_was_mended(desk: RunningDesk) -> None:
    """It names tickets and colleagues."""
    async with desk.signed_in("agent") as browser:
        assert (await browser.get("/api/mendings")).status_code == 403
