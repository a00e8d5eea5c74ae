"""The socket port, with real clients over TCP."""

import asyncio
import itertools
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from uvicorn import Config
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from web.server import Server, configured
from web.socket_port import Socket, head
from web.socket_protocol import EXTENSION, SPREAD, SocketProtocol

# uvloop serves; asyncio's own loop is the fallback, and the transports of the two differ at the edges.
pytestmark = pytest.mark.both_loops


class Impatient(SocketProtocol):
    """Limits small enough for a test."""

    write_limit = 64 * 1024
    burst_limit = 1024 * 1024
    close_seconds = 0.2
    silent_seconds = 0.5
    quiet_seconds = 0.2


class Desk:
    """An application that gives the test its sockets."""

    def __init__(self, prepare: Callable[[Socket], None] = lambda _: None) -> None:
        self.prepare = prepare
        self.sockets: asyncio.Queue[Socket] = asyncio.Queue()
        self.ends: asyncio.Queue[Message] = asyncio.Queue()
        self.port = 0
        self.receiving = asyncio.Event()
        """While it is not set, an accepted socket calls nothing."""
        self.receiving.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        socket: Socket = scope["extensions"][EXTENSION]
        await receive()
        self.prepare(socket)
        await send({"type": "websocket.accept"})
        self.sockets.put_nowait(socket)
        await self.receiving.wait()
        while (event := await receive())["type"] != "websocket.disconnect":
            socket.post(f"received {event.get('text')}".encode())
        self.ends.put_nowait(event)


@asynccontextmanager
async def serving(
    desk: "Desk | Keeper", protocol: type[SocketProtocol] = SocketProtocol, **changes: Any
) -> AsyncIterator[Server]:
    """A server on a free port of this loop."""
    config: Config = configured(desk, "127.0.0.1", 0)
    config.ws = protocol
    for name, value in changes.items():
        setattr(config, name, value)
    server = Server(config)
    running = asyncio.create_task(server.serve())
    await server.ready.wait()
    desk.port = server.port
    try:
        yield server
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def talking(desk: Desk, **options: Any) -> AsyncIterator[tuple[ClientConnection, Socket]]:
    """A client, and its socket at the server."""
    async with connect(f"ws://127.0.0.1:{desk.port}/", proxy=None, **options) as client:
        yield client, await desk.sockets.get()


async def raw(desk: Desk) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection past the handshake, for bytes that no library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def turn() -> None:
    """Let the loop go on for a moment: what is waited for is time itself, or has no event."""
    await asyncio.sleep(0.01)


def masked(first: int, payload: bytes) -> bytes:
    """A client's frame with an all-zero mask. `first`: flags and opcode."""
    return bytes([first, 0x80 | len(payload)]) + b"\0\0\0\0" + payload


def echo(socket: Socket) -> None:
    def answer(message: str | bytes) -> None:
        socket.post(message.encode() if isinstance(message, str) else b"binary")

    socket.on_frame = answer


async def test_posts_arrive_in_order_whatever_their_size() -> None:
    """Short, middle and long frames, gathered into one write or spread over many turns."""
    desk = Desk()
    sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000, 3]
    async with serving(desk), talking(desk) as (client, socket):
        for size in sizes:
            socket.post(b"x" * size)
        for number in range(500):
            socket.post(f"{number} ü".encode())
            if number % 50 == 0:
                await asyncio.sleep(0)
        assert [len(await client.recv()) for _ in sizes] == sizes
        assert [await client.recv() for _ in range(500)] == [f"{number} ü" for number in range(500)]


async def test_what_one_turn_posts_leaves_in_one_write() -> None:
    """The first flush takes everything with it."""
    desk = Desk()
    async with serving(desk), talking(desk) as (client, socket):
        for _ in range(10):
            socket.post(b"{}")
        assert socket.buffered == 20
        assert await client.recv() == "{}"
        assert socket.buffered == 0


async def test_frames_are_handed_over_directly_and_reading_never_pauses() -> None:
    """A client may send any number of frames while nobody calls receive()."""
    desk = Desk(echo)
    async with serving(desk), talking(desk) as (client, _):
        for number in range(1000):
            await client.send(f"m{number}")
        await client.send(b"\x00")
        assert [await client.recv() for _ in range(1000)] == [f"m{number}" for number in range(1000)]
        assert await client.recv() == "binary"


async def test_fragments_are_one_message() -> None:
    """A message in pieces, with a ping between them, is handed over once, whole."""
    desk = Desk(echo)
    async with serving(desk), talking(desk) as (client, _):
        await client.send(["gr", "ü", "ß"])
        assert await client.recv() == "grüß"


