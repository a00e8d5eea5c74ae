"""The message log: whatever waits goes into the next transaction, and is answered when durable."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from store import entries
from store.database import Database
from store.drafts import Draft, Refused, Stored
from store.errors import OutOfOrder, Unavailable
from store.holds import Holds
from store.pace import Pace

Answer = Stored | Refused | Exception
Done = Callable[[Answer], None]

MOST_WAITING = 20_000
BATCH_SECONDS = 4.0


class Waiting(Struct):
    """A draft, whom to tell, its number in the order of submission, and whether it comes too early
    to be written: `late` behind a message that has to come again."""

    draft: Draft
    done: Done
    turn: int
    late: bool = False


class MessageLog:
    """Group commit: one transaction runs, the next takes all that came meanwhile.

    At low load a message costs one transaction; under load up to `limit` share one, and where many a second
    come but few at a time, it waits a little for more (see pace.py). A sender is an
    author in a conversation: once one of its messages is refused or fails, the later ones get
    OutOfOrder until its client id is submitted again (see holds.py). `now` gives the entries' times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], limit: int = 200) -> None:
        self._database = database
        self._now = now
        self._limit = limit
        self._queue: deque[Waiting] = deque()
        self._in_hand = 0
        self._turn = 0
        self._submitted = 0
        self._holds = Holds()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many drafts are not answered yet."""
        return len(self._queue) + self._in_hand

    async def start(self) -> None:
        """Begin to write."""
        self._stopping = False
        self._pace = Pace(asyncio.get_running_loop().time())
        self._task = asyncio.create_task(self._run(), name="message log")

    async def stop(self) -> None:
        """Write or answer all that waits, then end. What is submitted from now on gets Unavailable."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None

    def reserve(self) -> int:
        """The turn of a draft that is accepted now and submitted later, for `submit` and `hold`."""
        self._turn += 1
        return self._turn

    def submit(self, draft: Draft, done: Done, turn: int | None = None) -> None:
        """Have `draft` written. To be called on the event loop. `turn`: the one reserved for it, if any.

        `done` is called on the loop, in the order of submission: with Stored once it is durable, with
        Refused, or with an exception where it was not written: OutOfOrder, Unavailable, or what the
        database has against this very draft. Beyond 20,000 waiting and after `stop`,
        `done(Unavailable)` is called at once.
        """
        waiting = Waiting(draft, done, self.reserve() if turn is None else turn)
        if self._stopping:
            self._tell(waiting, Unavailable("the log is stopping"))
        elif len(self._queue) >= MOST_WAITING:
            self._settle(waiting, Unavailable("too many messages wait"), self._now())
        else:
            self._queue.append(waiting)
            self._submitted += 1
            self._wake.set()

    def hold(self, draft: Draft, turn: int | None = None) -> None:
        """Note that `draft` was refused before it came here: the later ones of its sender wait for it."""
        self._holds.put(draft, self.reserve() if turn is None else turn, self._now())

    async def _run(self) -> None:
        while self._queue or not self._stopping:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._gather()
            batch = [self._queue.popleft() for _ in range(min(self._limit, len(self._queue)))]
            self._in_hand = len(batch)
            try:
                await self._write(batch)
            except Unavailable as error:
                # Nobody waits for the next attempt to fail too: all hear it now, and the next message
                # to come is the next attempt.
                self._flush(error)
            finally:
                self._in_hand = 0

    async def _gather(self) -> None:
        """A transaction costs what several messages do, so it is not begun for one where more are coming."""
        now = asyncio.get_running_loop().time()
        patience = self._pace.patience(self._submitted, len(self._queue), now)
        if patience and not self._stopping:
            await asyncio.sleep(patience)

    def _flush(self, error: Unavailable) -> None:
        left, self._queue = self._queue, deque()
        at = self._now()
        for waiting in left:
            self._find_late([waiting], at)
            self._settle_all([waiting], error, at)

    async def _write(self, batch: Sequence[Waiting]) -> None:
        """Write a batch in one transaction; when its content fails it, its halves apart, so that one
        bad row fails alone. Raises Unavailable, with the batch answered, when the database is away."""
        at = self._now()
        self._find_late(batch, at)
        drafts = [waiting.draft for waiting in batch if not waiting.late]
        try:
            answers = iter(await self._commit(drafts, at) if drafts else [])
        except Unavailable as error:
            self._settle_all(batch, error, at)
            raise
        except Exception as error:
            if len(batch) == 1:
                self._settle_all(batch, error, at)
            else:
                await self._halve(batch)
            return
        for waiting in batch:
            self._settle(waiting, _out_of_order() if waiting.late else next(answers), at)

    async def _halve(self, batch: Sequence[Waiting]) -> None:
        middle = len(batch) // 2
        try:
            await self._write(batch[:middle])
        except Unavailable as error:
            at = self._now()
            self._find_late(batch[middle:], at)
            self._settle_all(batch[middle:], error, at)
            raise
        await self._write(batch[middle:])

    async def _commit(self, drafts: Sequence[Draft], at: datetime) -> list[Stored | Refused]:
        return await entries.commit(self._database, drafts, at, BATCH_SECONDS)

    def _find_late(self, batch: Iterable[Waiting], at: datetime) -> None:
        """Mark what must not be written. Once late is late: the message that is waited for may come
        further on in the batch, and its hold be gone when a half of the batch is tried again."""
        for waiting in batch:
            waiting.late = waiting.late or self._holds.holds(waiting.draft, waiting.turn, at)

    def _settle_all(self, batch: Iterable[Waiting], error: Exception, at: datetime) -> None:
        for waiting in batch:
            self._settle(waiting, _out_of_order() if waiting.late else error, at)

    def _settle(self, waiting: Waiting, answer: Answer, at: datetime) -> None:
        """Note what the answer means for the sender's later messages, and tell it."""
        if isinstance(answer, Refused) and answer.code == "out_of_order":
            answer = _out_of_order()
        if isinstance(answer, Stored):
            self._holds.lift(waiting.draft)
        elif not isinstance(answer, OutOfOrder):
            self._holds.put(waiting.draft, waiting.turn, at)
        self._tell(waiting, answer)

    def _tell(self, waiting: Waiting, answer: Answer) -> None:
        try:
            waiting.done(answer)
        except Exception as error:
            # One listener's fault must not cost the others their answers.
            context = {"message": "a message log's listener failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


def _out_of_order() -> OutOfOrder:
    return OutOfOrder("an earlier message has to be sent again first")
