"""Property tests of the thread log: a machine that appends, assigns and closes against a plain model,
and a client whose outbox keeps its order whatever is refused."""

import asyncio
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from store import assignments, conversations, entries
from store.conversations import Conversation
from store.database import Database
from store.drafts import Draft, Refused, Stored
from store.log import Answer
from store.migrate import migrate
from tests.store.seeds import START, Seeded, draft, later, seed
from tests.store.sending import running

AUTHORS = ("visitor", "ada", "bo", "")
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """A loop for what Hypothesis calls without one."""
    with asyncio.Runner() as made:
        yield made


async def opened(url: str) -> Seeded:
    await migrate(url)
    return await seed(await Database.open(url))


class ThreadLog(RuleBasedStateMachine):
    """One conversation; the model is two lists, what each client id stands for, and who holds it."""

    def __init__(self, runner: asyncio.Runner, desk: Seeded) -> None:
        super().__init__()
        self.runner = runner
        self.desk = desk
        self.lines: dict[str, list[tuple[str, str]]] = {"public": [], "staff": []}
        self.known: dict[tuple[str, str], tuple[str, int, str]] = {}
        self.holder: str | None = None
        self.epoch = 0
        self.version = 1
        self.closed = False
        self.seconds = 0

    @initialize()
    def open(self) -> None:
        self.id = self.runner.run(self.desk.conversation()).id

    def author(self, name: str) -> str:
        return {"ada": self.desk.ada.id, "bo": self.desk.bo.id}.get(name, name)

    @rule(
        batch=st.lists(
            st.tuples(
                st.sampled_from(AUTHORS),
                st.sampled_from(["public", "staff"]),
                TEXT,
                st.one_of(st.none(), st.integers(0, 9)),
                st.sampled_from([None, 0, -1]),
            ),
            max_size=12,
        )
    )
    def append(self, batch: list[tuple[str, Any, str, int | None, int | None]]) -> None:
        """Any mix of authors, threads, repeated client ids and stale epochs."""
        drafts = [self.drafted(*one) for one in batch]
        self.seconds += 1
        answers = self.runner.run(self.written(drafts))
        blocked: dict[str, str] = {}
        for one, answer in zip(drafts, answers, strict=True):
            self.compare(one, answer, blocked)

    def drafted(self, name: str, thread: Any, body: str, key: int | None, lag: int | None) -> Draft:
        kind: Any = {"visitor": "customer", "": "system"}.get(name, "staff")
        return draft(
            self.id,
            body,
            None if key is None else f"c{key}",
            author_id=self.author(name),
            author_kind=kind,
            thread=thread,
            epoch=None if lag is None or kind != "staff" else self.epoch + lag,
        )

    async def written(self, drafts: list[Draft]) -> list[Stored | Refused]:
        async with self.desk.database.begin() as tx:
            return await entries.append(tx, drafts, later(self.seconds))

    def compare(self, one: Draft, answer: Stored | Refused, blocked: dict[str, str]) -> None:
        expected = self.expected(one, blocked)
        if expected is not None:
            assert isinstance(answer, Refused)
            assert answer.code == expected
            if one.client_id is not None:
                blocked.setdefault(one.author_id, one.client_id)
            return
        assert isinstance(answer, Stored)
        key = None if one.client_id is None else (one.author_id, one.client_id)
        if key in self.known:
            assert (answer.thread, answer.seq, answer.body, answer.known) == (*self.known[key], True)
            return
        self.lines[one.thread].append((one.author_id, one.body))
        assert (answer.seq, answer.known) == (len(self.lines[one.thread]), False)
        assert answer.position == sum(map(len, self.lines.values()))
        if key is not None:
            self.known[key] = (answer.thread, answer.seq, answer.body)
            blocked.pop(one.author_id, None)

    def expected(self, one: Draft, blocked: dict[str, str]) -> str | None:
        if "\0" in one.body:
            return "bad_text"
        if one.client_id is not None:
            if (one.author_id, one.client_id) in self.known:
                return None
            if blocked.get(one.author_id, one.client_id) != one.client_id:
                return "out_of_order"
        if one.epoch is not None and (one.epoch != self.epoch or one.author_id != self.holder):
            return "not_assigned"
        return "closed" if self.closed and one.author_kind == "customer" else None

    @rule(who=st.sampled_from(["ada", "bo"]), lag=st.sampled_from([0, 0, 1]))
    def assign(self, who: str, lag: int) -> None:
        """With the epoch that holds, or a stale one, which must have no effect."""

        async def act() -> int | None:
            async with self.desk.database.begin() as tx:
                return await assignments.start(tx, self.id, self.author(who), self.epoch - lag, {}, START)

        got = self.runner.run(act())
        assert got == (None if lag else self.epoch + 1)
        if got is not None:
            self.holder, self.epoch, self.closed = self.author(who), got, False
            self.version += 1

    @rule()
    def release(self) -> None:
        async def act() -> int | None:
            async with self.desk.database.begin() as tx:
                return await assignments.end(tx, self.id, "lost", START)

        got = self.runner.run(act())
        assert got == (self.epoch + 1 if self.holder else None)
        if got is not None:
            self.holder, self.epoch, self.version = None, got, self.version + 1

    @rule()
    def close(self) -> None:
        async def act() -> Conversation:
            async with self.desk.database.begin() as tx:
                return await conversations.change(tx, self.id, START, status="closed")

        self.version += 1
        self.closed = True
        assert self.runner.run(act()).version == self.version

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        """Gapless sequences, the same lines, heads, version and holder."""
        if not hasattr(self, "id"):
            return
        found, threads, positions = self.runner.run(self.reread())
        assert threads == self.lines
        assert positions == list(range(1, len(positions) + 1))
        heads = (len(self.lines["public"]), len(self.lines["staff"]))
        assert (found.public_head, found.staff_head) == heads
        assert (found.version, found.epoch, found.assignee_id) == (self.version, self.epoch, self.holder)

    async def reread(self) -> tuple[Conversation, dict[str, list[tuple[str, str]]], list[int]]:
        async with self.desk.database.read() as tx:
            found = await conversations.get(tx, self.id)
            assert found is not None
            public = await entries.read(tx, self.id, "public", 0, 10_000)
            staff = await entries.read(tx, self.id, "staff", 0, 10_000)
        for rows in (public, staff):
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        lines = {"public": public, "staff": staff}
        threads = {name: [(row.author_id, row.body) for row in rows] for name, rows in lines.items()}
        return found, threads, sorted(row.position for row in public + staff)


