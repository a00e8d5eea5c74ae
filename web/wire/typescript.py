"""The protocol as TypeScript: discriminated unions, so that a front-end that is behind fails to build."""

import json
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from msgspec import Raw, Struct

from web.wire.model import Alias, Field, Shape, Wire, alternatives, bare, is_nothing

HEADER = """\
// Generated from chat/protocol by `frontdesk protocol`. Do not edit: change the Python types, run it again.

/** A time, RFC 3339 in UTC. */
export type Instant = string;

/** A JSON object whose fields depend on what it belongs to. */
export type JsonObject = { readonly [key: string]: unknown };
"""

FOOTER = """\
/** The event with this `type`. */
export type EventOf<T extends AnyEvent["type"]> = Extract<AnyEvent, { type: T }>;

/** A command before the socket gives it its `ref`. */
export type Draft<C> = C extends { ref: string } ? Omit<C, "ref"> : never;
"""

SCALARS: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "Instant",
    Raw: "JsonObject",
}


def write(wire: Wire) -> str:
    """The whole of `wire.gen.ts`."""
    names = {alias.values: alias.name for alias in wire.aliases}
    shapes = [*wire.views, *wire.commands, *wire.events]
    blocks = [
        HEADER,
        constants(wire),
        *(alias(a) for a in wire.aliases),
        *(interface(s, names) for s in shapes),
        *(union(name, members) for name, members in wire.unions.items()),
        FOOTER,
    ]
    return "\n".join(blocks)


def constants(wire: Wire) -> str:
    lines = [
        f"export const {name} = {value};"
        for name, value in {"PROTOCOL": wire.version, **wire.constants}.items()
    ]
    lines += ["", "/** Why a command was refused. */", *type_of_values("Code", wire.messages)]
    lines += ["", "/** What a person is told; a screen may say it better where it knows more. */"]
    lines += ["export const MESSAGES: Readonly<Record<Code, string>> = {"]
    lines += [f"  {code}: {quoted(text)}," for code, text in wire.messages.items()]
    lines += [
        "};",
        "",
        "/** A client sends these again by itself, after `retry_after_ms` where one is given. */",
    ]
    lines += ["export const RETRYABLE: ReadonlySet<Code> = new Set<Code>(["]
    lines += [f"  {quoted(code)}," for code in wire.retryable]
    lines += ["]);", "", "/** WebSocket close codes that a client can meet. */", "export const CloseCode = {"]
    for name, value, doc in wire.close_codes:
        lines += [*comment(doc, "  "), f"  {name}: {value},"]
    return "\n".join([*lines, "} as const;", ""])


def alias(named: Alias) -> str:
    return "\n".join([*comment(named.doc), *type_of_values(named.name, named.values), ""])


def type_of_values(name: str, values: Iterable[str]) -> list[str]:
    """A union of strings, on one line where it fits."""
    texts = [quoted(value) for value in values]
    line = f"export type {name} = {' | '.join(texts)};"
    if len(line) <= 100:
        return [line]
    return [f"export type {name} =", *(f"  | {text}" for text in texts[:-1]), f"  | {texts[-1]};"]


def interface(shape: Shape, names: dict[tuple[str, ...], str]) -> str:
    lines = [*comment(shape.doc), f"export interface {shape.name} {{"]
    if shape.tag is not None:
        lines.append(f"  type: {quoted(shape.tag)};")
    for field in shape.fields:
        lines += [*comment(field.doc, "  "), f"  {member(field, names)};"]
    return "\n".join([*lines, "}", ""])


def member(field: Field, names: dict[tuple[str, ...], str]) -> str:
    return f"{field.name}{'?' if field.optional else ''}: {type_text(field.type, names)}"


def type_text(kind: Any, names: dict[tuple[str, ...], str]) -> str:
    """A Python type as TypeScript. Raises TypeError for one that the wire has not used so far."""
    if len(members := alternatives(kind)) > 1:
        return " | ".join(type_text(m, names) for m in members)
    kind, _ = bare(members[0])
    if is_nothing(kind):
        return "null"
    if get_origin(kind) is Literal:
        values = get_args(kind)
        return names.get(values) or " | ".join(quoted(value) for value in values)
    if get_origin(kind) is list:
        inner = type_text(get_args(kind)[0], names)
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if get_origin(kind) is dict and bare(get_args(kind)[0])[0] is str:
        return f"Record<string, {type_text(get_args(kind)[1], names)}>"
    if isinstance(kind, type) and issubclass(kind, Struct | Enum):
        return kind.__name__
    if kind in SCALARS:
        return SCALARS[kind]
    raise TypeError(f"no TypeScript is known for {kind}: teach web/wire/typescript.py")


def union(name: str, members: tuple[str, ...]) -> str:
    return "\n".join(
        [f"export type {name} =", *(f"  | {m}" for m in members[:-1]), f"  | {members[-1]};", ""]
    )


def comment(text: str, indent: str = "") -> list[str]:
    return [f"{indent}/** {text.replace('*/', '* /')} */"] if text else []


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
