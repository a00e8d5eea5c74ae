"""Hints between processes over Redis pub/sub; the database is the truth.

A process subscribes to the subjects that it holds, each at the node that serves its channel: it hears of
nothing else, and all nodes share the load. It publishes only where somebody else listens: a newcomer says
hello on the channel, and the number of receivers that SPUBLISH answers says when it is alone again.

Whatever ends a subscription (a cut connection, a dead node, a slot that moves) is noticed for each subject,
and it is made anew; `gap` then names the subjects of which something may have passed unseen. What could not
be published is kept and published then: hints are idempotent, and the latest wins.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from chat import hints, rooms
from chat.held import Held
from chat.hints import Hint, Kind
from chat.nodes import Nodes, Owners
from chat.shard import Shard

SILENT_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 0.2
MOST_UNSENT: Final = 10_000
MOST_UNSENT_BYTES: Final = 4 * 1024 * 1024
"""A fraction of what a node may leave unread: all that was kept is sent at once."""
ALL_HOLD: Final = rooms.DESK
"""The subject that every process holds."""
FOR_NOW: Final = ("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "READONLY", "BUSY")
"""What passes by itself, or once the new owner of a slot is asked."""

log = structlog.get_logger(__name__)


Token = tuple[Hint, Held | None]


class Bus:
    """Publishes and receives hints. `received` gets those of other processes; `gap` the subjects of which
    something may have passed unseen. `sent_by_kind` and `heard_by_kind` count them; `unheld` those of
    subjects that are not held, which are only those just released."""

    def __init__(self, nodes: Nodes, prefix: str, process_id: str) -> None:
        self._nodes = nodes
        self._prefix = prefix
        self.process_id = process_id
        self._own = hints.signature(process_id)
        self._held: dict[str, Held] = {}
        self._channels: dict[bytes, Held] = {}
        self._unplaced: set[Held] = set()
        self._unsent: deque[Hint] = deque()
        self._unsent_bytes = 0
        self._forgets = False
        self._owners: Owners | None = None
        self._stale = True
        self._failing = False
        self._shards: dict[str, Shard] = {}
        self._gaps: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.sent_by_kind: Counter[str] = Counter()
        self.heard_by_kind: Counter[str] = Counter()
        self.unheld = 0
        self.received: Callable[[Hint], None] = _ignore
        self.gap: Callable[[frozenset[str]], None] = _nothing

    @property
    def subjects(self) -> int:
        """How many subjects this process holds."""
        return len(self._held)

    async def start(self) -> None:
        self._wake.set()
        self._task = asyncio.create_task(self._keeping(), name="bus")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for shard in list(self._shards.values()):
            shard.close()
        self._shards.clear()

    def hold(self, subject: str) -> None:
        """Begin to listen. `ready` tells when hints of the subject surely arrive."""
        held = Held(subject, self._channel(subject))
        self._held[subject] = self._channels[held.channel] = held
        if not self._place(held):
            self._unplaced.add(held)
            self._wake.set()

    def release(self, subject: str) -> None:
        held = self._held.pop(subject, None)
        if held is None:
            return
        del self._channels[held.channel]
        self._unplaced.discard(held)
        held.go_on()
        if held.shard is not None:
            held.shard.unsubscribe(held.channel)

    async def ready(self, subject: str) -> None:
        """Wait until the subscription stands, at most a second, and not while Redis is known to be away:
        what passes until it stands is looked for then."""
        held = self._held.get(subject)
        if held is None or held.ready:
            return
        if held.shard is not None or not self._failing:
            future = asyncio.get_running_loop().create_future()
            held.waiting.append(future)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(future, SILENT_SECONDS)
        held.lapsed = held.lapsed or not held.ready

    def publish(self, kind: Kind, subject: str, name: str = "", seq: int = 0, data: bytes = b"") -> None:
        """Tell the other processes, if any listen."""
        held = self._held.get(subject)
        if held is None or held.others:
            self._send(Hint(self.process_id, kind, subject, name, seq, data), held)

    def _channel(self, subject: str) -> bytes:
        return f"{self._prefix}:{{{subject}}}:events".encode()

    def _send(self, hint: Hint, held: Held | None) -> None:
        channel = self._channel(hint.subject) if held is None else held.channel
        shard = self._shard(channel) if held is None else held.shard
        if shard is None:
            self._keep(hint)
            return
        shard.publish(channel, hints.encode(hint), (hint, held))

    def _keep(self, hint: Hint) -> None:
        self._unsent.append(hint)
        self._unsent_bytes += len(hint.data)
        while len(self._unsent) > MOST_UNSENT or self._unsent_bytes > MOST_UNSENT_BYTES:
            self._unsent_bytes -= len(self._unsent.popleft().data)
            if not self._forgets:
                log.warning("bus_forgets", kept=len(self._unsent))
            self._forgets = True
        self._wake.set()

    def _shard(self, channel: bytes) -> Shard | None:
        return None if self._owners is None else self._shards.get(self._owners.of(channel))

    def _place(self, held: Held) -> bool:
        held.shard = self._shard(held.channel)
        if held.shard is None:
            return False
        held.shard.subscribe(held.channel, held)
        return True

    async def _keeping(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                settled = await self._settle()
            except Exception:
                log.exception("bus_failed")
                settled = False
            if self._failing and settled:
                log.info("bus_back")
            self._failing = not settled
            if not settled:
                self._wake.set()
            # A slot that has just moved is not known to all nodes at once.
            await asyncio.sleep(RETRY_SECONDS)

    async def _settle(self) -> bool:
        """One pass: everything held is listened to, and everything said is sent. False: try again."""
        try:
            if self._stale or self._owners is None:
                self._owners = await self._nodes.owners()
                self._stale = False
            missing = sorted(self._owners.nodes - self._shards.keys())
            opened = await asyncio.gather(*(self._open(node) for node in missing))
        except (RedisError, OSError) as error:
            self._failed(error)
            return False
        self._unplaced = {held for held in self._unplaced if not self._place(held)}
        unsent, self._unsent, self._unsent_bytes, self._forgets = self._unsent, deque(), 0, False
        for hint in unsent:
            self._send(hint, self._held.get(hint.subject))
        self._stale = self._stale or not all(opened)
        return not self._unplaced and not self._unsent

    async def _open(self, node: str) -> bool:
        try:
            self._shards[node] = await Shard.open(node, self._nodes.connection(node), self)
        except (RedisError, OSError) as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            log.warning("bus_not_now", error=str(error))
        self._failing = True

    def subscribed(self, held: Held) -> None:
        if self._held.get(held.subject) is held:
            held.ready = True
            held.go_on()
            self._send(Hint(self.process_id, "hello", held.subject), held)

    def refused(self, held: Held, error: str) -> None:
        self._again(held, error)

    def withdrawn(self, channel: bytes) -> None:
        held = self._channels.get(channel)
        if held is not None:
            self._again(held, "its slot has moved")

    def _again(self, held: Held, reason: str) -> None:
        if self._held.get(held.subject) is not held:
            return
        if not self._stale:
            log.info("bus_moves", reason=reason)
        held.lapse(not self._only())
        self._unplaced.add(held)
        self._stale = True
        self._wake.set()

    def lost(self, shard: Shard, unanswered: list[Token], reason: str) -> None:
        log.warning("bus_lost", node=shard.node, reason=reason)
        if self._shards.get(shard.node) is shard:
            del self._shards[shard.node]
        among_others = not self._only()
        for held in self._held.values():
            if held.shard is shard:
                held.lapse(among_others)
                self._unplaced.add(held)
        self._stale = True
        for hint, _ in unanswered:
            # A hello is said again when the subscription stands.
            if hint.kind != "hello":
                self._keep(hint)
        self._wake.set()

    def published(self, token: Token, receivers: int) -> None:
        hint, held = token
        self.sent_by_kind[hint.kind] += 1
        if held is None or not held.ready or self._held.get(hint.subject) is not held:
            return
        lapsed = held.lapsed
        if held.counted(receivers) or (lapsed and not self._only()):
            self._missed(hint.subject)

    def _only(self) -> bool:
        """Whether there is no other process. One that does not listen to a subject may speak of it."""
        desk = self._held.get(ALL_HOLD)
        return desk is not None and desk.alone

    def unpublished(self, token: Token, error: str) -> None:
        if not error.startswith(FOR_NOW):
            log.error("bus_publish_refused", kind=token[0].kind, error=error)
            return
        self._stale = True
        self._keep(token[0])

    def heard(self, channel: bytes, data: bytes) -> None:
        if data.startswith(self._own):
            return
        held = self._channels.get(channel)
        if held is None:
            self.unheld += 1
            return
        held.others = True
        try:
            hint = hints.decode(held.subject, data)
            self.heard_by_kind[hint.kind] += 1
            self.received(hint)
        except Exception:
            # One that a newer version sent, say, must not deafen this process.
            log.exception("bus_hint_unread")

    def _missed(self, subject: str) -> None:
        if not self._gaps:
            asyncio.get_running_loop().call_soon(self._tell_gaps)
        self._gaps.add(subject)

    def _tell_gaps(self) -> None:
        gaps, self._gaps = self._gaps, set()
        self.gap(frozenset(gaps))


def _ignore(hint: Hint) -> None:
    pass


def _nothing(subjects: frozenset[str]) -> None:
    pass