async def test_frames_come_through_receive_until_there_is_a_handler() -> None:
    """Whoever does without the port gets what ASGI gives."""
    desk = Desk()
    async with serving(desk), talking(desk) as (client, socket):
        await client.send("one")
        assert await client.recv() == "received one"
        echo(socket)
        await client.send("two")
        assert await client.recv() == "two"


async def test_frames_that_came_before_the_handler_are_handed_to_it() -> None:
    """An application that looks something up between accepting and listening loses nothing, in order."""
    desk = Desk()
    desk.receiving.clear()
    async with serving(desk), talking(desk) as (client, socket):
        await client.send("one")
        await client.send("two")
        while not socket._protocol.read_paused:
            await turn()
        echo(socket)
        desk.receiving.set()
        await client.send("three")
        assert [await client.recv() for _ in range(3)] == ["one", "two", "three"]


async def test_a_handler_that_fails_closes_only_its_own_socket() -> None:
    """The client is told 1011; another goes on."""

    def prepare(socket: Socket) -> None:
        def answer(message: str | bytes) -> None:
            if message == "bad":
                raise ValueError("a mistake of ours")
            socket.post(b"good")

        socket.on_frame = answer

    desk = Desk(prepare)
    async with serving(desk), talking(desk) as (one, _), talking(desk) as (two, _):
        await one.send("bad")
        with pytest.raises(ConnectionClosed) as closed:
            await one.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
        await two.send("fine")
        assert await two.recv() == "good"


async def test_a_reader_that_does_not_read_is_cut_and_costs_no_one_else() -> None:
    """Once more than the limit waits, the socket is aborted, without a wait for the client."""
    desk = Desk()
    async with serving(desk, Impatient):
        _, writer = await raw(desk)
        slow = await desk.sockets.get()
        async with talking(desk) as (client, quick):
            while not slow.closed:
                slow.post(b"x" * 60_000)
                quick.post(b"y")
                assert await client.recv() == "y"
            assert (await desk.ends.get())["type"] == "websocket.disconnect"
            quick.post(b"still here")
            assert await client.recv() == "still here"
        writer.close()


async def test_a_flood_within_one_turn_is_cut() -> None:
    """Memory stays bounded even when the loop gets no turn to write."""
    desk = Desk()
    async with serving(desk, Impatient), talking(desk) as (client, socket):
        for _ in range(30):
            socket.post(b"x" * 60_000)
        assert socket.closed
        assert socket.buffered <= Impatient.burst_limit
        with pytest.raises(ConnectionClosed):
            await client.recv()


def watch(socket: Socket) -> None:
    socket.watch(True)


def heed(socket: Socket) -> None:
    socket.on_frame = lambda frame: None
    socket.watch(True)


async def test_pongs_are_seen() -> None:
    """`last_pong` moves with each answered ping, without a word from the client."""
    desk = Desk(watch)
    async with serving(desk, ws_ping_interval=0.02), talking(desk) as (_, socket):
        first = socket.last_pong
        async with asyncio.timeout(5):
            while socket.last_pong < first + 0.1:
                await turn()


async def test_who_talks_is_not_asked_for_a_sign_of_life() -> None:
    """In a full desk every third frame was a ping or its answer."""
    desk, loop, interval = Desk(heed), asyncio.get_running_loop(), 0.4
    async with serving(desk, ws_ping_interval=interval):
        reader, writer = await raw(desk)
        said, longest = loop.time(), 0.0
        until = said + 3 * interval
        while said < until:
            writer.write(masked(0x81, b"hello"))
            await turn()
            longest, said = max(longest, loop.time() - said), loop.time()
        # A machine that is busy elsewhere may have kept us silent for long enough to be asked.
        if longest < interval * SPREAD:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.readexactly(1), timeout=0.01)
        writer.close()


async def test_who_is_quiet_and_not_counted_on_is_asked_for_a_sign_of_life_now_and_then() -> None:
    """Ten thousand who have nothing under way cost ten thousand pings a round."""
    desk = Desk()
    async with serving(desk, Impatient, ws_ping_interval=0.02), talking(desk) as (_, socket):
        signs = {socket.last_pong}
        async with asyncio.timeout(5):
            while len(signs) < 4:
                await turn()
                signs.add(socket.last_pong)
        gaps = [later - sooner for sooner, later in itertools.pairwise(sorted(signs))]
        assert min(gaps) >= Impatient.quiet_seconds * SPREAD


