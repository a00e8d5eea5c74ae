"""A page of older entries, for any client that may read the thread."""

from chat import views
from chat.connection import Connection
from chat.context import Context
from chat.protocol import codec
from chat.protocol.commands import FetchEntries
from chat.protocol.events import EntriesFetched
from store import entries


async def fetch(context: Context, connection: Connection, command: FetchEntries, *, staff: bool) -> None:
    """Answer `entries_fetched`; the caller has checked who asks."""
    async with context.database.read() as tx:
        rows = await entries.before(
            tx, command.conversation_id, command.thread, command.before, command.limit + 1
        )
    page = rows[-command.limit :]
    connection.post(
        codec.encode(
            EntriesFetched(
                ref=command.ref,
                conversation_id=command.conversation_id,
                thread=command.thread,
                entries=[views.entry(row, staff=staff) for row in page],
                more=len(rows) > len(page),
            )
        )
    )
