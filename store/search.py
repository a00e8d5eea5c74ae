"""Search over everything said: exact at once, fast once indexed.

A query's words (what stands between white space) must all occur somewhere in a conversation: in what
was said, the subject, the customer's name or mail address, or as the ticket's number; parts of words
count, letter case does not. Nothing in a query has a meaning of its own, so any string may be
searched for.

Writing an index with each message would halve the speed of the message path. So `index`, a pass of
the worker's, makes one document of each conversation that has been quiet for a while; conversations
whose document is out of date are read themselves. How far the pass has come decides how fast a search
is, never what it finds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, or_, select, text, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables
from store.conversation_rows import Conversation, shaped, whole
from store.drafts import TicketStatus
from store.texts import storable

View = Literal["mine", "unassigned", "all"]

QUIET = timedelta(seconds=30)
MOST_WORDS = 8
LONGEST_WORD = 200
TRIGRAM = 3


async def search(
    tx: AsyncConnection,
    query: str = "",
    team_ids: Sequence[str] | None = None,
    status: TicketStatus | None = None,
    view: View = "all",
    staff_id: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[Conversation]:
    """Conversations that match, the newest ticket first; `before` is the last number of a page.

    `team_ids` None: all teams. `mine`: what `staff_id` holds, or among those over (status pending,
    solved or closed) has held. `unassigned`: waiting, or left as a message.
    """
    if not storable(query):
        return []
    conditions = [_says(tx, word) for word in words(query)] + _filters(team_ids, status, before)
    conditions += _view(view, staff_id, status)
    chosen = whole().where(*conditions)
    rows = await tx.execute(chosen.order_by(tables.ticket.c.number.desc()).limit(limit))
    return [shaped(row) for row in rows]


def words(query: str) -> list[str]:
    """What has to occur, at most 8 words of at most 200 characters."""
    return [word[:LONGEST_WORD] for word in query.split()][:MOST_WORDS]


async def index(tx: AsyncConnection, at: datetime, limit: int = 100) -> int:
    """Make documents of up to `limit` conversations that have been quiet for 30 s; how many. Not of one that
    is to be reopened: it will not stay quiet."""
    c = tables.conversation.c
    resting = or_(c.live != "ended", c.unanswered_since.is_(None))
    stale = select(c.id).where(~c.indexed, c.updated_at <= at - QUIET, resting).order_by(c.id).limit(limit)
    ids = list((await tx.execute(stale.with_for_update(skip_locked=True))).scalars())
    if not ids:
        return 0
    documents = await _documents(tx, ids)
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = insert(tables.search_document)
    replaced = statement.on_conflict_do_update(
        index_elements=["number"], set_={"words": statement.excluded.words}
    )
    await tx.execute(replaced, [{"number": n, "words": said} for n, said in documents.items()])
    await tx.execute(update(tables.conversation).where(c.id.in_(ids)).values(indexed=True))
    return len(ids)


async def _documents(tx: AsyncConnection, ids: Sequence[str]) -> dict[int, str]:
    found: dict[str, tuple[int, list[str]]] = {}
    c, t, p = tables.conversation.c, tables.ticket.c, tables.customer.c
    shown = select(c.id, t.number, t.subject, p.name, p.email)
    shown = shown.where(c.id.in_(ids), t.conversation_id == c.id, p.id == c.customer_id)
    for id, number, *texts in await tx.execute(shown):
        found[id] = (number, [*texts, str(number)])
    e = tables.entry.c
    said = select(e.conversation_id, e.body).where(e.conversation_id.in_(ids), e.body != "")
    for row in await tx.execute(said.order_by(e.conversation_id, e.position)):
        found[row.conversation_id][1].append(row.body)
    # Words never span a line here: queries are split at white space.
    return {number: "\n".join(parts).casefold() for number, parts in found.values()}


def _says(tx: AsyncConnection, word: str) -> ColumnElement[bool]:
    c = tables.conversation.c
    sqlite_used = tx.dialect.name == "sqlite"
    indexed = _in_document_sqlite(word) if sqlite_used else _in_document_postgresql(word)
    return or_(and_(c.indexed, indexed), and_(~c.indexed, _in_rows(word, sqlite_used)))


def _in_document_sqlite(word: str) -> ColumnElement[bool]:
    folded = word.casefold()
    d = tables.search_document.c
    if len(folded) < TRIGRAM:
        chosen = select(d.number).where(func.instr(d.words, folded) > 0)
        return tables.ticket.c.number.in_(chosen)
    # Quoted, a string has no operators left: FTS5 looks for it as it stands.
    phrase = '"' + folded.replace('"', '""') + '"'
    matched = text("SELECT rowid FROM search_index WHERE search_index MATCH :phrase")
    found = matched.bindparams(bindparam("phrase", phrase, unique=True)).columns(rowid=d.number.type)
    return tables.ticket.c.number.in_(found.scalar_subquery())


def _in_document_postgresql(word: str) -> ColumnElement[bool]:
    d = tables.search_document.c
    chosen = select(d.number).where(d.words.contains(word.casefold(), autoescape=True, escape="\\"))
    return tables.ticket.c.number.in_(chosen)


def _in_rows(word: str, sqlite_used: bool) -> ColumnElement[bool]:
    e = tables.entry.c

    def holds(column: ColumnElement[Any]) -> ColumnElement[bool]:
        if sqlite_used:
            return func.instr(func.fold(column), word.casefold()) > 0
        return column.icontains(word, autoescape=True, escape="\\")

    said = select(e.seq).where(e.conversation_id == tables.conversation.c.id, holds(e.body))
    number = sql_cast(tables.ticket.c.number, String)
    shown = (tables.ticket.c.subject, tables.customer.c.name, tables.customer.c.email, number)
    return or_(*(holds(column) for column in shown), said.exists())


def _filters(
    team_ids: Sequence[str] | None, status: TicketStatus | None, before: int | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if team_ids is not None:
        conditions.append(tables.conversation.c.team_id.in_(team_ids))
    if status is not None:
        conditions.append(tables.ticket.c.status == status)
    if before is not None:
        conditions.append(tables.ticket.c.number < before)
    return conditions


def _view(view: View, staff_id: str, status: TicketStatus | None) -> list[ColumnElement[bool]]:
    c, a = tables.conversation.c, tables.assignment.c
    if view == "unassigned":
        return [c.live.in_(["waiting", "message"])]
    if view == "all":
        return []
    holds = c.assignee_id == staff_id
    if status not in ("pending", "solved", "closed"):
        return [holds]
    held: Select[Any] = select(a.id).where(a.conversation_id == c.id, a.staff_id == staff_id)
    return [or_(holds, and_(c.assignee_id.is_(None), held.exists()))]
