"""Mail to customers who are away: that their message is kept, and what was answered.

A letter is a job row, written in the transaction that it tells of; the worker hands it over.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.context import Context
from store import conversations, entries, jobs
from store.conversations import Conversation
from store.entries import EntryRow
from store.errors import Unavailable
from store.jobs import Job

log = structlog.get_logger(__name__)

MAIL: Final = "mail"
ANSWER: Final = "answer"
AWAY_SECONDS: Final = 60
"""How long an answer may stay unread before it goes by mail; further answers go with it."""
RETRY_SECONDS: Final = 1.0
MOST_LINES: Final = 50
MOST_REMEMBERED: Final = 10_000


class Letter(msgspec.Struct, frozen=True):
    """The payload of a mail job."""

    to: str
    subject: str
    text: str
    name: str = ""
    in_reply_to: str = ""


async def post(tx: AsyncConnection, subject_id: str, letter: Letter, at: datetime) -> None:
    """Have a letter sent once this transaction has committed; one a `subject_id`, a later one replaces it."""
    await jobs.put(tx, MAIL, subject_id, at, msgspec.to_builtins(letter))


async def confirm(context: Context, tx: AsyncConnection, row: Conversation, at: datetime) -> None:
    """A message was left: say that it is kept, under which number, and where to follow it."""
    if not row.customer_email:
        return
    text = (
        f"Hello{' ' + row.customer_name if row.customer_name else ''},\n\n"
        f"we have your message. It is ticket #{row.number}, and we answer as soon as somebody is back.\n\n"
        f"> {row.subject}\n\n{_follow(context, row)}"
    )
    letter = Letter(row.customer_email, f"We have your message (#{row.number})", text, row.customer_name)
    await post(tx, f"{row.id}:left", letter, at)


def is_due(context: Context, conversation_id: str) -> bool:
    """Whether an answer is on its way already, and will take a further one with it."""
    due_at = context.letters_due.get(conversation_id)
    return due_at is not None and due_at > context.clock.now()


async def answer_later(context: Context, conversation_id: str) -> None:
    """The agent wrote and no widget of the customer's is open here: mail it, unless it is read
    meanwhile. Once a conversation and minute, however much is written: ask `is_due` first. While the database
    is away, once it is back."""
    at = context.clock.now()
    if len(context.letters_due) > MOST_REMEMBERED:
        context.letters_due.clear()
    due_at = at + timedelta(seconds=AWAY_SECONDS)

    async def work(tx: AsyncConnection) -> None:
        row = await conversations.get(tx, conversation_id)
        if row is not None and row.customer_email:
            await jobs.put(tx, ANSWER, conversation_id, due_at)

    while True:
        try:
            async with context.gate.turn():
                await context.database.transact(work)
            break
        except Unavailable as error:
            log.warning("letter_waits", conversation_id=conversation_id, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
    context.letters_due[conversation_id] = due_at


async def answer(context: Context, job: Job) -> None:
    """It is time: mail what the customer has not read."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        row = await conversations.lock(tx, job.subject_id)
        if not await jobs.finish(tx, job) or row is None:
            return
        unread = [
            line
            for line in await entries.read(tx, row.id, "public", row.customer_seen, MOST_LINES)
            if line.author_kind == "staff" and line.kind == "message"
        ]
        if unread and row.customer_email:
            await post(tx, f"{row.id}:{unread[-1].seq}", _answered(context, row, unread), at)

    await context.database.transact(work)


def _answered(context: Context, row: Conversation, unread: list[EntryRow]) -> Letter:
    said = "\n\n".join(f"{line.author_name}:\n{line.body}" for line in unread)
    subject = f"Re: {row.subject} (#{row.number})"
    return Letter(row.customer_email, subject, f"{said}\n\n{_follow(context, row)}", row.customer_name)


def _follow(context: Context, row: Conversation) -> str:
    return f"Where it stands: {context.status_link(row.id)}\n"
