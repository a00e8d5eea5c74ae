"""Customers who are away: their message is kept, and the answer finds them."""

import asyncio
import email
import sqlite3
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import text

from chat import letters, timers
from chat.context import Context
from chat.protocol.commands import StartConversation, TakeConversation
from chat.protocol.events import Acked, TicketChanged
from store import jobs
from store.errors import Unavailable
from store.jobs import Job
from tests.chat.people import staff
from tests.clients.listener import fresh
from tests.web.running import RunningDesk
from web import demo
from web.chores import Chores
from web.mail import Folder
from web.metrics import Metrics


async def leave(desk: RunningDesk, address: str) -> str:
    """Leave a message with a mail address and go; the conversation's id."""
    customer = await desk.socket("/ws/visitor")
    await customer.visit(demo.SITE_KEY, await desk.visitor())
    acked = await customer.ask(
        StartConversation(
            ref=fresh(), client_id=fresh(), body="Do you repair hubs?", email=address, leave=True
        )
    )
    assert isinstance(acked, Acked)
    await customer.close()
    return acked.conversation_id


async def posted(desk: RunningDesk, address: str) -> list[str]:
    """Send what is due; the texts that went to this address."""
    folder = desk.settings.data / "mail"
    await Chores(desk.edge.desk.context, Folder(folder), "Desk <desk@example.com>", Metrics()).send_mail()
    found = []
    for path in sorted(folder.rglob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        if address in str(message["To"]):
            found.append(message.get_content())
    return found


async def test_who_leaves_a_message_gets_its_number_and_a_link_by_mail(desk: RunningDesk) -> None:
    """So that they can follow it without the page that they wrote on."""
    await leave(desk, "ann@example.com")
    (text,) = await posted(desk, "ann@example.com")
    assert "ticket #" in text
    assert "/status/" in text


async def test_an_answer_that_stays_unread_goes_by_mail(desk: RunningDesk) -> None:
    """The whole answer, once, after a time in which it could have been read."""
    conversation_id = await leave(desk, "ben@example.com")
    context = desk.edge.desk.context
    async with staff(desk, availability="available") as agent:
        await agent.ask(TakeConversation(ref=fresh(), conversation_id=conversation_id))
        await agent.say(conversation_id, "Yes, we do.")
        now = context.clock.now
        context.clock.now = lambda: now() + timedelta(seconds=letters.AWAY_SECONDS + 1)  # type: ignore[method-assign]
        while len(texts := await posted(desk, "ben@example.com")) < 2:
            await timers.run_due(context)
        assert "Yes, we do." in texts[1]


async def test_an_answer_that_another_takes_along_costs_the_message_path_no_task(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent may well talk to a customer whose tab is connected to another process."""
    conversation_id = await leave(desk, "eve@example.com")
    context = desk.edge.desk.context
    spawned: list[str] = []
    spawn = context.tasks.spawn

    def noted(work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        spawned.append(name)
        return spawn(work, name)

    async with staff(desk, availability="available") as agent:
        await agent.ask(TakeConversation(ref=fresh(), conversation_id=conversation_id))
        await letters.answer_later(context, conversation_id)
        monkeypatch.setattr(context.tasks, "spawn", noted)
        await agent.say(conversation_id, "Yes, we do.")
        assert "letter" not in spawned
        now = context.clock.now
        context.clock.now = lambda: now() + timedelta(seconds=letters.AWAY_SECONDS + 1)  # type: ignore[method-assign]
        await agent.say(conversation_id, "Do you still have that hub?")
        assert spawned.count("letter") == 1


async def test_a_timer_that_meets_the_database_away_has_not_failed(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass ends, and what is left comes again when its claim has lapsed."""
    conversation_id = await leave(desk, "dan@example.com")
    context = desk.edge.desk.context

    met = asyncio.Event()

    async def away(context: Context, job: Job) -> None:
        met.set()
        raise Unavailable("database is locked")

    async with staff(desk, availability="available") as agent:
        await agent.ask(TakeConversation(ref=fresh(), conversation_id=conversation_id))
        await agent.say(conversation_id, "Yes, we do.")
        now = context.clock.now
        context.clock.now = lambda: now() + timedelta(seconds=letters.AWAY_SECONDS + 1)  # type: ignore[method-assign]
        monkeypatch.setattr(letters, "answer", away)
        while not met.is_set():
            with suppress(Unavailable):
                await timers.run_due(context)
    async with context.database.read() as tx:
        assert not await tx.scalar(text("SELECT count(*) FROM job WHERE last_error <> ''"))


async def test_an_answer_is_mailed_though_the_database_went_away_behind_it(desk: RunningDesk) -> None:
    """The letter waits until the database is back."""
    conversation_id = await leave(desk, "cat@example.com")
    database = desk.edge.desk.context.database
    lock = sqlite3.connect(
        desk.settings.database.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    await asyncio.to_thread(lock.execute, "BEGIN EXCLUSIVE")
    letter = asyncio.create_task(letters.answer_later(desk.edge.desk.context, conversation_id))
    await asyncio.sleep(0)
    # Behind it in the line for the one connection that writes: when this has failed, so has the letter.
    with pytest.raises(Unavailable):
        await database.transact(lambda tx: jobs.put(tx, "fence", "fence", datetime.now(UTC)))
    assert not letter.done()
    lock.execute("ROLLBACK")
    lock.close()
    await letter
    async with database.read() as tx:
        waiting = await tx.scalar(text("SELECT count(*) FROM job WHERE kind = 'answer'"))
    assert waiting == 1


async def test_without_anybody_there_a_chat_becomes_a_message(desk: RunningDesk) -> None:
    """Nothing typed is lost, and the customer is told at once."""
    customer, conversation_id = await desk.customer("Is anybody there?")
    ticket = (await customer.expect(TicketChanged)).ticket
    assert (ticket.conversation_id, ticket.live, ticket.status) == (conversation_id, "message", "queued")
    await customer.close()
