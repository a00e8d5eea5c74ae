"""Mail, into a folder and through a real server on loopback."""

import asyncio
import email
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from web.mail import Folder, MailError, Server, compose, mailbox

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
FROM = "Frontdesk <desk@example.com>"


class Inbox:
    """What a mail server received. It refuses whom it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def smtp(inbox: Inbox) -> AsyncIterator[str]:
    """A server's address."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def message(to: str = "ann@example.com", subject: str = "Your ticket #7") -> EmailMessage:
    return compose(FROM, to, subject, "Grüße – 你好\n.\n", at=AT, name="Ann Önn")


async def test_a_message_arrives_as_it_was_written(smtp: str, inbox: Inbox) -> None:
    """Text, names and subject beyond ASCII; a line that is only a dot."""
    await mailbox(smtp, Path()).send(message(subject="Überfällig 🎉"))
    (got,) = inbox.messages
    assert got["subject"] == "Überfällig 🎉"
    assert got["to"] == "Ann Önn <ann@example.com>"
    assert got["from"] == FROM
    assert got.get_content().replace("\r\n", "\n") == "Grüße – 你好\n.\n"


async def test_without_a_server_mail_is_a_file(tmp_path: Path) -> None:
    """Readable by any mail program, private, in order."""
    folder = mailbox("", tmp_path / "mail")
    await folder.send(message(subject="one"))
    await folder.send(message(subject="two"))
    paths = sorted((tmp_path / "mail").iterdir())
    read = [email.message_from_bytes(path.read_bytes(), policy=default) for path in paths]
    assert [m["subject"] for m in read] == ["one", "two"]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert str(tmp_path / "mail") in await folder.check()


def test_a_header_cannot_be_smuggled_in() -> None:
    """Line ends in a name or subject are spaces; in an address they are refused."""
    made = compose(FROM, "a@b.example", "x\r\nBcc: evil@example.com", "", at=AT, name="n\nBcc: e@x.example")
    assert made["Bcc"] is None
    for bad in ["a@b\nBcc: c@d", "a b@c", "nobody", "<a@b>", "a@b,c@d"]:
        with pytest.raises(ValueError, match="not a mail address"):
            compose(FROM, bad, "", "", at=AT)


@pytest.mark.parametrize(("answer", "permanent"), [("550 unknown", True), ("451 later", False)])
async def test_a_refusal_says_whether_to_try_again(
    smtp: str, inbox: Inbox, answer: str, permanent: bool
) -> None:
    """5xx is final, 4xx is not."""
    inbox.refuse["ann@example.com"] = answer
    with pytest.raises(MailError) as error:
        await Server(smtp).send(message())
    assert error.value.permanent is permanent
    assert inbox.messages == []


async def test_a_server_that_is_away_can_be_tried_again(smtp: str) -> None:
    """Nothing listens there: not permanent, and `check` says so in words."""
    away = Server("smtp://127.0.0.1:1")
    with pytest.raises(MailError, match=r"cannot be reached") as error:
        await away.send(message())
    assert not error.value.permanent
    with pytest.raises(MailError, match=r"127\.0\.0\.1:1 does not take mail"):
        await away.check()
    assert (await Server(smtp).check()).startswith("sent by 127.0.0.1:")


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file stands where the folder belongs."""
    (tmp_path / "mail").write_text("")
    with pytest.raises(MailError, match="cannot be written"):
        await Folder(tmp_path / "mail").send(message())


def test_an_address_of_another_kind_is_refused() -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="begins with smtp"):
        mailbox("http://mail.example", Path())
