"""Who of the staff has a conversation open, over all processes; ephemeral, latest wins."""

from typing import Final

import msgspec

from chat import rooms
from chat.bus import Bus
from chat.connection import Connection
from chat.hub import Hub
from chat.protocol.codec import encode
from chat.protocol.events import ViewersChanged
from chat.protocol.views import Person

SIGNAL: Final = "viewers"

_people: Final = msgspec.json.Decoder(list[Person])


class Viewers:
    """This process's viewers by connection, and what the other processes said of theirs."""

    def __init__(self, hub: Hub, bus: Bus):
        self._hub = hub
        self._bus = bus
        self._here: dict[str, dict[Connection, Person]] = {}
        self._elsewhere: dict[str, dict[str, list[Person]]] = {}

    def add(self, conversation_id: str, connection: Connection, person: Person) -> None:
        if connection.socket.closed:
            return
        self._here.setdefault(conversation_id, {})[connection] = person
        self._tell(conversation_id)

    def remove(self, conversation_id: str, connection: Connection) -> None:
        here = self._here.get(conversation_id, {})
        here.pop(connection, None)
        self._tell(conversation_id)
        if not here:
            self._here.pop(conversation_id, None)
            self._elsewhere.pop(conversation_id, None)

    def of(self, conversation_id: str) -> list[Person]:
        """Each person once, by name."""
        people = {person.id: person for person in self._here.get(conversation_id, {}).values()}
        for others in self._elsewhere.get(conversation_id, {}).values():
            people.update((person.id, person) for person in others)
        return sorted(people.values(), key=lambda person: (person.name, person.id))

    def heard(self, conversation_id: str, process_id: str, data: bytes) -> None:
        """Another process said who looks on there."""
        if conversation_id not in self._here:
            return
        self._elsewhere.setdefault(conversation_id, {})[process_id] = _people.decode(data)
        self._post(conversation_id)

    def repeat(self, conversation_id: str) -> None:
        """A process began to listen: tell it who looks on here."""
        if conversation_id in self._here:
            self._publish(conversation_id)

    def _tell(self, conversation_id: str) -> None:
        self._post(conversation_id)
        self._publish(conversation_id)

    def _post(self, conversation_id: str) -> None:
        event = ViewersChanged(conversation_id=conversation_id, viewers=self.of(conversation_id))
        self._hub.post([rooms.viewers(conversation_id)], encode(event))

    def _publish(self, conversation_id: str) -> None:
        here = list(self._here.get(conversation_id, {}).values())
        self._bus.publish(
            "signal", rooms.conversation(conversation_id), SIGNAL, data=msgspec.json.encode(here)
        )
