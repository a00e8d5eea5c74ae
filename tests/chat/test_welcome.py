"""The snapshot that a console starts from, and the events that go on from it."""

import asyncio

from chat import rooms
from chat.protocol.codec import encode
from chat.protocol.events import StaffChanged, StaffWelcomed
from tests.chat.people import staff
from tests.web.running import RunningDesk


async def test_what_changes_while_the_snapshot_is_read_is_told_after_it(desk: RunningDesk) -> None:
    """A console begins anew with each snapshot: an offer that came before it would never be seen."""
    context = desk.edge.desk.context
    said: list[int] = []

    async def speak() -> None:
        (member, *_) = context.roster.values()
        while True:
            said.append(len(context.hub.members(rooms.DESK)))
            context.hub.post([rooms.DESK], encode(StaffChanged(staff=member)))
            await asyncio.sleep(0)

    async with staff(desk):
        speaking = asyncio.create_task(speak())
        async with staff(desk, index=1) as console:
            speaking.cancel()
            await console.expect(StaffWelcomed, lambda welcomed: console.heard[0] is welcomed)
            for _ in range(said.count(2)):
                await console.expect(StaffChanged)
