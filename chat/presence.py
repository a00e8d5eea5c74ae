"""Presence as observed: connections that answer pings renew leases in Redis, many in one script.

A background tab answers pings though its timers sleep; a closed socket only starts the grace.
"""

import asyncio
from typing import Final

from chat import announce, matching, rooms
from chat.connection import Connection
from chat.context import Context
from chat.protocol.events import PresenceChanged
from chat.protocol.views import AuthorKind
from routing import leases
from routing.errors import NotReady, Unavailable

RENEW_SECONDS: Final = 2.0
RELOAD_SECONDS: Final = 3.0
LEFT: Final = "customer_left"


class Presence:
    """The connections of this process that count as somebody's being there."""

    def __init__(self, context: Context):
        self._context = context
        self._staff: dict[Connection, str] = {}
        self._customers: dict[Connection, set[str]] = {}
        self._renewed: dict[Connection, float] = {}
        self._live: dict[Connection, set[str]] = {}

    async def add_staff(self, connection: Connection, staff_id: str) -> None:
        if connection.socket.closed:
            return
        connection.socket.watch(True)
        self._staff[connection] = staff_id
        await self._renew([connection])

    async def add_customer(self, connection: Connection, conversation_id: str) -> None:
        if connection.socket.closed:
            return
        held = self._customers.setdefault(connection, set())
        if conversation_id in held:
            return
        held.add(conversation_id)
        await self._renew([connection])

    def expect(self, connection: Connection, conversation_id: str, *, live: bool) -> None:
        """Somebody is to talk with the customer, or not any more: that one's loss is to be noticed soon."""
        if connection.socket.closed:
            return
        conversation_ids = self._live.setdefault(connection, set())
        if live:
            conversation_ids.add(conversation_id)
        else:
            conversation_ids.discard(conversation_id)
        connection.socket.watch(bool(conversation_ids))
        if not conversation_ids:
            del self._live[connection]

    def drop_customer(self, connection: Connection, conversation_id: str) -> None:
        """The conversation ended: nobody has to be there for it any more."""
        self._customers.get(connection, set()).discard(conversation_id)

    async def remove(self, connection: Connection) -> None:
        """The socket is gone. A reload is no loss: the grace of the lease begins."""
        self._renewed.pop(connection, None)
        self._live.pop(connection, None)
        staff_id = self._staff.pop(connection, None)
        conversation_ids = self._customers.pop(connection, set())
        try:
            if staff_id is not None:
                await leases.drop(self._context.router, "staff", staff_id, connection.id)
            for conversation_id in conversation_ids:
                await leases.drop(self._context.router, "customer", conversation_id, connection.id)
        except (NotReady, Unavailable):
            # An unrenewed lease ends by itself.
            self._context.stale.set()

    def customer_here(self, conversation_id: str) -> bool:
        """Whether a widget of the customer's is connected to this process."""
        return bool(self._context.hub.members(rooms.tabs(conversation_id)))

    def customer_left(self, conversation_id: str) -> None:
        """The last widget here is gone; the other side is told when it stays away."""
        asyncio.get_running_loop().call_later(RELOAD_SECONDS, self._stayed_away, conversation_id)

    def _stayed_away(self, conversation_id: str) -> None:
        if not self.customer_here(conversation_id):
            self.tell(conversation_id, "customer", present=False)
            # A process where another tab is open contradicts.
            self._context.bus.publish("signal", rooms.conversation(conversation_id), LEFT)

    async def renew(self) -> None:
        """One pass: all that answered since the last one, in one script."""
        await self._renew(
            [
                connection
                for connection in (*self._staff, *self._customers)
                if connection.socket.last_pong > self._renewed.get(connection, 0.0)
            ]
        )

    async def announce_all(self) -> None:
        """After Redis was emptied: everybody who is here says so at once."""
        self._renewed.clear()
        await self._renew([*self._staff, *self._customers])

    async def _renew(self, connections: list[Connection]) -> None:
        staff = [(self._staff[c], c.id) for c in connections if c in self._staff]
        customers = [(id, c.id) for c in connections for id in self._customers.get(c, ())]
        for connection in connections:
            self._renewed[connection] = connection.socket.last_pong
        if staff or customers:
            await matching.after(
                self._context, leases.renew(self._context.router, staff=staff, customers=customers)
            )

    def tell(self, conversation_id: str, by: AuthorKind, *, present: bool) -> None:
        """Tell the other side of a conversation."""
        audience = rooms.viewers if by == "customer" else rooms.customers
        event = PresenceChanged(conversation_id=conversation_id, by=by, present=present)
        announce.event(self._context, [audience(conversation_id)], event)
