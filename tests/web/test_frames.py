"""Cutting a client's stream into frames."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from web.frames import WHOLE_TEXT, Cutter, text

LONGEST = 1000
LENGTHS = st.sampled_from([0, 1, 5, 125, 126, 127, LONGEST, LONGEST + 1, 65_535, 65_536])
KINDS = st.sampled_from(
    [
        (Opcode.TEXT, True),
        (Opcode.TEXT, False),
        (Opcode.CONT, True),
        (Opcode.BINARY, True),
        (Opcode.PING, True),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(KINDS, LENGTHS), min_size=1, max_size=8), st.lists(st.integers(1, 300), min_size=1))
def test_however_a_stream_is_cut_its_frames_are_found(
    made: list[tuple[tuple[Opcode, bool], int]], sizes: list[int]
) -> None:
    """What is opened is what was sent, and a frame begins only where one began."""
    frames = [
        (opcode, Frame(opcode, os.urandom(min(length, 125) if opcode is Opcode.PING else length), fin))
        for (opcode, fin), length in made
    ]
    encoded = [frame.serialize(mask=True) for _, frame in frames]
    ends = {sum(map(len, encoded[: n + 1])): n for n in range(len(encoded))}
    stream, cutter, begin, turn = b"".join(encoded), Cutter(), 0, 0
    while begin < len(stream):
        # Short pieces at first, then what is left in long ones, for the test's own time.
        size = sizes[turn] if turn < len(sizes) else 5000
        data, at = stream[begin : begin + size], 0
        while at < len(data):
            found = text(data, at, LONGEST) if cutter.between else None
            if found is None:
                at = cutter.end(data, at)
            else:
                payload, at = found
                opcode, frame = frames[ends[begin + at]]
                assert (opcode, frame.fin, frame.data) == (Opcode.TEXT, True, payload)
                assert len(payload) <= LONGEST
            assert cutter.between == (begin + at in ends)
        begin += len(data)
        turn += 1


def test_a_short_text_that_came_whole_is_opened() -> None:
    """The rule that the speed rests on."""
    data = Frame(Opcode.TEXT, b"hello").serialize(mask=True)
    assert data[0] == WHOLE_TEXT
    assert text(data, 0, LONGEST) == (b"hello", len(data))


def test_what_no_client_may_send_is_left_to_the_library() -> None:
    """Unmasked, with a reserved bit, too long, or not all there."""
    plain = Frame(Opcode.TEXT, b"hello")
    whole = plain.serialize(mask=True)
    for data in (
        plain.serialize(mask=False),
        bytes([whole[0] | 0x40]) + whole[1:],
        Frame(Opcode.TEXT, b"x" * (LONGEST + 1)).serialize(mask=True),
        whole[:-1],
    ):
        assert text(data, 0, LONGEST) is None
