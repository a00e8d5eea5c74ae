"""A queue that was paused: nobody is handed out by themselves, and nobody is lost."""

from chat.protocol.commands import TakeConversation, WatchBoard
from chat.protocol.events import BoardShown, ConversationChanged, TeamChanged
from chat.protocol.views import TeamRow
from store import conversations, sites
from tests.chat.people import paired, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web import demo


async def arrivals(desk: RunningDesk) -> str:
    """The team that the demo's customers come to."""
    async with desk.edge.database.read() as tx:
        site = await sites.by_key(tx, demo.SITE_KEY)
    assert site is not None
    return site.default_team_id


async def pause(desk: RunningDesk, team_id: str, *, paused: bool) -> None:
    """A supervisor pauses the queue of a team, or lets it go on."""
    async with desk.signed_in("supervisor") as browser:
        answer = await browser.patch(f"/api/teams/{team_id}", json={"paused": paused})
        assert answer.status_code == 200, answer.text


async def told(listener: Listener, *, paused: bool) -> None:
    """Wait until a console hears that its team's queue is paused, or goes on."""
    await listener.expect(TeamChanged, lambda event: event.team.paused == paused)


async def queue(board: Listener, team_id: str, *, paused: bool, waiting: int) -> TeamRow:
    """The queue's row on the board, as soon as it shows that."""

    def row(shown: BoardShown) -> TeamRow:
        return next(team for team in shown.board.teams if team.team_id == team_id)

    def fits(shown: BoardShown) -> bool:
        return (row(shown).paused, row(shown).waiting) == (paused, waiting)

    return row(await board.expect(BoardShown, fits))


async def test_a_paused_queue_keeps_who_waits_until_it_goes_on(desk: RunningDesk) -> None:
    """Consoles and board are told; who waits is counted, and comes when it goes on."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as board:
        team_id = await arrivals(desk)
        await board.ask(WatchBoard(ref=fresh(), on=True))
        await pause(desk, team_id, paused=True)
        await told(agent, paused=True)
        customer, conversation_id = await desk.customer("hello")
        await queue(board, team_id, paused=True, waiting=1)
        async with desk.edge.database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        assert row is not None
        assert row.live == "waiting"
        await pause(desk, team_id, paused=False)
        await told(agent, paused=False)
        await paired(agent, conversation_id)
        await queue(board, team_id, paused=False, waiting=0)
        await customer.close()


async def test_an_agent_may_take_by_hand_from_a_paused_queue(desk: RunningDesk) -> None:
    """Who asks for one gets that one, and nobody else comes with it."""
    async with staff(desk, availability="available") as agent:
        await pause(desk, await arrivals(desk), paused=True)
        customers = [await desk.customer(f"number {number}") for number in range(2)]
        (_, first), (_, second) = customers
        await agent.ask(TakeConversation(ref=fresh(), conversation_id=second))
        await paired(agent, second)
        assert not [
            event
            for event in agent.heard
            if isinstance(event, ConversationChanged)
            and (event.summary.conversation_id, event.summary.live) == (first, "assigned")
        ]
        for customer, _ in customers:
            await customer.close()


async def test_the_consoles_of_a_team_are_told_that_it_closed(desk: RunningDesk) -> None:
    """And that it opened again: an agent need not wonder why nobody comes."""
    async with staff(desk) as agent, desk.signed_in("admin") as browser:
        team_id = await arrivals(desk)
        closed = await browser.patch(f"/api/teams/{team_id}", json={"hours": {}})
        assert closed.status_code == 200, closed.text
        never = (await agent.expect(TeamChanged, lambda event: event.team.closed)).team
        assert (never.id, never.opens_at) == (team_id, None)
        opened = await browser.patch(f"/api/teams/{team_id}", json={"hours": None})
        assert opened.status_code == 200, opened.text
        again = (await agent.expect(TeamChanged, lambda event: not event.team.closed)).team
        assert again.id == team_id
