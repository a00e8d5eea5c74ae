"""The invariants of messages: acknowledged, numbered, shown, in order, from whom, to whom."""

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.evidence import Entry, Evidence, Violation
from tests.faults.records import (
    Acked,
    AnyRecord,
    Left,
    Offered,
    Opened,
    Sent,
    Shown,
    Summary,
    Ticket,
    Welcomed,
)

Who = tuple[str, str]
"""A client and a conversation."""


def people(records: list[AnyRecord]) -> dict[str, str]:
    """The person behind each client."""
    return {record.who: record.person for record in records if isinstance(record, Welcomed)}


def acked_is_kept(evidence: Evidence) -> Iterator[Violation]:
    """1: what was acknowledged stands in the database at its seq, and whoever stayed to the end shows the
    thread up to its head, each entry delivered once."""
    stored = {(entry.conversation, entry.client): entry for entry in evidence.entries if entry.client}
    for record in evidence.records:
        if not isinstance(record, Acked):
            continue
        entry = stored.get((record.conversation, record.client))
        if entry is None:
            yield Violation(1, f"{record.who} got an ack for what is not in the database", record.client)
        elif entry.seq != record.seq:
            yield Violation(1, f"acknowledged as {record.seq}, stored as {entry.seq}", record.client)
    yield from _shown_to_the_end(evidence)
    yield from _delivered_once(evidence)


def _shown_to_the_end(evidence: Evidence) -> Iterator[Violation]:
    rows = {row.id: row for row in evidence.conversations}
    for record in evidence.records:
        if not (isinstance(record, Left) and record.finished):
            continue
        for conversation, head in record.heads.items():
            row = rows.get(conversation)
            if row is not None and head < row.public_head:
                said = f"{record.who} shows {head} of {row.public_head} entries"
                yield Violation(1, said, conversation)


def _delivered_once(evidence: Evidence) -> Iterator[Violation]:
    """An entry that a client had said it has must not come again: by its hello, by the page it opened."""
    had: dict[Who, int] = {}
    for record in evidence.records:
        match record:
            case Welcomed():
                had.update({(record.who, id): cursor for id, cursor in record.cursors.items()})
            case Opened():
                had[record.who, record.conversation] = max([record.cursor, *record.seqs])
            case Shown(thread="public"):
                if record.seq <= had.get((record.who, record.conversation), 0):
                    yield Violation(1, f"{record.who} was shown {record.seq} twice", record.conversation)
            case _:
                pass


def one_seq_each(evidence: Evidence) -> Iterator[Violation]:
    """2: a client id stands at one seq, in the database, in acks and on screens."""
    seqs: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    person = people(evidence.records)
    for entry in evidence.entries:
        if entry.client:
            seqs[entry.conversation, entry.author, entry.client].add(entry.seq)
    for record in evidence.records:
        if isinstance(record, Acked):
            seqs[record.conversation, person.get(record.who, ""), record.client].add(record.seq)
        elif isinstance(record, Shown) and record.client:
            seqs[record.conversation, record.author, record.client].add(record.seq)
    for (conversation, _, client), found in seqs.items():
        if len(found) > 1:
            yield Violation(2, f"client id {client} stands on {sorted(found)}", conversation)
    stored = sum(1 for entry in evidence.entries if entry.client)
    ids = {(entry.conversation, entry.author, entry.client) for entry in evidence.entries if entry.client}
    if stored != len(ids):
        yield Violation(2, f"{stored - len(ids)} client ids are stored more than once")


def shown_in_order(evidence: Evidence) -> Iterator[Violation]:
    """3: on each connection a thread is delivered from its cursor on, one by one; and the database
    numbers without a hole."""
    at: dict[tuple[str, int, str], int] = {}
    for record in evidence.records:
        match record:
            case Welcomed():
                for conversation, cursor in record.cursors.items():
                    at[record.who, record.connection, conversation] = cursor
            case Opened():
                key = (record.who, record.connection, record.conversation)
                at[key] = record.seqs[-1] if record.seqs else record.cursor
                if record.seqs != list(range(record.seqs[0], record.seqs[0] + len(record.seqs))):
                    yield Violation(3, f"{record.who} got a page with a hole", record.conversation)
            case Shown(thread="public"):
                key = (record.who, record.connection, record.conversation)
                if record.seq != at.get(key, 0) + 1:
                    said = f"{record.who} was shown {record.seq} after {at.get(key, 0)}"
                    yield Violation(3, said, record.conversation)
                at[key] = record.seq
            case _:
                pass
    yield from _numbered(evidence)


