"""Places in line, told to the customers of this process who wait, when they change.

Each second for the first fifty of a queue, every five seconds beyond: one script for all of them.
"""

from typing import Final

from chat import rooms
from chat.connection import Connection
from chat.context import Context
from chat.protocol.codec import encode
from chat.protocol.events import QueueMoved
from chat.protocol.views import QueuePlace
from routing import entries as queue
from routing.errors import NotReady, Unavailable

NEAR: Final = 50
FAR_EVERY: Final = 5


class Places:
    """The conversations that wait and whose customers are connected here."""

    def __init__(self, context: Context):
        self._context = context
        self._told: dict[str, QueuePlace | None] = {}
        self._round = 0

    def add(self, conversation_id: str) -> None:
        self._told[conversation_id] = None

    def remove(self, conversation_id: str) -> None:
        self._told.pop(conversation_id, None)

    async def tell(self, connection: Connection, conversation_id: str) -> None:
        """The place as it is now, to one who has just connected or lined up."""
        self.add(conversation_id)
        for place in await self._ask([conversation_id]):
            connection.post(encode(QueueMoved(place=place)))

    async def push(self) -> None:
        """One pass, each second: those whose place or estimate has changed."""
        self._round += 1
        for conversation_id in [id for id in self._told if not self._watched(id)]:
            del self._told[conversation_id]
        everybody = self._round % FAR_EVERY == 0
        due = [
            conversation_id
            for conversation_id, told in self._told.items()
            if everybody or told is None or told.position <= NEAR
        ]
        if not due:
            return
        for place in await self._ask(due):
            if place.conversation_id in self._told and self._told[place.conversation_id] != place:
                self._told[place.conversation_id] = place
                data = encode(QueueMoved(place=place))
                self._context.hub.post([rooms.customers(place.conversation_id)], data)

    def _watched(self, conversation_id: str) -> bool:
        return bool(self._context.hub.members(rooms.customers(conversation_id)))

    async def _ask(self, conversation_ids: list[str]) -> list[QueuePlace]:
        try:
            places = await queue.position(self._context.router, conversation_ids)
        except (NotReady, Unavailable):
            self._context.stale.set()
            return []
        return [self._view(place) for place in places]

    def _view(self, place: queue.Place) -> QueuePlace:
        door = self._context.doors.of(place.team_id)
        return QueuePlace(
            place.conversation_id,
            place.position,
            place.wait_low_seconds,
            place.wait_high_seconds,
            attended=door.staffed,
            opens_at=door.opens_at,
        )
