"""The connections of this process and the rooms they are in; nothing of roles, queues or tables.

A room belongs to a subject (a conversation, a team, a member of staff, a site, the desk): the unit
that the bus listens to while anybody here is in one of its rooms.
"""

from collections.abc import Callable, Iterable

from chat.connection import Connection


class Hub:
    """`held` and `released` are told when the first connection enters a subject and the last leaves."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self._rooms: dict[str, set[Connection]] = {}
        self._subjects: dict[str, int] = {}
        self.held: Callable[[str], None] = _ignore
        self.released: Callable[[str], None] = _ignore

    def add(self, connection: Connection) -> None:
        self.connections.add(connection)

    def remove(self, connection: Connection) -> None:
        for room in list(connection.rooms):
            self.leave(connection, room)
        self.connections.discard(connection)

    def join(self, connection: Connection, room: str) -> bool:
        """Whether the connection is new in the room. One that is gone meanwhile enters none."""
        if room in connection.rooms or connection not in self.connections:
            return False
        connection.rooms.add(room)
        self._rooms.setdefault(room, set()).add(connection)
        self.hold(subject_of(room))
        return True

    def leave(self, connection: Connection, room: str) -> None:
        if room not in connection.rooms:
            return
        connection.rooms.discard(room)
        members = self._rooms[room]
        members.discard(connection)
        if not members:
            del self._rooms[room]
        self.release(subject_of(room))

    def hold(self, subject: str) -> None:
        """Listen to a subject, once more."""
        count = self._subjects.get(subject, 0)
        self._subjects[subject] = count + 1
        if count == 0:
            self.held(subject)

    def release(self, subject: str) -> None:
        count = self._subjects[subject] - 1
        if count:
            self._subjects[subject] = count
            return
        del self._subjects[subject]
        self.released(subject)

    def members(self, room: str) -> frozenset[Connection] | set[Connection]:
        return self._rooms.get(room, frozenset())

    def post(self, rooms: Iterable[str], data: bytes) -> None:
        """Send to everybody in any of the rooms, once each."""
        rooms = list(rooms)
        if len(rooms) == 1:
            members: Iterable[Connection] = self.members(rooms[0])
        else:
            members = set().union(*(self.members(room) for room in rooms))
        for connection in members:
            connection.post(data)


def subject_of(room: str) -> str:
    """`conversation:ID/staff` belongs to `conversation:ID`."""
    return room.partition("/")[0]


def _ignore(subject: str) -> None:
    pass
