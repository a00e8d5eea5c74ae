"""Mail that we send: to a server, or into a folder where nothing is set up."""

import os
import secrets
import time
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

SEND_SECONDS = 30.0


class MailError(Exception):
    """The mail was not taken. `permanent`: trying again is of no use."""

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent


class Mailbox(Protocol):
    """Somewhere that takes mail."""

    async def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises MailError."""

    async def check(self) -> str:
        """Say in a few words where mail goes. Raises MailError when it would not go now."""


def mailbox(url: str, folder: Path) -> Mailbox:
    """A server for `smtp://` and `smtps://`, the folder for none. Raises ValueError for other addresses."""
    return Server(url) if url else Folder(folder)


def compose(
    sender: str,
    to: str,
    subject: str,
    text: str,
    *,
    at: datetime,
    name: str = "",
    in_reply_to: str = "",
) -> EmailMessage:
    """A plain-text message. Header fields cannot be broken out of: line ends in them become spaces.

    to: an address such as `ann@example.com`; raises ValueError for what is none. at: when it was written.
    """
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = one_line(sender)
    message["To"] = Address(one_line(name), addr_spec=address(to))
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(at.astimezone(UTC))
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    if in_reply_to:
        message["In-Reply-To"] = one_line(in_reply_to)
        message["References"] = one_line(in_reply_to)
    message.set_content(text)
    return message


def address(text: str) -> str:
    """The bare address. Raises ValueError when it is none, or holds what could break out of a header."""
    local, _, domain = text.rpartition("@")
    if not local or not domain or any(c.isspace() or ord(c) < 32 or c in '<>",;:' for c in text):
        raise ValueError("that is not a mail address")
    return text


def one_line(text: str) -> str:
    return " ".join(text.split())


class Folder:
    """Writes each message as a file `….eml`, which every mail program opens. Oldest first by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Whole or not at all: a reader never sees half a file."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
            draft = self.folder / f".{name}"
            draft.write_bytes(message.as_bytes())
            os.chmod(draft, 0o600)
            draft.rename(self.folder / name)
        except OSError as error:
            raise MailError(f"{self.folder} cannot be written: {error.strerror}.", permanent=False) from error

    async def check(self) -> str:
        existing = next(path for path in (self.folder, *self.folder.resolve().parents) if path.exists())
        if not os.access(existing, os.W_OK):
            raise MailError(f"{self.folder} cannot be written.", permanent=False)
        return f"written to {self.folder}"


class Server:
    """Hands each message to a server: `smtp://` upgraded to TLS where offered, `smtps://` TLS at once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("a mail server's address begins with smtp:// or smtps:// and names a host")
        self.host = parts.hostname
        self.tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.tls else 587)
        self.user = unquote(parts.username or "") or None
        self.password = unquote(parts.password or "") or None

    def client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls,
            timeout=SEND_SECONDS,
        )

    async def send(self, message: EmailMessage) -> None:
        try:
            async with self.client() as client:
                await client.send_message(message)
        except aiosmtplib.SMTPResponseException as error:
            raise MailError(
                f"{self.host} said {error.code}: {error.message}", permanent=error.code >= 500
            ) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            permanent = all(refusal.code >= 500 for refusal in error.recipients)
            raise MailError(f"{self.host} refused the recipient.", permanent=permanent) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailError(f"{self.host} cannot be reached: {error}.", permanent=False) from error

    async def check(self) -> str:
        try:
            async with self.client() as client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailError(
                f"{self.host}:{self.port} does not take mail: {error}.", permanent=False
            ) from error
        return f"sent by {self.host}:{self.port}"