@pytest.mark.parametrize("counted_on", [True, False])
async def test_a_client_that_shows_no_sign_of_life_is_cut(counted_on: bool) -> None:
    """A peer whose host is gone would otherwise stay for hours."""
    desk = Desk(lambda socket: socket.watch(counted_on))
    async with serving(desk, Impatient, ws_ping_interval=0.05):
        reader, writer = await raw(desk)
        socket = await desk.sockets.get()
        started = asyncio.get_running_loop().time()
        async with asyncio.timeout(5):
            await desk.ends.get()
        assert socket.closed
        patience = Impatient.silent_seconds + (0 if counted_on else Impatient.quiet_seconds)
        assert asyncio.get_running_loop().time() - started >= patience - 0.1
        assert reader is not None
        writer.close()


async def test_who_becomes_counted_on_after_a_long_silence_has_its_time_to_answer() -> None:
    """Nobody had asked it for a sign of life before."""
    desk = Desk()
    async with serving(desk, Impatient, ws_ping_interval=0.05), talking(desk) as (_, socket):
        quiet_since = socket.last_pong
        socket.last_pong -= Impatient.silent_seconds
        socket.watch(True)
        async with asyncio.timeout(5):
            while socket.last_pong < quiet_since:
                await turn()
        assert not socket.closed


async def test_what_looks_like_a_pong_amid_a_frame_is_part_of_it() -> None:
    """Pongs are let go by unopened, between frames alone."""
    desk = Desk(echo)
    async with serving(desk):
        reader, writer = await raw(desk)
        pong = masked(0x8A, b"")
        for piece in (masked(0x82, pong + b"end")[:6], pong, b"end"):
            writer.write(piece)
            await writer.drain()
            await turn()
        assert await reader.readexactly(8) == head(6) + b"binary"
        writer.close()


async def test_a_pong_between_the_fragments_of_a_message_leaves_it_whole() -> None:
    """In one piece or in several: it is a frame by itself."""
    desk = Desk(echo)
    async with serving(desk):
        reader, writer = await raw(desk)
        pong = masked(0x8A, b"")
        for piece in (masked(0x01, b"one "), pong, pong[:1], pong[1:], masked(0x80, b"message")):
            writer.write(piece)
            await writer.drain()
            await turn()
        assert await reader.readexactly(13) == head(11) + b"one message"
        writer.close()


async def test_a_frame_above_the_limit_gets_1009() -> None:
    """And the client can read that, although it is still sending."""
    desk = Desk(echo)
    async with serving(desk), talking(desk) as (client, _):
        await client.send("x" * 65_536)
        assert len(await client.recv()) == 65_536
        await client.send("x" * 3_000_000)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        end = await desk.ends.get()
        assert end["code"] == 1009


