"""The protocol as a page for people who write a client."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from msgspec import Meta, Raw, Struct

from web.wire.model import Field, Shape, Wire, alternatives, bare, is_nothing

INTRODUCTION = """\
# The wire

Generated from `chat/protocol` by `frontdesk protocol`. Do not edit.

JSON text frames over one WebSocket a client: `/ws/visitor`, `/ws/staff`, `/ws/status`. Every frame is an
object with a `type`. A command carries a `ref` that exactly one reply echoes. The first command is `hello`,
within {hello} seconds, with `protocol` {version}; a frame has at most {frame} bytes, or the socket is
closed. Lengths are in code points, ids are UUIDv7 strings, times RFC 3339 in UTC. Ignore events and fields
that you do not know: fields are added without a new version, and the version before still works.

A message is sent under a `client_id` of the client's making. `acked` comes after it is durable; the same
`client_id` again gets the same answer and nothing new. Each thread of a conversation has a gapless `seq`:
render by it, drop what you have, ask for what you miss by giving your cursors in `hello`.
"""

TITLES = {
    "VisitorCommand": "the widget",
    "StatusCommand": "a status page",
    "StaffCommand": "the console and the board",
}

SCALARS: dict[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "time",
    Raw: "object",
}


def write(wire: Wire) -> str:
    """The whole of `REFERENCE.md`."""
    names = {alias.values: alias.name for alias in wire.aliases}
    hello, frame = wire.constants["HELLO_TIMEOUT_SECONDS"], wire.constants["MAX_FRAME_BYTES"]
    blocks = [
        INTRODUCTION.format(hello=hello, frame=frame, version=wire.version),
        who_sends_what(wire),
        "## Commands\n",
        *(section(shape, names) for shape in wire.commands),
        "## Events\n",
        *(section(shape, names) for shape in wire.events),
        "## Shapes\n",
        *(section(shape, names) for shape in wire.views),
        values(wire),
        codes(wire),
    ]
    return "\n".join(blocks)


def who_sends_what(wire: Wire) -> str:
    tags = {shape.name: shape.tag for shape in wire.commands}
    lines = ["## Who may send what", "", "| from | commands |", "|---|---|"]
    for union, title in TITLES.items():
        lines.append(f"| {title} | {', '.join(f'`{tags[name]}`' for name in wire.unions[union])} |")
    return "\n".join([*lines, ""])


def section(shape: Shape, names: dict[tuple[str, ...], str]) -> str:
    """One message or shape: its words, then its fields."""
    title = f"`{shape.tag}` ({shape.name})" if shape.tag else shape.name
    lines = [f"### {title}", ""]
    if shape.doc:
        lines += [shape.doc, ""]
    if shape.fields:
        lines += ["| field | type | |", "|---|---|---|", *(row(field, names) for field in shape.fields), ""]
    return "\n".join(lines)


def row(field: Field, names: dict[tuple[str, ...], str]) -> str:
    kind = type_text(field.type, names).replace("|", "\\|")
    notes = [*(["may be left out."] if field.optional else []), *([field.doc] if field.doc else [])]
    return f"| `{field.name}` | {kind} | {' '.join(notes)} |"


def type_text(kind: Any, names: dict[tuple[str, ...], str]) -> str:
    """A Python type in words, with its bounds."""
    if len(members := alternatives(kind)) > 1:
        return " or ".join(type_text(m, names) for m in members)
    kind, notes = bare(members[0])
    if is_nothing(kind):
        return "null"
    if get_origin(kind) is Literal:
        chosen = get_args(kind)
        return names.get(chosen) or " | ".join(f'"{value}"' for value in chosen)
    if get_origin(kind) is list:
        return f"list of {type_text(get_args(kind)[0], names)}{bounds(notes)}"
    if get_origin(kind) is dict:
        held, told = (type_text(each, names) for each in get_args(kind))
        return f"object{bounds(notes)}: {held} → {told}"
    if isinstance(kind, type) and issubclass(kind, Struct | Enum):
        return kind.__name__
    return SCALARS[kind] + bounds(notes)


def bounds(notes: Iterable[Meta]) -> str:
    """What a field may hold, as said by its constraints."""
    found: list[str] = []
    for note in notes:
        low = note.min_length if note.min_length is not None else note.ge
        high = note.max_length if note.max_length is not None else note.le
        if low is not None and high is not None:
            found.append(f"{low}–{high}")
        elif high is not None:
            found.append(f"at most {high}")
        elif low is not None:
            found.append(f"at least {low}")
    return f" ({', '.join(found)})" if found else ""


def values(wire: Wire) -> str:
    lines = ["## Values", "", "| name | one of | |", "|---|---|---|"]
    for alias in wire.aliases:
        lines.append(f"| {alias.name} | {', '.join(f'`{value}`' for value in alias.values)} | {alias.doc} |")
    return "\n".join([*lines, ""])


def codes(wire: Wire) -> str:
    lines = [
        "## Codes of `failed`",
        "",
        "| code | what a person is told | sent again by the client |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{code}` | {text} | {'yes' if code in wire.retryable else ''} |"
        for code, text in wire.messages.items()
    ]
    lines += ["", "## Close codes", "", "| code | name | |", "|---|---|---|"]
    lines += [f"| {value} | {name} | {doc} |" for name, value, doc in wire.close_codes]
    return "\n".join([*lines, ""])
