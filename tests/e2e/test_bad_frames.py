"""What clients should never send gets its code, and harms nobody."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest

from chat.protocol import MAX_FRAME_BYTES
from chat.protocol.codes import CloseCode, Code
from chat.protocol.commands import Cursor, OpenConversation, SendMessage
from chat.protocol.events import EntryAppended, Failed
from tests.clients import Client, Listener, Refused, Rejected
from tests.clients.listener import fresh
from tests.e2e import people
from web.replay.desk import Desk
from web.replay.session import Door

BAD: list[tuple[str, str | bytes, Code, str]] = [
    ("no JSON", "{oops", Code.BAD_FRAME, ""),
    ("nothing", "", Code.BAD_FRAME, ""),
    ("an endless nest", '{"x":' + "[" * 60_000, Code.BAD_FRAME, ""),
    ("half a surrogate pair", r'{"type":"send_message","ref":"r","body":"\ud800"}', Code.BAD_FRAME, ""),
    ("not an object", "[1, 2]", Code.INVALID, ""),
    ("no type", '{"ref":"r"}', Code.INVALID, "r"),
    ("an unknown command", '{"type":"explode","ref":"r"}', Code.UNKNOWN_COMMAND, "r"),
    ("a type of the wrong type", '{"type":7,"ref":"r"}', Code.INVALID, ""),
    ("a field missing", '{"type":"send_message","ref":"r"}', Code.INVALID, "r"),
    (
        "a field of the wrong type",
        '{"type":"send_message","ref":"r","conversation_id":5,"client_id":"m","body":"b"}',
        Code.INVALID,
        "r",
    ),
    (
        "an empty message",
        '{"type":"send_message","ref":"r","conversation_id":"c","client_id":"m","body":""}',
        Code.INVALID,
        "r",
    ),
    (
        "a message too long",
        '{"type":"send_message","ref":"r","conversation_id":"c","client_id":"m","body":"%s"}' % ("x" * 8001),
        Code.TOO_LARGE,
        "r",
    ),
    (
        "somebody else's conversation",
        '{"type":"send_message","ref":"r","conversation_id":"c","client_id":"m","body":"b"}',
        Code.NOT_FOUND,
        "r",
    ),
    (
        "a command of staff only",
        '{"type":"take_conversation","ref":"r","conversation_id":"c"}',
        Code.UNKNOWN_COMMAND,
        "r",
    ),
    ("binary", b'{"type":"set_typing"}', Code.BINARY, ""),
]


def send(client: Client, frame: str | bytes) -> None:
    client.wire.send(frame, text=isinstance(frame, str))


async def test_a_bad_frame_gets_its_code_and_nobody_else_notices(desk: Desk) -> None:
    """The sender stays connected, and a pair that chats beside goes on chatting."""
    async with people.pair(desk) as pair:
        rogue = await people.visitor(desk)
        for what, frame, code, ref in BAD:
            send(rogue, frame)
            failed = await rogue.expect(Failed)
            assert (failed.code, failed.ref) == (code, ref), what
            await pair.exchange()
        await rogue.start("I am still here", leave=True)
        await rogue.close()


async def test_the_first_frame_is_hello(desk: Desk) -> None:
    """Whoever begins otherwise is told so and closed."""
    rogue = await people.connect(desk, "/ws/visitor")
    send(rogue, '{"type":"send_message","ref":"r","conversation_id":"c","client_id":"m","body":"b"}')
    assert (await rogue.expect(Failed)).code is Code.NOT_HELLO
    assert (await rogue.lost).code == CloseCode.POLICY


async def test_a_frame_beyond_the_limit_closes_its_own_socket_only(desk: Desk) -> None:
    """The close code says too big; the pair beside goes on."""
    async with people.pair(desk) as pair:
        rogue = await people.visitor(desk)
        send(rogue, "x" * (MAX_FRAME_BYTES + 1))
        assert (await rogue.lost).code == CloseCode.TOO_BIG
        await pair.exchange()


async def test_a_frame_of_broken_bytes_closes_its_own_socket_only(desk: Desk) -> None:
    """Text that is not UTF-8, and a header that no client may send."""
    async with people.pair(desk) as pair:
        for raw in (b"\x81\x82\x00\x00\x00\x00\xff\xfe", b"\xff\xff\xff\xff", b"\x81\x02hi"):
            rogue = await people.visitor(desk)
            rogue.wire.write_raw(raw)
            assert (await rogue.lost).code in (1002, 1007), raw
        await pair.exchange()


async def test_a_frame_in_single_bytes_is_one_command(desk: Desk) -> None:
    """However the network cuts it."""
    rogue = await people.visitor(desk)
    body = b'{"type":"explode","ref":"slow"}'
    mask = b"\x01\x02\x03\x04"
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
    for byte in b"\x81" + bytes([0x80 | len(body)]) + mask + masked:
        rogue.wire.write_raw(bytes([byte]))
        await asyncio.sleep(0)
    assert (await rogue.expect(Failed)).ref == "slow"
    await rogue.close()


async def test_a_connection_cut_inside_a_frame_leaves_no_partial_message(desk: Desk) -> None:
    """Half a command is no command."""
    async with people.pair(desk) as pair:
        before = len([event for event in pair.agent.heard if isinstance(event, EntryAppended)])
        pair.customer.wire.write_raw(b'\x81\xfe\x01\x00\x00\x00\x00\x00{"type":"send_message"')
        pair.customer.wire.abort()
        await pair.customer.lost
        # What the agent says next is next: nothing came between.
        acked = await pair.agent.say(pair.conversation_id, "are you there?")
        await pair.agent.expect(EntryAppended, lambda event: event.entry.seq == acked.seq)
        after = [event for event in pair.agent.heard if isinstance(event, EntryAppended)]
        assert len(after) == before


@pytest.mark.parametrize("token", ["", "nonsense", "e30.e30.e30", "a" * 512])
async def test_a_visitor_without_a_valid_token_is_turned_away(desk: Desk, token: str) -> None:
    """The refusal says why, and the close code that trying again is pointless."""
    rogue = await people.connect(desk, "/ws/visitor")
    with pytest.raises(Refused) as caught:
        await rogue.visit(people.SITE, token)
    assert caught.value.code is Code.UNAUTHENTICATED
    assert (await rogue.lost).code == CloseCode.UNAUTHENTICATED


@pytest.mark.parametrize("path", ["/ws/staff", "/ws/status"])
async def test_a_socket_without_its_cookie_is_closed_as_signed_out(desk: Desk, path: str) -> None:
    """It is accepted first, for a browser cannot tell a refusal from a lost network."""
    rogue = await people.connect(desk, path)
    assert (await rogue.lost).code == CloseCode.UNAUTHENTICATED


async def test_a_socket_from_a_foreign_page_is_refused(desk: Desk) -> None:
    """The Origin decides before anything else."""
    door = Door(desk.sockets("/ws/visitor", 0))
    for origin in ("https://evil.example", "null", None):
        with pytest.raises(Rejected) as caught:
            await Listener().open(door.url, origin=origin)
        assert caught.value.status == 403


async def test_a_visitor_cannot_write_or_read_in_the_conversation_of_another(desk: Desk) -> None:
    """An id alone opens nothing."""
    async with people.pair(desk) as pair:
        rogue = await people.visitor(desk)
        with pytest.raises(Refused) as caught:
            await rogue.say(pair.conversation_id, "let me in")
        assert caught.value.code is Code.NOT_FOUND
        await pair.exchange()
        assert not [event for event in rogue.heard if isinstance(event, EntryAppended)]
        await rogue.close()


async def test_an_agent_cannot_write_in_a_chat_that_is_not_theirs(desk: Desk) -> None:
    """A colleague may look on, and is refused when writing as if it were theirs."""
    async with people.pair(desk) as pair:
        (colleague,) = await desk.hire(1, 300)
        rogue = await people.staff(desk, colleague)
        await rogue.ask(OpenConversation(ref=fresh(), cursor=Cursor(conversation_id=pair.conversation_id)))
        with pytest.raises(Refused) as caught:
            await rogue.ask(
                SendMessage(
                    ref=fresh(), conversation_id=pair.conversation_id, client_id=fresh(), body="mine now"
                )
            )
        assert caught.value.code is Code.NOT_ASSIGNED
        await pair.exchange()
        await rogue.close()
        await desk.dismiss(colleague)


async def test_half_a_handshake_harms_nobody(desk: Desk) -> None:
    """A client that connects and says nothing costs a descriptor and nothing else."""
    parts = urlsplit(desk.urls[0])
    silent = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(20)]
    try:
        async with people.pair(desk) as pair:
            await pair.exchange()
    finally:
        for one in silent:
            one.close()
