"""What a client writes down: one line a thing that happened to it, on one monotonic clock."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

Role = Literal["customer", "agent"]


class Record(Struct, frozen=True, kw_only=True, tag_field="what"):
    """at: CLOCK_MONOTONIC in seconds. who: the client's name; one client is one person in one tab."""

    at: float
    who: str


class Welcomed(Record, frozen=True, tag="welcomed"):
    """A connection stands. `cursors`: how far this client said it has each public thread."""

    role: Role
    person: str
    connection: int
    url: str
    cursors: dict[str, int]


class Closed(Record, frozen=True, tag="closed"):
    connection: int


class Sent(Record, frozen=True, tag="sent"):
    """A message leaves, for the first time or again. `conversation` is empty where it opens one."""

    conversation: str
    client: str
    body: str


class Acked(Record, frozen=True, tag="acked"):
    conversation: str
    client: str
    seq: int


class Refused(Record, frozen=True, tag="refused"):
    """An answer "no", also one that only says "later"."""

    client: str
    code: str
    final: bool


class Opened(Record, frozen=True, tag="opened"):
    """An agent opened a conversation from `cursor` and got these entries of its public thread."""

    connection: int
    conversation: str
    cursor: int
    seqs: list[int]


class Shown(Record, frozen=True, tag="shown"):
    """An entry was delivered. `client`: its client id, where it has one."""

    connection: int
    conversation: str
    thread: str
    seq: int
    entry: str
    author: str
    client: str


class Placed(Record, frozen=True, tag="placed"):
    conversation: str
    position: int


class Ticket(Record, frozen=True, tag="ticket"):
    """The conversation as its customer was told it stands."""

    conversation: str
    version: int
    live: str
    agent: str


class Summary(Record, frozen=True, tag="summary"):
    """The conversation as staff were told it stands."""

    conversation: str
    version: int
    epoch: int
    live: str
    assignee: str


class Load(Record, frozen=True, tag="load"):
    """One's own load and capacity as told, in hundredths of a chat."""

    load: int
    capacity: int


class Offered(Record, frozen=True, tag="offered"):
    offer: str
    conversation: str


class OfferOver(Record, frozen=True, tag="offer_over"):
    offer: str
    outcome: str


class Answered(Record, frozen=True, tag="answered"):
    """The reply to an accept or a take. `code` is empty for yes."""

    subject: str
    code: str


class Declared(Record, frozen=True, tag="declared"):
    """An agent's availability was taken."""

    availability: str


class Left(Record, frozen=True, tag="left"):
    """The client is gone for good. `finished`: by itself, with all that it waited for. `heads`: up to
    which seq it shows each public thread without a hole."""

    finished: bool
    heads: dict[str, int]


class Mark(Record, frozen=True, tag="mark"):
    """The bench did something: `event` is "fault", "over" or a word of the row's own."""

    event: str


AnyRecord = (
    Welcomed
    | Closed
    | Sent
    | Acked
    | Refused
    | Opened
    | Shown
    | Placed
    | Ticket
    | Summary
    | Load
    | Offered
    | OfferOver
    | Answered
    | Declared
    | Left
    | Mark
)
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(AnyRecord)


class Journal:
    """The log of one process of clients, kept in memory and written as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        self.records: list[AnyRecord] = []

    def write(self, record: AnyRecord) -> None:
        self.records.append(record)
        self._file.write(_ENCODER.encode(record) + b"\n")

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> list[AnyRecord]:
    """The lines of a journal; a last one that its writer did not live to end is left out."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [_DECODER.decode(line) for line in lines if line]


def merged(parts: Iterable[Iterable[AnyRecord]]) -> list[AnyRecord]:
    """Several journals as one, by time."""
    return sorted((record for part in parts for record in part), key=lambda record: record.at)
