"""Appending to threads and reading them, batch by batch."""

from sqlalchemy import text

from store import assignments, conversations, entries
from store.database import Database
from store.drafts import Refused, Stored
from store.migrate import migrate
from tests.store.seeds import START, Seeded, draft, later, seed
from tests.store.sending import heads

CHANGED = """
SELECT pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid)
FROM pg_class WHERE relname = 'conversation'
"""


async def append(desk: Seeded, *drafts: entries.Draft, at: float = 0) -> list[Stored | Refused]:
    async with desk.database.begin() as tx:
        return await entries.append(tx, drafts, later(at))


async def stored(desk: Seeded, *drafts: entries.Draft, at: float = 0) -> list[Stored]:
    answers = await append(desk, *drafts, at=at)
    return [answer for answer in answers if isinstance(answer, Stored)]


def codes(answers: list[Stored | Refused]) -> list[str]:
    return [answer.code if isinstance(answer, Refused) else "" for answer in answers]


async def test_each_thread_counts_for_itself_and_position_orders_both(desk: Seeded) -> None:
    """A note in the staff thread leaves no hole in the customer's sequence."""
    one = await desk.conversation()
    answers = await stored(
        desk,
        draft(one.id, "a"),
        draft(one.id, "note", thread="staff", kind="note", author_kind="staff", author_id=desk.ada.id),
        draft(one.id, "b"),
    )
    assert [(a.thread, a.seq, a.position) for a in answers] == [
        ("public", 1, 1),
        ("staff", 1, 2),
        ("public", 2, 3),
    ]
    async with desk.database.read() as tx:
        assert await heads(tx, [one.id, "nobody"]) == {one.id: (2, 1)}


async def test_answers_come_in_the_order_of_the_drafts(desk: Seeded) -> None:
    """Also where the batch mixes conversations and refusals."""
    one, two = await desk.conversation(), await desk.conversation()
    answers = await append(
        desk,
        draft(two.id, "a"),
        draft("nowhere"),
        draft(one.id, "b"),
        draft(two.id, "c\0"),
        draft(two.id, "d"),
    )
    assert codes(answers) == ["", "not_found", "", "bad_text", ""]
    assert [a.body for a in answers if isinstance(a, Stored)] == ["a", "b", "d"]
    assert [a.seq for a in answers if isinstance(a, Stored)] == [1, 1, 2]


async def test_the_same_client_id_again_gets_the_same_answer_and_nothing_new(desk: Seeded) -> None:
    """In a later batch and twice in one, with another text too."""
    one = await desk.conversation()
    first, twin = await stored(desk, draft(one.id, "a", "c1"), draft(one.id, "other", "c1"))
    (again,) = await stored(desk, draft(one.id, "third", "c1"), at=60)
    for answer in (twin, again):
        assert answer.known
        assert (answer.seq, answer.body, answer.at) == (first.seq, "a", START)
    assert not first.known
    async with desk.database.read() as tx:
        assert [row.body for row in await entries.read(tx, one.id, "public", 0, 10)] == ["a"]


async def test_a_client_id_counts_for_its_author_and_conversation_alone(desk: Seeded) -> None:
    """Two authors may choose the same id."""
    one, two = await desk.conversation(), await desk.conversation()
    answers = await stored(
        desk,
        draft(one.id, "a", "same"),
        draft(one.id, "b", "same", author_id="someone else"),
        draft(two.id, "c", "same"),
    )
    assert [(a.seq, a.known) for a in answers] == [(1, False), (2, False), (1, False)]


async def test_an_agent_writes_only_with_the_epoch_that_holds(desk: Seeded) -> None:
    """A stale epoch, another agent, or an ended assignment cannot write."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        epoch = await assignments.start(tx, one.id, desk.ada.id, 0, {}, START)
    assert epoch == 1

    def say(author_id: str, epoch: int) -> entries.Draft:
        return draft(one.id, "hi", author_kind="staff", author_id=author_id, epoch=epoch)

    answers = await append(desk, say(desk.ada.id, 0), say(desk.bo.id, 1), say(desk.ada.id, 1))
    assert codes(answers) == ["not_assigned", "not_assigned", ""]
    async with desk.database.begin() as tx:
        await assignments.end(tx, one.id, "ended", START)
    assert codes(await append(desk, say(desk.ada.id, 1), say(desk.ada.id, 2))) == ["not_assigned"] * 2


async def test_a_known_message_is_answered_even_when_it_could_not_be_written_now(desk: Seeded) -> None:
    """The retry after a lost ack gets the ack, not a refusal."""
    one = await desk.conversation()
    await append(desk, draft(one.id, "a", "c1"))
    async with desk.database.begin() as tx:
        await conversations.change(tx, one.id, later(1), status="closed", closed_at=later(1))
    answers = await append(desk, draft(one.id, "a", "c1"), draft(one.id, "b", "c2"))
    assert codes(answers) == ["", "closed"]


async def test_a_closed_ticket_takes_no_word_of_the_customer_but_of_others(desk: Seeded) -> None:
    """Notes and the system's lines still go in."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await conversations.change(tx, one.id, START, status="closed")
    answers = await append(
        desk,
        draft(one.id, "x"),
        draft(one.id, "n", thread="staff", kind="note", author_kind="staff", author_id=desk.ada.id),
        draft(one.id, kind="closed", author_kind="system", author_id=""),
    )
    assert codes(answers) == ["closed", "", ""]


