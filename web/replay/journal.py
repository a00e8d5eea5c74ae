"""What clients were told is durable, and when: a line an acknowledgement, for whoever compares later."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from web.replay.dialogues import Side


class Ack(Struct, frozen=True):
    """A message that its speaker was told is stored. `at`: when the client heard it, in Unix seconds."""

    at: float
    conversation_id: str
    seq: int
    side: Side
    body: str


class Journal:
    """A file that acknowledgements are appended to; use it as a context manager. Raises `OSError`."""

    def __init__(self, path: Path) -> None:
        # A line is in the file as soon as it is written, so that others can follow, and a killed replay
        # leaves all that its clients knew.
        self._file = path.open("a", buffering=1, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, conversation_id: str, seq: int, side: Side, body: str) -> None:
        ack = Ack(time.time(), conversation_id, seq, side, body)
        self._file.write(msgspec.json.encode(ack).decode() + "\n")


def read(path: Path) -> list[Ack]:
    """All of a journal but a last line that is not whole. Raises `OSError`, `msgspec.MsgspecError`."""
    lines = path.read_bytes().split(b"\n")[:-1]
    decoder = msgspec.json.Decoder(Ack)
    return [decoder.decode(line) for line in lines]
