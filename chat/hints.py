"""What one process tells the others, and how it looks on the wire."""

from typing import Final, Literal

import msgspec

Kind = Literal["post", "entry", "hello", "heads", "signal"]


class Hint(msgspec.Struct, frozen=True):
    """One publication. `name` is a room for post, thread and position for entry, else what it says."""

    origin: str
    kind: Kind
    subject: str
    name: str = ""
    seq: int = 0
    data: bytes = b""


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """The rest of a hint: its channel is its subject."""

    kind: Kind
    name: str
    seq: int
    data: bytes


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Said)


def signature(process_id: str) -> bytes:
    """How all hints of a process begin, so that it knows its own unread."""
    return process_id.encode() + b" "


def encode(hint: Hint) -> bytes:
    return signature(hint.origin) + _encoder.encode(_Said(hint.kind, hint.name, hint.seq, hint.data))


def decode(subject: str, data: bytes) -> Hint:
    """What was heard on a subject's channel. Raises msgspec's errors for what another version said."""
    origin, _, rest = data.partition(b" ")
    said = _decoder.decode(rest)
    return Hint(origin.decode(), said.kind, subject, said.name, said.seq, said.data)