async def test_a_refused_message_refuses_its_senders_later_ones_in_the_batch(desk: Seeded) -> None:
    """Until its client id comes again; other senders go on."""
    one = await desk.conversation()
    answers = await append(
        desk,
        draft(one.id, "\0", "c1"),
        draft(one.id, "b", "c2"),
        draft(one.id, "z", "z1", author_id="someone else"),
        draft(one.id, "a", "c1"),
        draft(one.id, "b", "c2"),
    )
    assert codes(answers) == ["bad_text", "out_of_order", "", "", ""]
    assert [a.body for a in answers if isinstance(a, Stored)] == ["z", "a", "b"]


async def test_messages_keep_the_conversations_times_preview_and_first_reply(desk: Seeded) -> None:
    """The unanswered run starts with its first message and ends with the reply; versions stand."""
    one = await desk.conversation()
    await append(desk, draft(one.id, "é" * 200), at=1)
    await append(desk, draft(one.id, "hello?"), at=2)
    waiting = await desk.reread(one.id)
    assert (waiting.unanswered_since, waiting.last_customer_at, waiting.preview) == (
        later(1),
        later(2),
        "hello?",
    )
    reply = draft(one.id, "é" * 200, author_kind="staff", author_id=desk.ada.id)
    await append(desk, reply, at=3)
    await append(desk, reply, at=4)
    answered = await desk.reread(one.id)
    assert answered.unanswered_since is None
    assert (answered.first_reply_at, answered.last_staff_at) == (later(3), later(4))
    assert (answered.preview, answered.public_head, answered.version) == ("é" * 140, 4, one.version)
    assert answered.updated_at == later(4)


async def test_lines_that_are_no_messages_and_notes_change_neither_preview_nor_times(desk: Seeded) -> None:
    """A whisper must not show in a preview, a greeting is no reply."""
    one = await desk.conversation()
    await append(
        desk,
        draft(one.id, "mine"),
        draft(one.id, "secret", thread="staff", kind="whisper", author_kind="staff", author_id=desk.bo.id),
        draft(one.id, "welcome", kind="greeting", author_kind="system", author_id=""),
    )
    found = await desk.reread(one.id)
    assert (found.preview, found.first_reply_at, found.unanswered_since) == ("mine", None, START)


async def test_a_customers_message_takes_the_warning_back(desk: Seeded) -> None:
    """Any reply cancels the timer."""
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        await conversations.change(tx, one.id, START, warned_at=START)
    await append(desk, draft(one.id, "note", thread="staff", kind="note", author_kind="staff", author_id="x"))
    assert (await desk.reread(one.id)).warned_at == START
    await append(desk, draft(one.id, "still here"))
    assert (await desk.reread(one.id)).warned_at is None


async def test_reading_goes_on_where_it_stopped_in_both_directions(desk: Seeded) -> None:
    """Always ascending, with payload and times as they went in."""
    one = await desk.conversation()
    await append(desk, *(draft(one.id, str(n), payload=b'{"n": "\xc3\xa9"}') for n in range(1, 8)))
    async with desk.database.read() as tx:
        after = await entries.read(tx, one.id, "public", 2, 3)
        before = await entries.before(tx, one.id, "public", 6, 2)
        newest = await entries.newest(tx, one.id, "public", 2)
        assert await entries.read(tx, one.id, "staff", 0, 3) == []
    assert [row.body for row in after] == ["3", "4", "5"]
    assert [row.body for row in before] == ["4", "5"]
    assert [row.body for row in newest] == ["6", "7"]
    assert (newest[0].payload, newest[0].at, newest[0].client_id) == (b'{"n": "\xc3\xa9"}', START, None)


async def test_text_that_postgresql_cannot_hold_is_refused_wherever_it_stands(desk: Seeded) -> None:
    """Name, ids and payload too; on both databases, so that a desk can move."""
    one = await desk.conversation()
    answers = await append(
        desk,
        draft(one.id, "\ud800"),
        draft(one.id, author_name="\0"),
        draft(one.id, client_id="\udfff"),
        draft(one.id + "\0"),
        draft(one.id, author_id="\0"),
        draft(one.id, payload=b"\xff"),
    )
    assert codes(answers) == ["bad_text"] * 6


async def test_pages_of_many_threads_are_what_each_would_be_alone(desk: Seeded) -> None:
    """One shorter than the page, one longer, one that ends before it, and one that does not exist; from the
    start, from the middle and from beyond every end."""
    made = [await desk.conversation() for _ in range(3)]
    for one, count in zip(made, (1, 5, 9), strict=True):
        await append(desk, *(draft(one.id, str(n)) for n in range(count)))
    await append(
        desk, draft(made[0].id, "x", thread="staff", kind="note", author_kind="staff", author_id="x")
    )
    ids = [*(one.id for one in made), "nobody"]
    async with desk.database.read() as tx:
        for after in (0, 2, 9, 2**63 - 1):
            found = await entries.pages(tx, ids, "public", after, 4)
            alone = {id: await entries.read(tx, id, "public", after, 4) for id in ids}
            assert found == {id: rows for id, rows in alone.items() if rows}


async def test_messages_change_their_conversation_in_place(postgresql_url: str) -> None:
    """Of either side: where an index speaks of what a message changes, PostgreSQL writes all of them anew."""
    await migrate(postgresql_url)
    database = await Database.open(postgresql_url)
    desk = await seed(database)
    one = await desk.conversation("assigned")
    asked = draft(one.id, "asked")
    answered = draft(one.id, "answered", author_kind="staff", author_id=desk.ada.id)
    async with database.begin() as tx:
        for number in range(3):
            await entries.append(tx, [asked], later(number))
            await entries.append(tx, [answered], later(number))
        changed, in_place = (await tx.execute(text(CHANGED))).one()
    await database.close()
    assert (changed, in_place) == (6, 6)
