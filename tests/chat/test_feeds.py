"""Following a thread whose head is read after one has entered."""

from collections.abc import Callable, Sequence

from chat.connection import Connection
from chat.feeds import Feeds, Line
from chat.protocol.views import Thread


class Away(Exception):
    """The database is away."""


class Client:
    """A socket that keeps what it is sent."""

    def __init__(self) -> None:
        self.on_frame: Callable[[str | bytes], None] | None = None
        self.last_pong = 0.0
        self.closed = False
        self.buffered = 0
        self.got: list[bytes] = []

    def post(self, data: bytes) -> None:
        self.got.append(data)

    def watch(self, on: bool) -> None:
        pass

    def close(self, code: int, reason: str = "") -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


class Log:
    """A thread in the database, with how often it was read."""

    def __init__(self, head: int) -> None:
        self.lines = [Line(seq, b"%d" % seq, seq) for seq in range(1, head + 1)]
        self.reads = 0

    async def read(self, conversation_id: str, thread: Thread, after: int, limit: int) -> Sequence[Line]:
        self.reads += 1
        return [line for line in self.lines if line.seq > after][:limit]

    def append(self) -> Line:
        self.lines.append(Line(len(self.lines) + 1, b"%d" % (len(self.lines) + 1), len(self.lines) + 1))
        return self.lines[-1]


def entered(log: Log, cursor: int) -> tuple[Feeds, Client, Connection]:
    client = Client()
    connection = Connection("c", client)
    feeds = Feeds(log.read, Away)
    assert feeds.enter(connection, "one", "public", cursor, staff=False)
    return feeds, client, connection


async def test_nothing_is_read_for_who_has_all_of_a_thread() -> None:
    """What comes afterwards reaches them at once."""
    log = Log(3)
    feeds, client, connection = entered(log, 3)
    feeds.go_on(connection, "one", "public", 3)
    feeds.appended("one", "public", log.append())
    await feeds.stop()
    assert (client.got, log.reads) == ([b"4"], 0)


async def test_what_is_missing_at_the_head_that_was_read_is_sent() -> None:
    """Two of three."""
    log = Log(3)
    feeds, client, connection = entered(log, 1)
    feeds.go_on(connection, "one", "public", 3)
    await feeds.stop()
    assert client.got == [b"2", b"3"]


async def test_what_was_said_while_the_head_was_read_is_not_lost() -> None:
    """Its hint came before the head that does not have it yet."""
    log = Log(3)
    feeds, client, connection = entered(log, 3)
    feeds.appended("one", "public", log.append())
    feeds.go_on(connection, "one", "public", 3)
    await feeds.stop()
    assert client.got == [b"4"]


async def test_who_claims_to_have_more_than_there_is_gets_what_comes() -> None:
    """A cursor beyond the head is the head."""
    log = Log(3)
    feeds, client, connection = entered(log, 99)
    feeds.go_on(connection, "one", "public", 3)
    feeds.appended("one", "public", log.append())
    await feeds.stop()
    assert client.got == [b"4"]
