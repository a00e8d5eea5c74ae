"""From rows to what the wire shows of them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import msgspec

from chat.feeds import Line
from chat.protocol.codec import encode
from chat.protocol.events import EntryAppended
from chat.protocol.views import Author, ConversationSummary, Entry, EntryKind, Person, TicketView
from store.conversations import Conversation
from store.entries import EntryRow, Stored


def entry(row: EntryRow | Stored, *, staff: bool = False) -> Entry:
    """An entry as its reader gets it; only staff get the position."""
    return Entry(
        seq=row.seq,
        kind=cast(EntryKind, row.kind),
        author=Author(row.author_kind, row.author_id, row.author_name),
        at=row.at,
        body=row.body,
        payload=msgspec.UNSET if row.payload is None else msgspec.Raw(row.payload),
        client_id=msgspec.UNSET if row.client_id is None else row.client_id,
        position=row.position if staff else msgspec.UNSET,
    )


def appended(row: EntryRow | Stored) -> EntryAppended:
    """An entry as the event that tells of it."""
    return EntryAppended(conversation_id=row.conversation_id, thread=row.thread, entry=entry(row))


def line(row: EntryRow | Stored) -> Line:
    """An entry as a frame for a feed."""
    return Line(row.seq, encode(appended(row)), row.position)


def summary(row: Conversation) -> ConversationSummary:
    """A conversation as staff see it in lists."""
    return ConversationSummary(
        conversation_id=row.id,
        version=row.version,
        number=row.number,
        subject=row.subject,
        status=row.status,
        live=row.live,
        priority=row.priority,
        tags=row.tags,
        team_id=row.team_id,
        assignee=_assignee(row),
        epoch=row.epoch,
        customer=Person(row.customer_id, row.customer_name),
        customer_email=row.customer_email,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        waiting_since=_waiting_since(row),
        unanswered_since=row.unanswered_since,
        preview=row.preview,
        public_head=row.public_head,
        staff_head=row.staff_head,
        agent_seen=row.agent_seen,
        customer_seen=row.customer_seen,
        rating=row.rating,
        vip=row.vip,
        language=row.language,
        skills=row.skills,
    )


def ticket(row: Conversation, status_path: str = "") -> TicketView:
    """A conversation as its customer sees it."""
    return TicketView(
        conversation_id=row.id,
        version=row.version,
        number=row.number,
        subject=row.subject,
        status=row.status,
        live=row.live,
        agent=_assignee(row),
        team=row.team_name,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        waiting_since=_waiting_since(row),
        public_head=row.public_head,
        agent_seen=row.agent_seen,
        customer_seen=row.customer_seen,
        rating=row.rating,
        status_path=status_path,
    )


def _assignee(row: Conversation) -> Person | None:
    return Person(row.assignee_id, row.assignee_name or "") if row.assignee_id else None


def _waiting_since(row: Conversation) -> datetime | None:
    return row.first_waited_at if row.live in ("waiting", "message") else None


_RULES = {
    "least_loaded": "fewest chats",
    "longest_idle": "longest without a chat",
    "round_robin": "next in turn",
    "most_skilled": "most skilled",
    "last_agent": "spoke with this customer before",
    "named": "chosen by name",
}


def why(chosen: Mapping[str, str | int]) -> str:
    """Why this agent, in a sentence for people."""
    rule = str(chosen.get("rule", ""))
    following, team = chosen.get("next_name"), chosen.get("from_team")
    said = [
        _RULES.get(rule, rule).capitalize(),
        _met(chosen),
        f"Waited too long for {team}" if team else "",
        f"Next would have been {following}" if following else "",
    ]
    return " ".join(f"{sentence}." for sentence in said if sentence)


def _met(chosen: Mapping[str, str | int]) -> str:
    """How far what was asked for was met. A language that nobody has is no news: few desks tell them."""
    fit = chosen.get("fit", "")
    if chosen.get("skills"):
        met = fit in ("all", "skills")
        return "Has the skills asked for" if met else "Nobody free has the skills asked for"
    return "Speaks the customer's language" if fit == "all" else ""
