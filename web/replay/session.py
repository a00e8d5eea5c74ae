"""A signed-in client that stays connected: an outbox, resume by cursors, jittered backoff."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from typing import Final

import uuid_utils

from chat.protocol.codes import RETRYABLE, CloseCode, Code
from chat.protocol.commands import Command, SendMessage
from chat.protocol.events import AnyEvent, Closing, Failed
from web.replay.client import Client, Lost, Refused, Rejected
from web.replay.pace import Pace

LONGEST_BACKOFF_SECONDS: Final = 4.0
FINAL_CLOSES: Final = frozenset({CloseCode.UNAUTHENTICATED, CloseCode.UNSUPPORTED_PROTOCOL})


class Door:
    """Where a client connects, and as whom: WebSocket URLs of one desk, the next one after a failure."""

    def __init__(self, urls: list[str], cookie: str = "") -> None:
        self._urls = itertools.cycle(urls)
        self.cookie = cookie
        self.url = next(self._urls)

    def next(self) -> None:
        self.url = next(self._urls)

    @property
    def origin(self) -> str:
        """Our own page's, since the widget's panel and the console are pages of the service."""
        scheme, _, rest = self.url.partition("://")
        return f"{'https' if scheme == 'wss' else 'http'}://{rest.partition('/')[0]}"


class _Sent:
    """A command of the outbox, until its reply."""

    __slots__ = ("command", "gap", "lane", "leaves", "order", "put_off", "reply", "under_way")

    def __init__(
        self,
        command: Command,
        order: int,
        reply: "asyncio.Future[AnyEvent]",
        leaves: Callable[[], None],
    ) -> None:
        self.command = command
        self.lane = command.conversation_id if isinstance(command, SendMessage) else ""
        """What is said in one conversation keeps its order, as in the widget and the console."""
        self.leaves = leaves
        self.order = order
        self.reply = reply
        self.under_way = False
        self.put_off: asyncio.TimerHandle | None = None
        """Refused for now, and to be sent again when this fires."""
        self.gap = 0.0


class Session:
    """Commands given to `ask` are kept until they are answered and sent again after every reconnect,
    in their order; so they must be idempotent, as messages are by their client id. A message that was
    refused for now holds up the later ones of its conversation until it has gone out again.

    hello: makes the first command of each connection, with the cursors of that moment.
    on_event: told of every event, the welcome and the replies included.
    """

    silence_seconds = 15.0
    """After so long without anything, a ping's answer included, a connection is taken for dead."""

    def __init__(
        self, door: Door, hello: Callable[[], Command], on_event: Callable[[AnyEvent], None]
    ) -> None:
        self._door = door
        self._hello = hello
        self._tell = on_event
        self._loop = asyncio.get_running_loop()
        self._orders = itertools.count()
        self._outbox: dict[str, _Sent] = {}
        self._due: list[tuple[int, str]] = []
        self._pace = Pace()
        self._pump_at: asyncio.TimerHandle | None = None
        self._client: Client | None = None
        self._welcome = False
        self._resume_after_seconds = 0.0
        self.reconnects = 0
        self.refusals = 0

    async def run(self) -> None:
        """Stay connected until cancelled. Raises `Refused` or `Lost` where trying again is pointless."""
        failures = 0
        try:
            while True:
                if await self._connected():
                    failures = 0
                failures += 1
                self.reconnects += 1
                await asyncio.sleep(self._backoff(failures))
        finally:
            self._give_up()

    def ask(self, command: Command, leaves: Callable[[], None] = lambda: None) -> "asyncio.Future[AnyEvent]":
        """Send a command, again and again until it is answered. The result is its reply; `Refused`
        where trying again would not help. `leaves` is called each time it goes out."""
        reply: asyncio.Future[AnyEvent] = self._loop.create_future()
        sent = _Sent(command, next(self._orders), reply, leaves)
        self._outbox[command.ref] = sent
        heapq.heappush(self._due, (sent.order, command.ref))
        self._pump()
        return reply

    def post(self, command: Command) -> None:
        """Send something ephemeral: now, or never."""
        if self._client is not None and self._welcome:
            self._client.post(command)

    async def _connected(self) -> bool:
        """One connection from hello to its end; whether it was ever welcomed."""
        client = Client(self._hear)
        try:
            await client.open(self._door.url, origin=self._door.origin, cookie=self._door.cookie)
        except (OSError, Rejected):  # TimeoutError is an OSError
            self._door.next()
            return False
        self._client = client
        try:
            await client.ask(self._hello())
            self._welcome = True
            self._resume()
            await self._watch(client)
        except (Lost, TimeoutError):
            self._door.next()
        except Refused as refused:
            if refused.code not in RETRYABLE:
                raise
        except asyncio.CancelledError:
            client.wire.close()
            raise
        finally:
            welcomed, self._welcome, self._client = self._welcome, False, None
            if not client.wire.closing:
                client.wire.abort()
        return welcomed

    async def _watch(self, client: Client) -> None:
        """Wait for the end of a connection, and end it when it has gone silent."""
        while not client.lost.done():
            await asyncio.wait({client.lost}, timeout=self.silence_seconds / 3)
            silent = self._loop.time() - client.wire.heard_at
            if silent > self.silence_seconds:
                client.wire.abort()
            elif silent > self.silence_seconds / 4:
                client.wire.ping()
        lost = client.lost.result()
        if lost.code in FINAL_CLOSES:
            raise Refused(Failed(ref="", code=Code.UNAUTHENTICATED, message=str(lost)))
        if lost.code != CloseCode.RESTART:
            raise lost

    def _resume(self) -> None:
        """Everything unanswered goes out again, oldest first."""
        for sent in self._outbox.values():
            sent.under_way = False
            self._forget(sent)
        self._due = [(sent.order, ref) for ref, sent in self._outbox.items()]
        heapq.heapify(self._due)
        self._pump()

    def _pump(self) -> None:
        """Send what is due, as fast as the pace allows."""
        client = self._client
        if client is None or not self._welcome or self._pump_at is not None:
            return
        while self._due:
            now = self._loop.time()
            wait = self._pace.wait(now)
            if wait > 0:
                self._pump_at = self._loop.call_later(wait, self._pump_again)
                return
            sent = self._outbox.get(heapq.heappop(self._due)[1])
            if sent is None or sent.under_way or self._held_up(sent):
                continue
            sent.under_way = True
            sent.gap = self._pace.left(now)
            sent.leaves()
            client.post(sent.command)

    def _held_up(self, sent: _Sent) -> bool:
        """Whether something said before it in its conversation still has to go out again. That one brings
        it along."""
        if sent.put_off is not None:
            return True
        return bool(sent.lane) and any(
            other.put_off is not None and other.lane == sent.lane and other.order < sent.order
            for other in self._outbox.values()
        )

    def _pump_again(self) -> None:
        self._pump_at = None
        self._pump()

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, Closing):
            self._resume_after_seconds = event.resume_after_ms / 1000
        self._tell(event)
        sent = self._outbox.get(getattr(event, "ref", ""))
        if sent is None:
            return
        if isinstance(event, Failed) and event.code in RETRYABLE:
            self._put_off(sent, event)
            return
        del self._outbox[sent.command.ref]
        self._forget(sent)
        if sent.reply.done():
            return
        if isinstance(event, Failed):
            sent.reply.set_exception(Refused(event))
        else:
            sent.reply.set_result(event)

    def _put_off(self, sent: _Sent, failed: Failed) -> None:
        self.refusals += 1
        after_ms = failed.retry_after_ms if failed.retry_after_ms is not None else random.randint(50, 250)
        if failed.code is Code.RATE:
            self._pace.slow_down(self._loop.time(), sent.gap, after_ms)
            after_ms = 0
        sent.under_way = False
        self._forget(sent)
        sent.put_off = self._loop.call_later(after_ms / 1000, self._again, sent)

    def _forget(self, sent: _Sent) -> None:
        if sent.put_off is not None:
            sent.put_off.cancel()
            sent.put_off = None

    def _again(self, sent: _Sent) -> None:
        """Its time has come, and that of what it has held up."""
        sent.put_off = None
        for ref, other in self._outbox.items():
            if other is sent or (sent.lane and other.lane == sent.lane and not other.under_way):
                heapq.heappush(self._due, (other.order, ref))
        self._pump()

    def _backoff(self, failures: int) -> float:
        """Full jitter: somewhere between 0 and a bound that doubles, so that a crowd spreads out."""
        if self._resume_after_seconds:
            bound, self._resume_after_seconds = self._resume_after_seconds, 0.0
            return random.uniform(0, bound)
        return random.uniform(0, min(LONGEST_BACKOFF_SECONDS, 0.2 * 2.0 ** min(failures, 8)))

    def _give_up(self) -> None:
        if self._pump_at is not None:
            self._pump_at.cancel()
        for sent in self._outbox.values():
            self._forget(sent)
            sent.reply.cancel()


def fresh() -> str:
    """A new id for a `ref` or a `client_id`."""
    return str(uuid_utils.uuid7())
