"""Work that is due whoever is connected."""

import asyncio
import dataclasses
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import letters
from chat.clock import Clock
from chat.letters import Letter
from store import jobs, staff_sessions
from store.database import Database
from store.migrate import migrate
from tests.web.running import RunningDesk
from web import chores, worker
from web.chores import Chores
from web.mail import Folder
from web.metrics import Metrics
from web.security import cookies
from web.security.sessions import token_hash
from web.settings import Settings

LETTER = Letter(to="ann@example.com", subject="Your request", text="It is solved.\n", name="Ann")


class Later(Clock):
    """A clock that the test moves on. It is hours ahead of the desk's own loops: they find nothing due."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead_seconds = 7200.0

    def seconds(self) -> float:
        return super().seconds() + self.ahead_seconds


class Office:
    """Chores whose passes the test calls itself, and what they send."""

    def __init__(self, desk: RunningDesk, database: Database | None = None) -> None:
        context = desk.edge.desk.context
        self.clock = Later()
        self.database = database or context.database
        self.folder = desk.settings.data / "letters"
        ahead = dataclasses.replace(context, clock=self.clock, database=self.database)
        self.work = Chores(ahead, Folder(self.folder), "Desk <desk@example.com>", Metrics())

    async def post(self, letter: Letter, at: datetime | None = None) -> None:
        """Have it sent, by default an hour ago on this office's clock."""

        async def put(tx: AsyncConnection) -> None:
            due_at = at or self.clock.now() - timedelta(hours=1)
            await letters.post(tx, "subject", letter, due_at)

        await self.database.transact(put)

    def sent(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]

    async def waits(self) -> bool:
        """Whether any letter has still to be sent."""
        async with self.database.read() as tx:
            return await jobs.next_due(tx, [letters.MAIL]) is not None


@pytest.fixture
def office(desk: RunningDesk) -> Office:
    return Office(desk)


async def test_a_letter_is_sent_once(office: Office) -> None:
    """Another pass finds nothing to do."""
    await office.post(LETTER)
    assert await office.work.send_mail() == 1
    assert await office.work.send_mail() == 0
    [letter] = office.sent()
    assert (letter["To"], letter["Subject"]) == ("Ann <ann@example.com>", "Your request")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert not await office.waits()


async def test_two_processes_send_a_letter_once(office: Office) -> None:
    """The row is claimed by one of them."""
    await office.post(LETTER)
    sent = await asyncio.gather(*(office.work.send_mail() for _ in range(4)))
    assert sorted(sent) == [0, 0, 0, 1]
    assert len(office.sent()) == 1


async def test_a_letter_that_is_not_due_waits(office: Office) -> None:
    """Until its time has come."""
    await office.post(LETTER, office.clock.now() + timedelta(seconds=60))
    assert await office.work.send_mail() == 0
    office.clock.ahead_seconds += 61
    assert await office.work.send_mail() == 1


async def test_a_letter_that_cannot_be_sent_now_is_sent_later(office: Office) -> None:
    """After a pause, when the way is free again."""
    office.folder.write_text("a file where the folder should be")
    await office.post(LETTER)
    assert await office.work.send_mail() == 1
    assert await office.waits()
    assert await office.work.send_mail() == 0
    office.folder.unlink()
    office.clock.ahead_seconds += 10
    assert await office.work.send_mail() == 1
    assert len(office.sent()) == 1
    assert not await office.waits()


@pytest.mark.parametrize("to", ["nobody", "a@b\nBcc: all@example.com", ""])
async def test_a_letter_to_no_address_is_given_up(office: Office, to: str) -> None:
    """It would never be sent, and is not tried for ever."""
    await office.post(Letter(to=to, subject="x", text="x"))
    assert await office.work.send_mail() == 1
    assert office.sent() == []
    assert not await office.waits()


async def test_a_letter_is_given_up_in_the_end(office: Office) -> None:
    """After a bounded number of tries."""
    office.folder.write_text("a file where the folder should be")
    await office.post(LETTER)
    for _ in range(chores.MAIL_ATTEMPTS):
        assert await office.work.send_mail() == 1
        office.clock.ahead_seconds += 4000
    assert not await office.waits()


async def test_sessions_long_over_are_forgotten(desk: RunningDesk, office: Office) -> None:
    """A month after their end, not before."""
    async with desk.signed_in("agent") as browser:
        hashed = token_hash(browser.cookies[cookies.STAFF])
        assert await office.work.purge() == 0
        office.clock.ahead_seconds += timedelta(days=45).total_seconds()
        assert await office.work.purge() == 1
    async with office.database.read() as tx:
        assert await staff_sessions.find(tx, hashed, Clock().now()) is None


async def test_what_was_said_is_indexed_for_search(desk: RunningDesk, office: Office) -> None:
    """Once a conversation is quiet, and then no more."""
    customer, _ = await desk.customer("A zebra", leave=True)
    assert await office.work.index_search() == 1
    assert await office.work.index_search() == 0
    await customer.close()


async def test_the_logs_next_part_is_made_ahead(desk: RunningDesk, postgresql_url: str) -> None:
    """By whichever process comes first, once its year is near; on SQLite there is nothing to make."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    offices = [Office(desk, database) for _ in range(3)]
    assert await offices[0].work.make_partitions() == 0
    for office in offices:
        office.clock.ahead_seconds = timedelta(days=2 * 366).total_seconds()
    made = await asyncio.gather(*(office.work.make_partitions() for office in offices))
    assert sum(made) == 2
    assert await offices[0].work.make_partitions() == 0
    on_sqlite = Office(desk)
    on_sqlite.clock.ahead_seconds = offices[0].clock.ahead_seconds
    assert await on_sqlite.work.make_partitions() == 0
    await database.close()


class Inbox:
    """What a mail server of the test's own received."""

    def __init__(self) -> None:
        self.came = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.came.set()
        return "250 OK"


@asynccontextmanager
async def mail_server(inbox: Inbox) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def test_a_worker_sends_what_is_due_until_it_is_stopped(
    desk_settings: Settings, sqlite_url: str
) -> None:
    """A process without pages."""
    await migrate(sqlite_url)
    database = await Database.open(sqlite_url)

    async def put(tx: AsyncConnection) -> None:
        await letters.post(tx, "subject", LETTER, Clock().now())

    await database.transact(put)
    inbox, stop = Inbox(), asyncio.Event()
    async with mail_server(inbox) as port:
        settings = desk_settings.changed(mail_url=f"smtp://127.0.0.1:{port}", demo=False)
        working = asyncio.create_task(worker.run(settings, stop))
        await asyncio.wait_for(inbox.came.wait(), 20)
        stop.set()
        await asyncio.wait_for(working, 10)
    await database.close()
