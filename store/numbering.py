"""Numbers for a batch of drafts: pure, given the locked rows and the client ids already known."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from store.drafts import Draft, EntryRow, Live, RefusalCode, Refused, Stored, TicketStatus
from store.texts import storable, storable_json

Key = tuple[str, str, str]
PREVIEW_LENGTH = 140


class Tally(Struct, kw_only=True):
    """A conversation's row as it was locked, changed as its drafts are numbered."""

    id: str
    public_head: int
    staff_head: int
    position: int
    epoch: int
    assignee_id: str | None
    live: Live
    team_id: str
    status: TicketStatus
    replied: bool
    """The ticket has its first reply."""
    unanswered_since: datetime | None
    preview: str | None = None
    """None in what follows: nothing new."""
    last_customer_at: datetime | None = None
    last_staff_at: datetime | None = None
    unwarned: bool = False
    first_reply: bool = False
    touched: bool = False
    indexed: bool = False
    """The search has a document of it; where it is asked (SQLite)."""


class Numbered(Struct, frozen=True):
    """The answers in the drafts' order, and what has to be written for them."""

    answers: list[Stored | Refused]
    rows: list[Stored]
    tallies: list[Tally]


def key_of(draft: Draft) -> Key | None:
    """What makes a draft idempotent; None without a client id."""
    if draft.client_id is None:
        return None
    return (draft.conversation_id, draft.author_id, draft.client_id)


def readable(draft: Draft) -> bool:
    """Whether every text of the draft can be stored."""
    texts = (draft.body, draft.author_name, draft.author_id, draft.conversation_id, draft.client_id or "")
    return all(map(storable, texts)) and storable_json(draft.payload)


def conversations_of(drafts: Sequence[Draft]) -> list[str]:
    """The rows to lock, in ascending order, so that two batches cannot deadlock."""
    return sorted({draft.conversation_id for draft in drafts if readable(draft)})


def keys_of(drafts: Sequence[Draft], tallies: Mapping[str, Tally]) -> list[Key]:
    """The keys to look up among the entries of conversations that exist."""
    keys = {key for draft in drafts if (key := key_of(draft)) is not None and key[0] in tallies}
    return sorted(keys)


def number(
    drafts: Sequence[Draft], tallies: Mapping[str, Tally], known: Mapping[Key, EntryRow], at: datetime
) -> Numbered:
    """Number the drafts that are new, in order; refuse those that may not be.

    A known client id gets its first answer again, whatever has changed since. A refused draft that
    has a client id refuses the later ones of its author in its conversation, until it comes again, so
    that a sender's order holds within a batch too.
    """
    answers: list[Stored | Refused] = []
    rows: list[Stored] = []
    fresh: dict[Key, Stored] = {}
    behind: dict[tuple[str, str], str] = {}
    for draft in drafts:
        answer = _answer(draft, tallies, known, fresh, behind, at)
        answers.append(answer)
        key = key_of(draft)
        if isinstance(answer, Refused):
            if key is not None:
                behind.setdefault(key[:2], key[2])
        elif not answer.known:
            rows.append(answer)
            if key is not None:
                fresh[key] = answer
                behind.pop(key[:2], None)
    return Numbered(answers, rows, [tally for tally in tallies.values() if tally.touched])


def _answer(
    draft: Draft,
    tallies: Mapping[str, Tally],
    known: Mapping[Key, EntryRow],
    fresh: Mapping[Key, Stored],
    behind: Mapping[tuple[str, str], str],
    at: datetime,
) -> Stored | Refused:
    if not readable(draft):
        return Refused(draft=draft, code="bad_text")
    tally = tallies.get(draft.conversation_id)
    if tally is None:
        return Refused(draft=draft, code="not_found")
    key = key_of(draft)
    if key is not None:
        if (earlier := known.get(key) or fresh.get(key)) is not None:
            return _again(earlier, tally)
        if behind.get(key[:2], key[2]) != key[2]:
            return Refused(draft=draft, code="out_of_order")
    refusal = _refusal(draft, tally)
    if refusal is not None:
        return Refused(draft=draft, code=refusal)
    return _stored(draft, tally, at)


def _refusal(draft: Draft, tally: Tally) -> RefusalCode | None:
    if draft.epoch is not None and (draft.epoch != tally.epoch or draft.author_id != tally.assignee_id):
        return "not_assigned"
    if draft.author_kind == "customer" and draft.kind == "message" and tally.status == "closed":
        return "closed"
    return None


def count(draft: Draft, tally: Tally, at: datetime) -> int:
    """Note a draft that is written; its seq."""
    tally.touched = True
    tally.position += 1
    if draft.thread == "staff":
        tally.staff_head += 1
        return tally.staff_head
    tally.public_head += 1
    if draft.kind == "message":
        _note_message(draft, tally, at)
    return tally.public_head


def _stored(draft: Draft, tally: Tally, at: datetime) -> Stored:
    seq = count(draft, tally, at)
    return Stored(
        conversation_id=draft.conversation_id,
        thread=draft.thread,
        kind=draft.kind,
        author_kind=draft.author_kind,
        author_id=draft.author_id,
        author_name=draft.author_name,
        body=draft.body,
        payload=draft.payload,
        client_id=draft.client_id,
        seq=seq,
        position=tally.position,
        at=at,
        known=False,
        status=tally.status,
        live=tally.live,
        epoch=tally.epoch,
        team_id=tally.team_id,
        assignee_id=tally.assignee_id,
        unanswered_since=tally.unanswered_since,
    )


def _note_message(draft: Draft, tally: Tally, at: datetime) -> None:
    tally.preview = draft.body[:PREVIEW_LENGTH]
    if draft.author_kind == "customer":
        tally.last_customer_at = at
        tally.unanswered_since = tally.unanswered_since or at
        tally.unwarned = True
    elif draft.author_kind == "staff":
        tally.last_staff_at = at
        tally.unanswered_since = None
        tally.first_reply = tally.first_reply or not tally.replied
        tally.replied = True


def _again(earlier: EntryRow | Stored, tally: Tally) -> Stored:
    return Stored(
        conversation_id=earlier.conversation_id,
        thread=earlier.thread,
        kind=earlier.kind,
        author_kind=earlier.author_kind,
        author_id=earlier.author_id,
        author_name=earlier.author_name,
        body=earlier.body,
        payload=earlier.payload,
        client_id=earlier.client_id,
        seq=earlier.seq,
        position=earlier.position,
        at=earlier.at,
        known=True,
        status=tally.status,
        live=tally.live,
        epoch=tally.epoch,
        team_id=tally.team_id,
        assignee_id=tally.assignee_id,
        unanswered_since=tally.unanswered_since,
    )