async def test_a_client_that_is_closed_in_mid_frame_is_read_on() -> None:
    """Closing under what it still sends would reset the connection, and it might never read why."""
    desk = Desk(echo)
    async with serving(desk):
        reader, writer = await raw(desk)
        size = 2_000_000
        writer.write(b"\x81\xff" + struct.pack("!Q", size) + bytes(4) + bytes(1000))
        assert (await reader.readexactly(4))[2:] == struct.pack("!H", 1009)
        for _ in range(size // 20_000):
            writer.write(bytes(20_000))
            await writer.drain()
        writer.close()
        await writer.wait_closed()


async def test_fragments_above_the_limit_get_1009() -> None:
    """Cutting a message into pieces does not lift the limit."""
    desk = Desk(echo)
    async with serving(desk), talking(desk) as (client, _):
        await client.send(["x" * 40_000, "x" * 40_000])
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_text_that_is_not_utf8_gets_1007() -> None:
    """It never reaches the handler."""
    desk = Desk(echo)
    async with serving(desk):
        reader, writer = await raw(desk)
        writer.write(masked(0x81, b"\xff\xfe"))
        frame = await reader.readexactly(4)
        assert (frame[0], struct.unpack("!H", frame[2:])[0]) == (0x88, 1007)
        writer.close()


async def test_a_client_that_vanishes_in_mid_frame_is_gone() -> None:
    """Half a frame, then nothing: the application hears of the end, and of no message."""
    heard: list[str | bytes] = []

    def prepare(socket: Socket) -> None:
        socket.on_frame = heard.append

    desk = Desk(prepare)
    async with serving(desk):
        _, writer = await raw(desk)
        socket = await desk.sockets.get()
        writer.write(masked(0x81, b"whole") + masked(0x81, b"not whole")[:9])
        await writer.drain()
        writer.close()
        assert (await desk.ends.get())["type"] == "websocket.disconnect"
        assert socket.closed
        assert heard == ["whole"]
        socket.post(b"nobody is there")


async def test_what_came_before_a_broken_frame_counts() -> None:
    """Both in one packet: the good one is handed over, then the connection ends."""
    heard: list[str | bytes] = []

    def prepare(socket: Socket) -> None:
        socket.on_frame = heard.append

    desk = Desk(prepare)
    async with serving(desk):
        reader, writer = await raw(desk)
        writer.write(masked(0x81, b"good") + masked(0x83, b"reserved opcode"))
        frame = await reader.readexactly(4)
        assert (frame[0], struct.unpack("!H", frame[2:])[0]) == (0x88, 1002)
        assert heard == ["good"]
        writer.close()


async def test_close_says_why_after_everything_posted() -> None:
    """Nothing that was posted before is lost, and the reason arrives, cut to what a frame holds."""
    desk = Desk()
    async with serving(desk), talking(desk) as (client, socket):
        socket.post(b"last words")
        socket.close(4001, "ü" * 100)
        assert socket.closed
        socket.post(b"too late")
        assert await client.recv() == "last words"
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4001
        assert closed.value.rcvd.reason == "ü" * 61
        assert (await desk.ends.get())["code"] == 4001


async def ended_by_port(socket: Socket, _: Server) -> None:
    socket.close(4008)


async def ended_by_shutdown(_: Socket, server: Server) -> None:
    server.should_exit = True


@pytest.mark.parametrize("end", [ended_by_port, ended_by_shutdown])
async def test_a_close_is_bounded_when_the_client_does_not_answer(
    end: Callable[[Socket, Server], Awaitable[None]],
) -> None:
    """A client that neither reads nor answers is cut after `close_seconds`, at shutdown too."""
    desk = Desk()
    async with serving(desk, Impatient) as server:
        _, writer = await raw(desk)
        socket = await desk.sockets.get()
        while socket.buffered == 0:
            socket.post(b"x" * 60_000)
            await turn()
        await end(socket, server)
        async with asyncio.timeout(3):
            while server.server_state.connections:
                await turn()
        writer.close()


async def test_a_shutdown_tells_clients_to_come_back() -> None:
    """1012, and the server ends as soon as they have answered."""
    desk = Desk()
    async with serving(desk) as server, talking(desk) as (client, _):
        server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


async def test_the_drain_comes_before_any_socket_is_closed() -> None:
    """What `on_drain` posts still arrives."""
    desk = Desk()
    drained = asyncio.Event()
    async with serving(desk) as server, talking(desk) as (client, socket):

        async def drain() -> None:
            socket.post(b"closing")
            drained.set()

        server.on_drain = drain
        server.should_exit = True
        assert await client.recv() == "closing"
        assert drained.is_set()
        with pytest.raises(ConnectionClosed):
            await client.recv()


async def test_a_drain_that_hangs_is_left(caplog: pytest.LogCaptureFixture) -> None:
    """The server ends all the same."""
    desk = Desk()
    async with asyncio.timeout(5), serving(desk) as server:
        server.drain_seconds = 0.05
        server.on_drain = asyncio.Event().wait  # type: ignore[assignment]


def test_a_head_is_what_the_rfc_says() -> None:
    """Lengths of one, three and nine bytes, RFC 6455 section 5.2."""
    assert head(125) == bytes([0x81, 125])
    assert head(126) == bytes([0x81, 126, 0, 126])
    assert head(65_536) == bytes([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])


class Keeper:
    """An application that keeps each socket and returns at once, as the desk's does."""

    def __init__(self) -> None:
        self.port = 0
        self.sockets: asyncio.Queue[Socket] = asyncio.Queue()
        self.heard: asyncio.Queue[str | bytes] = asyncio.Queue()
        self.lost: asyncio.Queue[Socket] = asyncio.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        socket: Socket = scope["extensions"][EXTENSION]
        await send({"type": "websocket.accept"})
        socket.keep(self.heard.put_nowait, lambda: self.lost.put_nowait(socket))
        self.sockets.put_nowait(socket)


@pytest.mark.parametrize("how", ["client closes", "client is cut", "desk closes", "desk cuts", "server ends"])
async def test_a_kept_socket_goes_on_after_its_call_and_is_lost_once(how: str) -> None:
    """Frames come and go while nothing of the application waits; its end is told once, whoever made it."""
    keeper = Keeper()
    async with serving(keeper) as server, connect(f"ws://127.0.0.1:{keeper.port}/", proxy=None) as client:
        socket = await keeper.sockets.get()
        await turn()
        assert not server.server_state.tasks
        await client.send("hello")
        assert await keeper.heard.get() == "hello"
        socket.post(b"goodbye")
        assert await client.recv() == "goodbye"
        match how:
            case "client closes":
                await client.close()
            case "client is cut":
                client.transport.abort()
            case "desk closes":
                socket.close(4001, "signed out")
            case "desk cuts":
                socket.abort()
            case _:
                server.should_exit = True
        assert await keeper.lost.get() is socket
        await client.wait_closed()
        await turn()
    assert keeper.lost.empty()
