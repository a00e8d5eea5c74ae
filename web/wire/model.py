"""The protocol's declarations as plain values: read from the types, and from the words beside them."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import NODEFAULT, UNSET, Meta, Struct, UnsetType
from msgspec.structs import FieldInfo, fields

from chat import protocol
from chat.protocol import codes, commands, events, views

UNIONS = {
    "VisitorCommand": commands.VisitorCommand,
    "StatusCommand": commands.StatusCommand,
    "StaffCommand": commands.StaffCommand,
    "AnyEvent": events.AnyEvent,
}


class Field(Struct, frozen=True):
    """One field of a shape. `type` is the Python type, constraints and all."""

    name: str
    type: Any
    optional: bool
    """May be missing on the wire."""
    doc: str


class Shape(Struct, frozen=True):
    """One struct of the wire. `tag` is None for what is only ever nested."""

    name: str
    tag: str | None
    doc: str
    fields: tuple[Field, ...]


class Alias(Struct, frozen=True):
    """A named set of string values."""

    name: str
    values: tuple[str, ...]
    doc: str


class Wire(Struct, frozen=True):
    """All that the generators know of the protocol."""

    version: int
    constants: dict[str, int]
    messages: dict[str, str]
    retryable: tuple[str, ...]
    close_codes: tuple[tuple[str, int, str], ...]
    aliases: tuple[Alias, ...]
    views: tuple[Shape, ...]
    commands: tuple[Shape, ...]
    events: tuple[Shape, ...]
    unions: dict[str, tuple[str, ...]]


def read() -> Wire:
    """Everything declared in `chat/protocol`, in the order of declaration."""
    docs = {**words(views), **words(commands), **words(events)}
    command_types = unique(UNIONS["VisitorCommand"], UNIONS["StatusCommand"], UNIONS["StaffCommand"])
    event_types = unique(UNIONS["AnyEvent"])
    shown = [t for t in nested(event_types) if t not in event_types]
    asked = [t for t in nested(command_types) if t not in command_types and t not in shown]
    constants = {
        name: value
        for name, value in vars(protocol).items()
        if name.isupper() and isinstance(value, int) and name != "PROTOCOL"
    }
    return Wire(
        version=protocol.PROTOCOL,
        constants=constants,
        messages={str(code.value): text for code, text in codes.MESSAGES.items()},
        retryable=tuple(code.value for code in codes.Code if code in codes.RETRYABLE),
        close_codes=close_codes(),
        aliases=aliases(docs),
        views=tuple(shape(t, docs, asked=t in asked) for t in [*shown, *asked]),
        commands=tuple(shape(t, docs, asked=True) for t in command_types),
        events=tuple(shape(t, docs, asked=False) for t in event_types),
        unions={name: tuple(t.__name__ for t in get_args(union)) for name, union in UNIONS.items()},
    )


def unique(*unions: Any) -> list[type[Struct]]:
    """The members of the unions, each once."""
    return list(dict.fromkeys(member for union in unions for member in get_args(union)))


def shape(struct: type[Struct], docs: dict[str, str], *, asked: bool) -> Shape:
    """One struct. What a client asks may leave defaults out; what the server tells, only what it omits."""
    config = struct.__struct_config__
    return Shape(
        name=struct.__name__,
        tag=None if config.tag is None else str(config.tag),
        doc=docs.get(struct.__name__, ""),
        fields=tuple(field(struct, info, docs, asked=asked) for info in fields(struct)),
    )


def field(struct: type[Struct], info: FieldInfo, docs: dict[str, str], *, asked: bool) -> Field:
    has_default = info.default is not NODEFAULT or info.default_factory is not NODEFAULT
    optional = has_default and (asked or info.default is UNSET or struct.__struct_config__.omit_defaults)
    doc = docs.get(f"{struct.__name__}.{info.name}", "")
    return Field(name=info.encode_name, type=info.type, optional=optional, doc=doc)


def aliases(docs: dict[str, str]) -> tuple[Alias, ...]:
    """The named literals of the views, which fields refer to by their values."""
    named = {name: value for name, value in vars(views).items() if get_origin(value) is Literal}
    return tuple(Alias(name, get_args(value), docs.get(name, "")) for name, value in named.items())


def close_codes() -> tuple[tuple[str, int, str], ...]:
    docs = words(codes)
    found = {name: value for name, value in vars(codes.CloseCode).items() if name.isupper()}
    return tuple((name, value, docs.get(f"CloseCode.{name}", "")) for name, value in found.items())


def nested(structs: list[type[Struct]]) -> list[type[Struct]]:
    """The structs and all that their fields hold, what is held first, so that a reader meets it first."""
    found: dict[type[Struct], None] = {}

    def visit(struct: type[Struct]) -> None:
        for info in fields(struct):
            for part in parts(info.type):
                if part not in found:
                    visit(part)
        found.setdefault(struct)

    for struct in structs:
        visit(struct)
    return list(found)


def parts(kind: Any) -> Iterator[type[Struct]]:
    """The structs that stand anywhere in a type."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
    for inner in get_args(kind):
        yield from parts(inner)


def alternatives(kind: Any) -> tuple[Any, ...]:
    """The members of a union, without "not there"; any other type is its own only member."""
    if get_origin(kind) in (Union, UnionType):
        return tuple(member for member in get_args(kind) if member is not UnsetType)
    return (kind,)


def bare(kind: Any) -> tuple[Any, tuple[Meta, ...]]:
    """A type without its constraints, and the constraints."""
    if get_origin(kind) is Annotated:
        inner, *notes = get_args(kind)
        return inner, tuple(note for note in notes if isinstance(note, Meta))
    return kind, ()


def is_nothing(kind: Any) -> bool:
    return kind is None or kind is NoneType


def words(module: ModuleType) -> dict[str, str]:
    """The docstrings of a module's names: `Class`, `Class.field`, `ALIAS`. Those of fields and aliases, a
    string on the line after, exist only in the source."""
    found: dict[str, str] = {}

    def note(body: list[ast.stmt], prefix: str) -> None:
        for index, statement in enumerate(body):
            if isinstance(statement, ast.ClassDef):
                if text := ast.get_docstring(statement):
                    found[statement.name] = " ".join(text.split())
                note(statement.body, f"{statement.name}.")
            elif (target := name_of(statement)) and (text := string_at(body, index + 1)):
                found[prefix + target] = " ".join(text.split())

    note(ast.parse(inspect.getsource(module)).body, "")
    return found


def name_of(statement: ast.stmt) -> str | None:
    """The name that a statement assigns or declares."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def string_at(body: list[ast.stmt], index: int) -> str | None:
    """The text of a statement that is only a string."""
    statement = body[index] if index < len(body) else None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else None
    return None
