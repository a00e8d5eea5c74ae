"""System lines of a thread: what happened, as everybody concerned reads it later."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.access import Staff
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Author, EntryKind, Thread
from store import entries
from store.conversations import Conversation
from store.entries import Draft, Stored

SYSTEM: Final = Author("system", "", "")

_REFUSALS: Final = {
    "not_found": Code.NOT_FOUND,
    "not_assigned": Code.NOT_ASSIGNED,
    "closed": Code.ENDED,
    "bad_text": Code.INVALID,
}


def of_customer(row: Conversation) -> Author:
    return Author("customer", row.customer_id, row.customer_name)


def of_staff(member: Staff) -> Author:
    return Author("staff", member.id, member.name)


async def write(
    tx: AsyncConnection,
    conversation_id: str,
    kind: EntryKind,
    at: datetime,
    *,
    author: Author = SYSTEM,
    thread: Thread = "public",
    body: str = "",
    client_id: str | None = None,
    payload: dict[str, str | int | None] | None = None,
) -> Stored:
    """Append one line in this transaction. Raises `Refused` where the log takes none."""
    draft = Draft(
        conversation_id=conversation_id,
        thread=thread,
        kind=kind,
        author_kind=author.kind,
        author_id=author.id,
        author_name=author.name,
        body=body,
        payload=msgspec.json.encode(payload) if payload else None,
        client_id=client_id,
    )
    (written,) = await entries.append(tx, [draft], at)
    if isinstance(written, entries.Refused):
        raise refusal(written)
    return written


def refusal(refused: entries.Refused) -> Refused:
    """What the log refused, in the words of the wire."""
    if refused.code == "bad_text":
        return Refused(Code.INVALID, "That text has a character that cannot be kept (U+0000).")
    return Refused(_REFUSALS[refused.code])