def _numbered(evidence: Evidence) -> Iterator[Violation]:
    threads: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in evidence.entries:
        threads[entry.conversation, entry.thread].append(entry.seq)
    for (conversation, thread), seqs in threads.items():
        if sorted(seqs) != list(range(1, len(seqs) + 1)):
            yield Violation(3, f"the {thread} thread is numbered {sorted(seqs)[:20]}", conversation)


def sent_in_order(evidence: Evidence) -> Iterator[Violation]:
    """4: what one sender said in one conversation stands in the order in which it was first sent."""
    seqs = {entry.client: entry.seq for entry in evidence.entries if entry.client}
    order: defaultdict[Who, list[str]] = defaultdict(list)
    opened: dict[str, str] = {
        record.client: record.conversation for record in evidence.records if isinstance(record, Acked)
    }
    for record in evidence.records:
        if isinstance(record, Sent):
            conversation = record.conversation or opened.get(record.client, "")
            said = order[record.who, conversation]
            if record.client not in said:
                said.append(record.client)
    for (who, conversation), clients in order.items():
        stored = [seqs[client] for client in clients if client in seqs]
        if stored != sorted(stored):
            yield Violation(4, f"what {who} said stands as {stored}", conversation)


def in_charge(evidence: Evidence) -> Iterator[Violation]:
    """7: in each public thread an agent's message stands only where the lines before it put that agent in
    charge; the thread's own order decides, no clock."""
    threads: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in evidence.entries:
        if entry.thread == "public":
            threads[entry.conversation].append(entry)
    staff = {member.id for member in evidence.staff}
    for conversation, entries in threads.items():
        holder = ""
        for entry in sorted(entries, key=lambda entry: entry.seq):
            if entry.kind in ("joined", "transferred"):
                holder = str(entry.payload.get("staff_id", ""))
            elif entry.kind in ("left", "solved", "pending", "reopened", "closed"):
                holder = ""
            elif entry.kind == "message" and entry.author in staff and entry.author != holder:
                said = f"{entry.author} wrote {entry.seq} while {holder or 'nobody'} was in charge"
                yield Violation(7, said, conversation)


def members_only(evidence: Evidence) -> Iterator[Violation]:
    """13: a customer hears of their own conversations, and nothing of the staff's; an agent is delivered
    only what they opened; an offer is shown to whom it was made."""
    owner = {row.id: row.customer for row in evidence.conversations}
    role = {record.who: record.role for record in evidence.records if isinstance(record, Welcomed)}
    person = people(evidence.records)
    made = {offer.id: offer.staff for offer in evidence.offers}
    opened: set[Who] = set()
    for record in evidence.records:
        match record:
            case Opened():
                opened.add((record.who, record.conversation))
            case Shown() if role.get(record.who) == "customer":
                if record.thread != "public" or owner.get(record.conversation) != person[record.who]:
                    yield Violation(13, f"{record.who} was shown what is not theirs", record.conversation)
            case Shown() if (record.who, record.conversation) not in opened:
                yield Violation(13, f"{record.who} was shown what they had not opened", record.conversation)
            case Ticket() if owner.get(record.conversation) != person.get(record.who):
                yield Violation(13, f"{record.who} was told of another's ticket", record.conversation)
            case Summary() if role.get(record.who) == "customer":
                yield Violation(13, f"{record.who}, a customer, was told what staff are", record.conversation)
            case Offered() if made.get(record.offer, "") not in ("", person.get(record.who)):
                yield Violation(13, f"{record.who} was shown an offer made to another", record.offer)
            case _:
                pass
