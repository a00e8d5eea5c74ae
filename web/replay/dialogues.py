"""Recorded dialogues: one JSON object a line, read strictly."""

from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

Side = Literal["customer", "agent"]
Text = Annotated[str, Meta(max_length=8000)]
"""A turn's text is bounded like a message on the wire, in code points."""


class Dialogue(Struct, frozen=True):
    """What was said, in order; the customer speaks first, for that opens the conversation."""

    id: str
    turns: list[tuple[Side, Text]]
    topic: list[str] = []


class DialogueError(Exception):
    """A file of dialogues cannot be used; says the file, the line and what is wrong there."""

    def __init__(self, path: Path, line: int | None, wrong: str) -> None:
        at = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"{at}: {wrong}")
        self.line = line


def load(path: Path) -> list[Dialogue]:
    """All dialogues of a file, in its order; blank lines and empty turns are left out.

    Raises `DialogueError` where the file cannot be read, is empty, or has a line that is no dialogue.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DialogueError(path, None, error.strerror or str(error)) from error
    decoder = msgspec.json.Decoder(Dialogue)
    found = [_parse(decoder, path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise DialogueError(path, None, "there is no dialogue in it")
    return found


def choose(dialogues: list[Dialogue], count: int) -> list[Dialogue]:
    """`count` dialogues in the file's order, from the start again where there are too few."""
    return list(islice(cycle(dialogues), count))


def _parse(decoder: msgspec.json.Decoder[Dialogue], path: Path, number: int, line: bytes) -> Dialogue:
    try:
        dialogue = decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DialogueError(path, number, str(error)) from error
    # Recordings have turns in which nothing was said; no message can be empty.
    dialogue = replace(dialogue, turns=[turn for turn in dialogue.turns if turn[1]])
    if not dialogue.turns:
        raise DialogueError(path, number, "nobody says anything in it")
    if dialogue.turns[0][0] != "customer":
        raise DialogueError(path, number, "the customer speaks first; here the agent does")
    if any("\0" in text for _, text in dialogue.turns):
        raise DialogueError(path, number, "a turn contains U+0000, which no message can")
    return dialogue
