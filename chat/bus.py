"""Hints between processes over Redis pub/sub; the database is the truth.

A process subscribes to the subjects that it holds. It publishes only where somebody else listens:
a newcomer says hello on the channel, and the number of receivers that PUBLISH answers says when the
process is alone again. What one turn of the loop publishes leaves in one pipeline.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Literal

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat import rooms
from chat.subscription import Subscription

Kind = Literal["post", "entry", "hello", "heads", "signal"]
SILENT_SECONDS: Final = 1.0
ALL_HOLD: Final = rooms.DESK
"""The subject that every process holds: who is alone there is the only process."""

log = structlog.get_logger(__name__)


class Hint(msgspec.Struct, frozen=True, array_like=True):
    """One publication. `room` for post, `thread` and `seq` for entry, `name` for signal."""

    origin: str
    kind: Kind
    subject: str
    name: str = ""
    seq: int = 0
    data: bytes = b""


class _Held:
    """A subject that this process listens to. `others`: somebody else may listen too."""

    __slots__ = ("heard", "others", "ready")

    def __init__(self) -> None:
        self.others = True
        self.heard = 0
        """Hints received: a count of receivers that is older than the last one says nothing."""
        self.ready: asyncio.Event = asyncio.Event()


class Bus:
    """Publishes and receives hints. `received` gets those of other processes; `gap` is called after
    the subscription was lost and made anew, since anything may have passed unseen; it is told whether
    this process was the only one, which misses nothing. In a Cluster, where PUBLISH counts only who is at
    the same node, no process ever takes itself for the only one: pass `one_server` False."""

    def __init__(
        self, redis: Redis, subscriber: Redis, prefix: str, process_id: str, *, one_server: bool = True
    ) -> None:
        self._redis = redis
        self._subscriber = subscriber
        self._prefix = prefix
        self._counted = one_server
        self.process_id = process_id
        self._held: dict[str, _Held] = {}
        self._wanted: set[str] = set()
        self._unwanted: set[str] = set()
        self._out: list[Hint] = []
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Hint)
        self.received: Callable[[Hint], None] = _ignore
        self.gap: Callable[[bool], None] = _nothing

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._listening(), name="bus-listen"),
            asyncio.create_task(self._publishing(), name="bus-publish"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hold(self, subject: str) -> None:
        """Begin to listen. `ready` tells when hints of the subject surely arrive."""
        self._held[subject] = _Held()
        self._unwanted.discard(subject)
        self._wanted.add(subject)
        self._wake.set()

    def release(self, subject: str) -> None:
        self._held.pop(subject, None)
        self._wanted.discard(subject)
        self._unwanted.add(subject)
        self._wake.set()

    async def ready(self, subject: str) -> None:
        """Wait until the subscription stands, at most a second: the heads check mends the rest."""
        held = self._held.get(subject)
        if held is None or held.ready.is_set():
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(held.ready.wait(), SILENT_SECONDS)

    def alone(self, subject: str) -> bool:
        """Whether no other process was known to listen to the subject."""
        held = self._held.get(subject)
        return held is not None and not held.others

    def publish(self, kind: Kind, subject: str, name: str = "", seq: int = 0, data: bytes = b"") -> None:
        """Tell the other processes, if any listen."""
        held = self._held.get(subject)
        if held is not None and not held.others:
            return
        self._out.append(Hint(self.process_id, kind, subject, name, seq, data))
        self._wake.set()

    def _channel(self, subject: str) -> str:
        return f"{self._prefix}:{{{subject}}}:events"

    async def _publishing(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._subscribe()
            hints, self._out = self._out, []
            if not hints:
                continue
            try:
                await self._send(hints)
            except (RedisError, OSError) as error:
                # The database has it all; the heads check of the others fills what this loses.
                log.warning("bus_publish_failed", hints=len(hints), error=str(error))

    async def _send(self, hints: list[Hint]) -> None:
        heard = {hint.subject: held.heard for hint in hints if (held := self._held.get(hint.subject))}
        async with self._redis.pipeline(transaction=False) as pipe:
            for hint in hints:
                pipe.publish(self._channel(hint.subject), self._encoder.encode(hint))
            receivers = await pipe.execute()
        for hint, count in zip(hints, receivers, strict=True):
            held = self._held.get(hint.subject)
            # With our own subscription standing, one receiver means that we are alone.
            if held is None or not self._counted:
                continue
            if held.ready.is_set() and held.heard == heard.get(hint.subject):
                held.others = count > 1

    async def _subscribe(self) -> None:
        subscription = self._subscription
        if subscription is None:
            return
        wanted, self._wanted = self._wanted, set()
        unwanted, self._unwanted = self._unwanted, set()
        try:
            if wanted:
                await subscription.subscribe(self._channel(subject) for subject in wanted)
            if unwanted:
                await subscription.unsubscribe(self._channel(subject) for subject in unwanted)
        except (RedisError, OSError) as error:
            # The listener meets the end too, and makes a new subscription of all that is held.
            log.warning("bus_subscribe_failed", error=str(error))
            await subscription.close()

    _subscription: Subscription | None = None

    async def _listening(self) -> None:
        lost, alone = False, False
        while True:
            subscription = Subscription(self._subscriber)
            try:
                await subscription.open()
                await subscription.subscribe([self._channel("all")])
                self._wanted |= set(self._held)
                self._subscription = subscription
                self._wake.set()
                if lost:
                    log.info("bus_back")
                    self.gap(alone)
                await self._read(subscription)
            except (RedisError, OSError) as error:
                log.warning("bus_lost", error=str(error))
            except Exception:
                log.exception("bus_failed")
            finally:
                self._subscription = None
                await subscription.close()
            alone = self.alone(ALL_HOLD)
            for held in self._held.values():
                held.others = True
                held.ready.clear()
            lost = True
            await asyncio.sleep(0.2)

    async def _read(self, subscription: Subscription) -> None:
        prefix = len(self._prefix) + 2
        while True:
            kind, channel, data = await subscription.read()
            if kind == b"message":
                try:
                    self._receive(data)
                except Exception:
                    # One that a newer version sent, say, must not deafen this process.
                    log.exception("bus_hint_unread")
            elif kind == b"subscribe":
                self._subscribed(channel.decode()[prefix : -len("}:events")])

    def _subscribed(self, subject: str) -> None:
        held = self._held.get(subject)
        if held is not None and not held.ready.is_set():
            held.ready.set()
            self.publish("hello", subject)

    def _receive(self, data: bytes) -> None:
        hint = self._decoder.decode(data)
        if hint.origin == self.process_id:
            return
        held = self._held.get(hint.subject)
        if held is not None:
            held.others = True
            held.heard += 1
        self.received(hint)


def _ignore(hint: Hint) -> None:
    pass


def _nothing(alone: bool) -> None:
    pass
