"""The group-committed message log: order, refusals, and answers only when durable."""

import asyncio
from datetime import timedelta

import pytest

from store import entries
from store.drafts import Stored
from store.log import Answer, MessageLog
from tests.store.seeds import Seeded, draft
from tests.store.sending import Clock, answers, names, running, send


async def bodies(desk: Seeded, id: str) -> list[str]:
    async with desk.database.read() as tx:
        return [row.body for row in await entries.read(tx, id, "public", 0, 10_000)]


async def test_an_answer_comes_after_the_commit(desk: Seeded) -> None:
    """When `done` is called, another connection can read the entry."""
    one = await desk.conversation()
    async with running(desk.database) as log:
        (answer,) = await answers(log, draft(one.id, "a"))
        assert isinstance(answer, Stored)
        assert await bodies(desk, one.id) == ["a"]
    assert log.pending == 0


async def test_answers_come_in_the_order_of_submission(desk: Seeded) -> None:
    """Over batches, conversations and refusals."""
    ids = [(await desk.conversation()).id for _ in range(3)]
    order: list[int] = []
    async with running(desk.database, limit=7) as log:
        for n in range(50):
            bad = "\0" if n % 11 == 3 else ""
            one = draft(ids[n % 3], bad + str(n), author_id=f"v{n}", client_id="c")
            log.submit(one, lambda answer, n=n: order.append(n))  # type: ignore[misc]
        assert log.pending == 50
    assert order == list(range(50))


async def test_what_waits_shares_a_transaction(desk: Seeded) -> None:
    """The entries that came together have one time, given when their transaction began."""
    one = await desk.conversation()
    clock = Clock()
    async with running(desk.database, clock, limit=10) as log:
        first = await answers(log, *(draft(one.id) for _ in range(10)))
        clock.at += timedelta(seconds=1)
        second = await answers(log, *(draft(one.id) for _ in range(10)))
    assert len({answer.at for answer in first if isinstance(answer, Stored)}) == 1
    assert {answer.at for answer in second if isinstance(answer, Stored)} == {clock.at}


async def test_stopping_writes_what_waits_and_takes_nothing_more(desk: Seeded) -> None:
    """No send is lost in a drain, and none is taken that would be."""
    one = await desk.conversation()
    log = MessageLog(desk.database, Clock(), limit=10)
    await log.start()
    waiting = send(log, *(draft(one.id, str(n)) for n in range(35)))
    await log.stop()
    assert all(future.done() for future in waiting)
    assert await bodies(desk, one.id) == [str(n) for n in range(35)]
    assert names(await answers(log, draft(one.id, "late"))) == ["Unavailable"]


async def test_a_refused_send_refuses_the_senders_later_ones_until_it_comes_again(desk: Seeded) -> None:
    """In the same batch and in later ones; other authors and conversations go on."""
    one, two = await desk.conversation(), await desk.conversation()
    async with running(desk.database) as log:
        found = await answers(
            log, draft(one.id, "\0", "c1"), draft(one.id, "b", "c2"), draft(two.id, "x", "c1")
        )
        assert names(found) == ["bad_text", "OutOfOrder", "1"]
        found = await answers(log, draft(one.id, "c", "c3"), draft(one.id, "z", "c3", author_id="another"))
        assert names(found) == ["OutOfOrder", "1"]
        found = await answers(
            log, draft(one.id, "d", "c4"), draft(one.id, "a", "c1"), draft(one.id, "b", "c2")
        )
        assert names(found) == ["OutOfOrder", "2", "3"]
        assert names(await answers(log, draft(one.id, "c", "c3"))) == ["4"]
    assert await bodies(desk, one.id) == ["z", "a", "b", "c"]


async def test_a_message_that_never_comes_again_silences_its_sender_for_ten_seconds_only(
    desk: Seeded,
) -> None:
    """By then nothing that was sent in ignorance can still be under way."""
    one = await desk.conversation()
    clock = Clock()
    async with running(desk.database, clock) as log:
        await answers(log, draft(one.id, "\0", "c1"))
        clock.at += timedelta(seconds=9.9)
        assert names(await answers(log, draft(one.id, "b", "c2"))) == ["OutOfOrder"]
        clock.at += timedelta(seconds=0.1)
        assert names(await answers(log, draft(one.id, "b", "c2"))) == ["1"]


async def test_lines_without_a_client_id_neither_hold_nor_are_held(desk: Seeded) -> None:
    """They could never be sent again."""
    one = await desk.conversation()
    async with running(desk.database) as log:
        found = await answers(log, draft(one.id, "\0"), draft(one.id, "\0", "c1"), draft(one.id, "x"))
        assert names(found) == ["bad_text", "bad_text", "1"]


@pytest.mark.parametrize("bad", [0, 3, 7])
async def test_one_row_that_the_database_cannot_take_fails_alone(desk: Seeded, bad: int) -> None:
    """A failing batch is halved until the culprit is alone; its sender's later ones are held."""
    one = await desk.conversation()
    drafts = [draft(one.id, str(n), f"c{n}", author_id="bad" if n == bad else "good") for n in range(8)]
    drafts[bad] = unwritable(one.id)
    async with running(desk.database) as log:
        found = names(await answers(log, *drafts, draft(one.id, "later", "l", author_id="bad")))
    assert found[bad] not in ("OutOfOrder", "Unavailable")
    assert not found[bad].isdigit()
    assert found[8] == "OutOfOrder"
    assert await bodies(desk, one.id) == [str(n) for n in range(8) if n != bad]


async def test_order_holds_when_the_batch_is_halved(desk: Seeded) -> None:
    """A message that was late stays late, though the one it waited for comes further on in the batch."""
    one = await desk.conversation()
    async with running(desk.database) as log:
        await answers(log, draft(one.id, "\0", "c1"))
        late, awaited = draft(one.id, "b", "c2"), draft(one.id, "a", "c1")
        found = names(await answers(log, late, awaited, unwritable(one.id), draft(one.id, "b", "c2")))
        assert [found[0], found[1], found[3]] == ["OutOfOrder", "1", "2"]
    assert await bodies(desk, one.id) == ["a", "b"]


def unwritable(conversation_id: str) -> entries.Draft:
    """Passes every check of ours, and is refused by the table's own."""
    return draft(conversation_id, "x", "c", author_id="bad", thread="elsewhere")  # type: ignore[arg-type]


async def test_a_listener_that_raises_costs_nobody_else_an_answer(desk: Seeded) -> None:
    """Its exception goes to the loop's handler."""
    one = await desk.conversation()
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: reported.append(context["exception"])
    )
    fault = ValueError("mine")

    def broken(answer: Answer) -> None:
        raise fault

    async with running(desk.database) as log:
        log.submit(draft(one.id, "a"), broken)
        assert names(await answers(log, draft(one.id, "b"))) == ["2"]
    assert reported == [fault]


async def test_beyond_the_bound_nothing_more_waits_and_order_still_holds(
    desk: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overflow is refused at once; what follows it from the same sender is refused too."""
    monkeypatch.setattr("store.log.MOST_WAITING", 3)
    one = await desk.conversation()
    async with running(desk.database) as log:
        waiting = send(log, *(draft(one.id, str(n), f"c{n}") for n in range(5)))
        assert [future.done() for future in waiting] == [False, False, False, True, True]
        assert names(list(await asyncio.gather(*waiting))) == ["1", "2", "3", "Unavailable", "Unavailable"]
        assert names(await answers(log, draft(one.id, "4", "c4"))) == ["OutOfOrder"]
        assert names(await answers(log, draft(one.id, "3", "c3"), draft(one.id, "4", "c4"))) == ["4", "5"]
