"""The client that stays connected, against a real WebSocket server of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from chat.protocol.codes import Code
from chat.protocol.commands import LeaveConversation, SendMessage, StaffHello
from chat.protocol.events import AnyEvent, Done, Failed
from web.replay.client import Client, Refused
from web.replay.session import Door, Session

Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    """A server on loopback, and its URL."""
    async with serve(handler, "127.0.0.1", 0, compression=None) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/ws/staff"


@asynccontextmanager
async def session(url: str, events: list[AnyEvent] | None = None) -> AsyncIterator[Session]:
    """A session that is connected, or about to be."""
    heard = [] if events is None else events
    kept = Session(Door([url]), lambda: StaffHello(ref="hello", protocol=1), heard.append)
    running = asyncio.create_task(kept.run())
    try:
        yield kept
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def read(socket: ServerConnection) -> dict[str, object]:
    command: dict[str, object] = msgspec.json.decode(await socket.recv())
    return command


async def welcome(socket: ServerConnection) -> None:
    """Take the hello; `done` stands for the welcome, since a session looks at the reply's ref only."""
    hello = await read(socket)
    assert hello["type"] == "hello"
    await socket.send(msgspec.json.encode(Done(ref="hello")).decode())


def leave(ref: str) -> LeaveConversation:
    return LeaveConversation(ref=ref, conversation_id="c1")


async def test_an_unanswered_command_is_sent_again_after_a_lost_connection() -> None:
    """The outbox keeps a command until its reply, and sends in the old order."""
    seen: list[list[object]] = []

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        seen.append([(await read(socket))["ref"], (await read(socket))["ref"]])
        if len(seen) == 1:
            socket.transport.abort()
            return
        for ref in ("one", "two"):
            await socket.send(msgspec.json.encode(Done(ref=ref)).decode())
        await socket.wait_closed()

    async with server(handler) as url, session(url) as kept:
        one, two = kept.ask(leave("one")), kept.ask(leave("two"))
        await asyncio.gather(one, two)
    assert seen == [["one", "two"], ["one", "two"]]
    assert kept.reconnects == 1


@pytest.mark.both_loops
async def test_a_server_that_ends_with_its_welcome_is_asked_again() -> None:
    """It was killed just then: its last word and its end come in one look."""
    tries: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        tries.append(await read(socket))
        await socket.send(msgspec.json.encode(Done(ref="hello")).decode())
        if len(tries) == 1:
            socket.transport.close()
        else:
            await socket.send(msgspec.json.encode(Done(ref=str((await read(socket))["ref"]))).decode())
            await socket.wait_closed()

    async with server(handler) as url, session(url) as kept:
        await kept.ask(leave("one"))
    assert len(tries) == 2


async def test_a_silent_server_is_asked_for_a_sign_of_life() -> None:
    """It has nothing to say to somebody who has no chat; only one that does not answer is dead."""
    connected = asyncio.Event()

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        connected.set()
        await socket.wait_closed()

    async with serve(handler, "127.0.0.1", 0, compression=None, ping_interval=None) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        async with session(f"ws://127.0.0.1:{port}/ws/staff") as kept:
            kept.silence_seconds = 0.2
            await connected.wait()
            await asyncio.sleep(5 * kept.silence_seconds)
        assert kept.reconnects == 0


async def test_a_command_refused_as_too_fast_is_sent_again_by_itself() -> None:
    """A rate refusal is the session's business, not its user's."""
    tries: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        while True:
            ref = (await read(socket))["ref"]
            tries.append(ref)
            if len(tries) == 1:
                refused = {
                    "type": "failed", "ref": ref, "code": "rate", "message": "", "retry_after_ms": 5
                }  # fmt: skip
                await socket.send(msgspec.json.encode(refused).decode())
            else:
                await socket.send(msgspec.json.encode(Done(ref=str(ref))).decode())

    async with server(handler) as url, session(url) as kept:
        await kept.ask(leave("one"))
    assert tries == ["one", "one"]
    assert kept.refusals == 1


