"""A subject that a process listens to, and how its subscription stands."""

import asyncio

from chat.shard import Shard


class Held:
    """`others`: somebody else may listen, too; `ready`: the subscription stands; `lapsed`: something may have
    passed unseen; `shared`: there were others then, who may have spoken."""

    __slots__ = ("channel", "lapsed", "others", "ready", "shard", "shared", "subject", "waiting")

    def __init__(self, subject: str, channel: bytes):
        self.subject = subject
        self.channel = channel
        self.shard: Shard | None = None
        self.others = True
        self.ready = False
        self.lapsed = False
        self.shared = False
        self.waiting: list[asyncio.Future[None]] = []

    def lapse(self, among_others: bool) -> None:
        """The subscription is no more. `among_others`: there are other processes, whatever they listen to."""
        if self.ready:
            self.lapsed = True
            self.shared = self.shared or self.others or among_others
        self.shard, self.ready, self.others = None, False, True

    @property
    def alone(self) -> bool:
        """Whether nobody else listened when that was last known."""
        return not (self.shared if self.lapsed else self.others)

    def counted(self, receivers: int) -> bool:
        """So many listen just now, this process among them; whether something may have passed unseen since it
        lapsed. That nobody else listens says nothing of that: they may have been cut off, too."""
        self.others = receivers > 1
        missed = self.lapsed and (self.shared or self.others)
        self.lapsed = self.shared = False
        return missed

    def go_on(self) -> None:
        """Whoever waits for the subscription need not any more."""
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
