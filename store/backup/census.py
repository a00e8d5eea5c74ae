"""Counting what a database holds, and whether its threads are whole. Runs on a sync connection."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, inspect, select, text
from sqlalchemy import table as named

from store import partitions, tables
from store.backup import disk
from store.backup.errors import Damaged
from store.backup.manifest import Census

HEADS = "heads.jsonl"
SEARCH = "search_index"
"""What SQLite's full-text index keeps in tables of its own; `integrity_check` looks after it."""
APART = (SEARCH, partitions.PREFIX)
"""What is no table of the desk's own, and differs between kinds of databases."""
SHOWN = 3


def take(connection: Connection, heads: Path | None = None) -> Census:
    """Count the rows of every table; with `heads`, write the head of every thread there."""
    if heads is not None:
        _write_heads(connection, heads)
    names = [name for name in inspect(connection).get_table_names() if not name.startswith(APART)]
    counted = {
        name: int(connection.scalar(select(func.count()).select_from(named(name))) or 0)
        for name in sorted(names)
    }
    if "alembic_version" not in counted:
        raise Damaged("The database holds no desk: it was never migrated.")
    schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return Census(schema=str(schema), tables=counted)


def compare(promised: Census, found: Census) -> None:
    """Raises Damaged where a census differs from what the manifest says."""
    if promised.schema != found.schema:
        raise Damaged(f"The schema is {found.schema}, and was {promised.schema} when it was copied.")
    differing = [
        f"{name}: {found.tables.get(name, 0)} rows instead of {count}"
        for name, count in promised.tables.items()
        if found.tables.get(name) != count
    ]
    if differing:
        raise Damaged("Rows differ from the manifest: " + "; ".join(differing) + ".")


def check_threads(connection: Connection) -> None:
    """Every thread runs 1, 2, 3 … up to its head, and none belongs to nobody. Raises Damaged."""
    c, e = tables.conversation.c, tables.entry.c
    columns: list[ColumnElement[int]] = []
    for thread in ("public", "staff"):
        seq = case((e.thread == thread, e.seq))
        columns += [func.count(seq).label(f"{thread}_count"), func.max(seq).label(f"{thread}_max")]
    columns += [func.max(e.position).label("position"), func.min(e.seq).label("least")]
    said = select(e.conversation_id, *columns).group_by(e.conversation_id).subquery()
    s = said.c
    whole = (
        (func.coalesce(s.public_count, 0) == c.public_head)
        & (func.coalesce(s.public_max, 0) == c.public_head)
        & (func.coalesce(s.staff_count, 0) == c.staff_head)
        & (func.coalesce(s.staff_max, 0) == c.staff_head)
        & (func.coalesce(s.position, 0) == c.position)
        & (func.coalesce(s.least, 1) >= 1)
    )
    joined = tables.conversation.outerjoin(said, s.conversation_id == c.id)
    orphans = said.outerjoin(tables.conversation, s.conversation_id == c.id)
    found = [
        *connection.scalars(select(c.id).select_from(joined).where(~whole).limit(SHOWN + 1)),
        *connection.scalars(
            select(s.conversation_id).select_from(orphans).where(c.id.is_(None)).limit(SHOWN + 1)
        ),
    ]
    if found:
        more = " and more" if len(found) > SHOWN else ""
        raise Damaged(f"Threads have gaps or no conversation: {', '.join(found[:SHOWN])}{more}.")


def check_heads(connection: Connection, heads: Path, *, later: bool = False) -> None:
    """The threads stand where `heads` says; with `later`, there or further. Raises Damaged."""
    found = _heads(connection)
    now = next(found, None)
    with heads.open("rb") as lines:
        for line in lines:
            id, public, staff = msgspec.json.decode(line, type=tuple[str, int, int])
            while later and now is not None and now[0] < id:
                now = next(found, None)
            same = now is not None and now[0] == id
            if now is None or not same or not _reaches(now[1:], (public, staff), later):
                raise Damaged(f"Conversation {id} does not stand where it did when it was copied.")
            now = next(found, None)
    if now is not None and not later:
        raise Damaged(f"Conversation {now[0]} was not there when the copy was made.")


def _reaches(found: tuple[int, int], promised: tuple[int, int], later: bool) -> bool:
    if not later:
        return found == promised
    return found[0] >= promised[0] and found[1] >= promised[1]


def _heads(connection: Connection) -> Iterator[tuple[str, int, int]]:
    c = tables.conversation.c
    # Ids hold hexadecimal digits and dashes only, so that every database sorts them alike.
    query = select(c.id, c.public_head, c.staff_head).order_by(c.id)
    for row in connection.execution_options(yield_per=1000).execute(query):
        yield row.id, row.public_head, row.staff_head


def _write_heads(connection: Connection, path: Path) -> None:
    encode = msgspec.json.encode
    with disk.create(path) as file:
        for row in _heads(connection):
            file.write(encode(row) + b"\n")
        file.flush()
        os.fsync(file.fileno())
