"""Nobody reads or acts on a conversation that they are not part of or in charge of."""

import pytest

from chat.protocol.codes import Code
from chat.protocol.commands import (
    AddNote,
    Command,
    Cursor,
    EndConversation,
    FetchEntries,
    OpenConversation,
    RateConversation,
    SendMessage,
    SetAvailability,
    TakeConversation,
    TransferConversation,
    WatchBoard,
)
from chat.protocol.events import BoardShown, EntryAppended, TicketChanged, ViewersChanged
from store import teams
from tests.chat.people import opened, paired, said_like, staff
from tests.clients.listener import Listener, fresh
from tests.web.running import RunningDesk
from web.replay.client import Refused


async def refused(listener: Listener, command: Command) -> Code:
    """The code that this command is answered with."""
    with pytest.raises(Refused) as caught:
        await listener.ask(command)
    return caught.value.code


async def test_a_stranger_among_the_visitors_gets_not_found_for_everything(desk: RunningDesk) -> None:
    """Whatever they ask with somebody else's id, and the owner notices nothing."""
    owner, conversation_id = await desk.customer("private", leave=True)
    stranger, _ = await desk.customer("curious", leave=True)
    for command in (
        SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="hi"),
        FetchEntries(ref=fresh(), conversation_id=conversation_id, before=100),
        EndConversation(ref=fresh(), conversation_id=conversation_id),
        RateConversation(ref=fresh(), conversation_id=conversation_id, score=1),
    ):
        assert await refused(stranger, command) is Code.NOT_FOUND
    said = await owner.say(conversation_id, "still mine")
    assert said.seq == (await owner.expect(EntryAppended, said_like("still mine"))).entry.seq
    await owner.close()
    await stranger.close()


async def test_an_agent_of_another_team_gets_not_found_for_everything(desk: RunningDesk) -> None:
    """Reading, writing, noting, taking, moving and ending alike."""
    async with staff(desk, availability="available") as agent, staff(desk, index=2) as stranger:
        customer, conversation_id = await desk.customer("for Support")
        await paired(agent, conversation_id)
        for command in (
            OpenConversation(ref=fresh(), cursor=Cursor(conversation_id=conversation_id)),
            FetchEntries(ref=fresh(), conversation_id=conversation_id, before=100),
            AddNote(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="hm"),
            TakeConversation(ref=fresh(), conversation_id=conversation_id),
            TransferConversation(ref=fresh(), conversation_id=conversation_id, staff_id=fresh()),
            EndConversation(ref=fresh(), conversation_id=conversation_id),
        ):
            assert await refused(stranger, command) is Code.NOT_FOUND
        write = SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="hi")
        assert await refused(stranger, write) is Code.NOT_ASSIGNED
        await customer.close()


async def test_a_colleague_of_the_team_may_look_but_not_act(desk: RunningDesk) -> None:
    """The chat belongs to its agent until a supervisor says otherwise."""
    async with staff(desk, availability="available") as agent, staff(desk, index=1) as colleague:
        customer, conversation_id = await desk.customer("for Support")
        await paired(agent, conversation_id)
        await opened(colleague, conversation_id)
        end = EndConversation(ref=fresh(), conversation_id=conversation_id)
        assert await refused(colleague, end) is Code.NOT_ASSIGNED
        take = TakeConversation(ref=fresh(), conversation_id=conversation_id)
        assert await refused(colleague, take) is Code.ALREADY_TAKEN
        await customer.close()