async def test_a_refused_message_holds_up_the_later_ones_of_its_conversation() -> None:
    """Told "not now" for different times, they go out again in the order in which they were said."""
    seen: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        for wait_ms in (300, 10, 100):
            refused = await read(socket)
            seen.append(refused["client_id"])
            no = Failed(ref=str(refused["ref"]), code=Code.UNAVAILABLE, message="", retry_after_ms=wait_ms)
            await socket.send(msgspec.json.encode(no).decode())
        while True:
            command = await read(socket)
            seen.append(command["client_id"])
            await socket.send(msgspec.json.encode(Done(ref=str(command["ref"]))).decode())

    async with server(handler) as url, session(url) as kept:
        await asyncio.gather(*(kept.ask(say("c1", number)) for number in "123"))
        await kept.ask(say("c1", "4"))
    assert seen == [*"123", *"1234"]


def say(conversation_id: str, client_id: str) -> SendMessage:
    return SendMessage(ref=client_id, conversation_id=conversation_id, client_id=client_id, body="hello")


async def test_a_final_refusal_reaches_whoever_asked() -> None:
    """What trying again cannot mend is told at once."""

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        refused = {"type": "failed", "ref": (await read(socket))["ref"], "code": "forbidden", "message": ""}
        await socket.send(msgspec.json.encode(refused).decode())
        await socket.wait_closed()

    async with server(handler) as url, session(url) as kept:
        with pytest.raises(Refused) as caught:
            await kept.ask(leave("one"))
    assert caught.value.code is Code.FORBIDDEN


async def test_a_session_that_was_signed_out_does_not_come_back() -> None:
    """Close code 4001 ends it: reconnecting would only be refused again."""

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        await socket.close(4001, "signed out")

    async with server(handler) as url:
        kept = Session(Door([url]), lambda: StaffHello(ref="hello", protocol=1), lambda _: None)
        with pytest.raises(Refused) as caught:
            await kept.run()
    assert caught.value.code is Code.UNAUTHENTICATED
    assert kept.reconnects == 0


async def test_a_client_ignores_events_that_it_does_not_know() -> None:
    """A newer server may say more."""
    events: list[AnyEvent] = []

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        await socket.send('{"type": "moon_rose", "ref": "one"}')
        await socket.send('{"type": "done", "ref": "one", "phase": "full"}')
        await socket.wait_closed()

    async with server(handler) as url, session(url, events) as kept:
        await kept.ask(leave("one"))
    assert events == [Done(ref="hello"), Done(ref="one")]


async def test_a_message_in_fragments_is_one_event() -> None:
    """A server or a proxy may cut a message into frames."""
    events: list[AnyEvent] = []

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        await read(socket)
        await socket.send(['{"type":"do', 'ne","ref":', '"one"}'])
        await socket.wait_closed()

    async with server(handler) as url, session(url, events) as kept:
        assert await kept.ask(leave("one")) == Done(ref="one")


async def test_a_session_goes_to_the_next_address_when_one_is_gone() -> None:
    """With several web processes a dead one costs a reconnect and nothing else."""

    async def handler(socket: ServerConnection) -> None:
        await welcome(socket)
        ref = str((await read(socket))["ref"])
        await socket.send(msgspec.json.encode(Done(ref=ref)).decode())
        await socket.wait_closed()

    async with server(handler) as gone:
        pass
    async with server(handler) as url:
        door = Door([gone, url])
        kept = Session(door, lambda: StaffHello(ref="hello", protocol=1), lambda _: None)
        running = asyncio.create_task(kept.run())
        assert await kept.ask(leave("one")) == Done(ref="one")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert door.url == url


async def test_what_is_sent_after_a_goodbye_is_left_to_the_next_connection() -> None:
    """Between the two goodbyes there is nobody to send to; that is no error of whoever speaks."""

    async def handler(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with server(handler) as url:
        client = await Client().open(url, origin=None)
        client.wire.close()
        client.wire.send("too late")
        await client.lost