@pytest.mark.timeout(120)
def test_the_thread_log_agrees_with_a_plain_model(database_url: str, runner: asyncio.Runner) -> None:
    """Whatever is appended, repeated, assigned, released and closed, in whatever order."""
    desk = runner.run(opened(database_url))
    try:
        run_state_machine_as_test(
            lambda: ThreadLog(runner, desk),  # type: ignore[arg-type]
            settings=settings(max_examples=25, stateful_step_count=12, deadline=None, database=None),
        )
    finally:
        runner.run(desk.database.close())


class Client:
    """Sends its outbox as a browser does: many under way, after a failure from the oldest on."""

    def __init__(self, author: str, conversation_id: str, size: int, refused: set[int], window: int) -> None:
        self.author = author
        self.conversation_id = conversation_id
        self.outbox = deque(range(size))
        self.refused = refused
        self.window = window

    def submit(self, log: Any, n: int) -> "asyncio.Future[Answer]":
        body = "\0" if n in self.refused else str(n)
        self.refused.discard(n)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        log.submit(draft(self.conversation_id, body, f"c{n}", author_id=self.author), future.set_result)
        return future

    async def run(self, log: Any) -> None:
        """Every message is refused at most once, and written the next time it may be."""
        while self.outbox:
            under_way = [(n, self.submit(log, n)) for n in list(self.outbox)[: self.window]]
            for n, future in under_way:
                if isinstance(await future, Stored):
                    self.outbox.remove(n)


@settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    plans=st.lists(
        st.tuples(st.integers(1, 20), st.sets(st.integers(0, 19), max_size=6), st.integers(1, 8)),
        min_size=1,
        max_size=4,
    ),
    limit=st.integers(1, 9),
)
def check_order(
    runner: asyncio.Runner, desk: Seeded, plans: list[tuple[int, set[int], int]], limit: int
) -> None:
    async def act() -> dict[str, list[str]]:
        one = await desk.conversation()
        clients = [
            Client(f"v{number}", one.id, size, set(refused), window)
            for number, (size, refused, window) in zip(count(), plans, strict=False)
        ]
        async with running(desk.database, limit=limit) as log:
            await asyncio.gather(*(client.run(log) for client in clients))
        async with desk.database.read() as tx:
            rows = await entries.read(tx, one.id, "public", 0, 10_000)
        said: dict[str, list[str]] = {client.author: [] for client in clients}
        for row in rows:
            said[row.author_id].append(row.body)
        return said

    found = runner.run(act())
    assert found == {f"v{n}": [str(i) for i in range(size)] for n, (size, _, _) in enumerate(plans)}


@pytest.mark.timeout(120)
def test_a_senders_order_holds_whatever_is_refused_on_the_way(
    sqlite_url: str, runner: asyncio.Runner
) -> None:
    """Several senders in one conversation, any window, any batch size, any refusals."""
    desk = runner.run(opened(sqlite_url))
    try:
        check_order(runner, desk)
    finally:
        runner.run(desk.database.close())
