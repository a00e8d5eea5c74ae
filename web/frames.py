"""Where frames begin and end in what a client sends, RFC 6455 section 5.2.

Nearly all that clients send are short text frames, whole: these are opened here, for a fifth of what the
WebSocket library takes, which reads each byte through generators. Everything else is the library's, frame by
frame, so that whatever is against the rules is found in one place.
"""

from struct import Struct
from typing import Final

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C, where that could be built

WHOLE_TEXT: Final = 0x81
MASKED: Final = 0x80
MASK_BYTES: Final = 4
SHORT: Final = 126
MIDDLE, LONG = Struct("!H"), Struct("!Q")


class Cutter:
    """Follows the frames through one client's stream, from the first byte after the handshake."""

    __slots__ = ("_head", "_missing")

    def __init__(self) -> None:
        self._head = b""
        """Of a frame whose length is not known yet."""
        self._missing = 0
        """Bytes to come of a frame that has begun."""

    @property
    def between(self) -> bool:
        """Whether what comes next begins a frame."""
        return not self._missing and not self._head

    def end(self, data: bytes, at: int) -> int:
        """Where in `data` the frame ends that has begun or begins at `at`; the end of `data` at most. To be
        called for all that was not opened by `text`, in order."""
        if not self._missing:
            known = self._head + data[at : at + 14 - len(self._head)]
            length = frame_bytes(known)
            if length is None:
                self._head = known
                return len(data)
            self._missing = length - len(self._head)
            self._head = b""
        end = min(len(data), at + self._missing)
        self._missing -= end - at
        return end


def frame_bytes(head: bytes) -> int | None:
    """How many bytes a frame has from its first to its last; None while that cannot be known."""
    if len(head) < 2:
        return None
    length, size = head[1] & ~MASKED, 2
    if length >= SHORT:
        field = MIDDLE if length == SHORT else LONG
        size += field.size
        if len(head) < size:
            return None
        (length,) = field.unpack_from(head, 2)
    return size + length + (MASK_BYTES if head[1] & MASKED else 0)


def text(data: bytes, at: int, longest: int) -> tuple[bytes, int] | None:
    """The payload of the frame at `at` and where it ends; None unless it is all there, a masked text of
    one frame and at most `longest` bytes."""
    if len(data) < at + 6 or data[at] != WHOLE_TEXT or data[at + 1] < MASKED:
        return None
    length, begin = data[at + 1] & ~MASKED, at + 2
    if length == SHORT:
        (length,) = MIDDLE.unpack_from(data, begin)
        begin += MIDDLE.size
    elif length > SHORT:
        return None
    end = begin + MASK_BYTES + length
    if length > longest or len(data) < end:
        return None
    masked = begin + MASK_BYTES
    return apply_mask(data[masked:end], data[begin:masked]), end
