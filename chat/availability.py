"""What an agent declares: available, away or offline. Presence is observed, never declared."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import staffing
from chat.access import Staff
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Availability
from store import staff


async def declare(context: Context, member: Staff, availability: Availability, staff_id: str = "") -> None:
    """Set one's own availability, or as a supervisor a colleague's. Takes effect at the next decision."""
    subject = staff_id or member.id
    if subject != member.id and not member.supervises:
        raise Refused(Code.FORBIDDEN)
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> None:
        row = await staff.get(tx, subject)
        if row is None or row.disabled_at is not None:
            raise Refused(Code.NOT_FOUND, "There is no such colleague.")
        await staff.set_availability(tx, subject, availability, at)

    await context.database.transact(work)
    await staffing.staff_changed(context, subject)