async def test_what_supervisors_may_agents_may_not(desk: RunningDesk) -> None:
    """Whisper, watch the board, set a colleague's availability."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as supervisor:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        whisper = AddNote(
            ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="psst", whisper=True
        )
        board = WatchBoard(ref=fresh(), on=True)
        away = SetAvailability(ref=fresh(), availability="away", staff_id=desk_staff(desk, "ada"))
        for command in (whisper, board):
            assert await refused(agent, command) is Code.FORBIDDEN
            await supervisor.ask(command)
        async with staff(desk, index=1) as other:
            assert await refused(other, away) is Code.FORBIDDEN
        shown = (await supervisor.expect(BoardShown, lambda event: len(event.board.chats) == 1)).board
        assert sum(team.active for team in shown.teams) == 1
        await supervisor.ask(away)
        await customer.close()


def desk_staff(desk: RunningDesk, name: str) -> str:
    """The id of a member of the demo staff by first name."""
    roster = desk.edge.desk.context.roster.values()
    return next(member.id for member in roster if member.name.lower().startswith(name))


async def test_who_loses_sight_of_a_conversation_hears_no_more_of_it(desk: RunningDesk) -> None:
    """Moved to another team while open in a colleague's console: the live feed ends there."""
    async with (
        staff(desk, availability="available") as agent,
        staff(desk, index=1) as colleague,
        staff(desk, "supervisor") as supervisor,
    ):
        customer, conversation_id = await desk.customer("for Support at first")
        await paired(agent, conversation_id)
        await opened(colleague, conversation_id)
        await opened(supervisor, conversation_id)
        await supervisor.expect(ViewersChanged, lambda event: len(event.viewers) == 2)
        sales = next(team for team in (await _teams(desk)) if team.name == "Sales")
        move = TransferConversation(ref=fresh(), conversation_id=conversation_id, team_id=sales.id)
        await agent.ask(move)
        await supervisor.expect(ViewersChanged, lambda event: len(event.viewers) == 1)
        said = await customer.say(conversation_id, "only Sales may read this")
        await supervisor.expect(EntryAppended, lambda event: event.entry.seq == said.seq)
        assert not [e for e in colleague.heard if isinstance(e, EntryAppended) and e.entry.seq == said.seq]
        await customer.close()


async def _teams(desk: RunningDesk) -> list[teams.Team]:
    async with desk.edge.database.read() as tx:
        return await teams.list_all(tx)


async def test_a_status_link_shows_and_does_nothing_else(desk: RunningDesk) -> None:
    """Its socket follows one ticket; commands of other clients are unknown to it."""
    customer, conversation_id = await desk.customer("hello", leave=True)
    told = await customer.expect(TicketChanged, lambda event: bool(event.ticket.status_path))
    async with desk.browser() as browser:
        answer = await browser.get(told.ticket.status_path)
        assert answer.status_code == 303
        cookie = "; ".join(
            f"{name}={value}"
            for name, value in (c.split(";")[0].split("=", 1) for c in answer.headers.get_list("set-cookie"))
        )
    follower = await desk.socket("/ws/status", cookie=cookie)
    assert (await follower.watch()).ticket.conversation_id == conversation_id
    await customer.say(conversation_id, "and more")
    await follower.expect(EntryAppended, said_like("and more"))
    write = SendMessage(ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="forged")
    assert await refused(follower, write) is Code.UNKNOWN_COMMAND
    await follower.close()
    await customer.close()


async def test_an_agent_whose_chat_was_taken_over_cannot_write_in_it_any_more(desk: RunningDesk) -> None:
    """Though their process learnt before that they held it: the log compares the epoch."""
    async with staff(desk, availability="available") as agent, staff(desk, "supervisor") as supervisor:
        customer, conversation_id = await desk.customer("hello")
        await paired(agent, conversation_id)
        await agent.say(conversation_id, "mine")
        await supervisor.ask(TakeConversation(ref=fresh(), conversation_id=conversation_id))
        write = SendMessage(
            ref=fresh(), conversation_id=conversation_id, client_id=fresh(), body="mine still?"
        )
        assert await refused(agent, write) is Code.NOT_ASSIGNED
        said = await supervisor.say(conversation_id, "mine now")
        await customer.expect(EntryAppended, lambda event: event.entry.seq == said.seq)
        await customer.close()
