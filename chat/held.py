"""A subject that a process listens to, and how its subscription stands."""

import asyncio

from chat.shard import Shard


class Held:
    """`others`: somebody else may listen, too; `ready`: the subscription stands; `lapsed`: something may have
    passed unseen; `shared`: others were there then."""

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

    def lapse(self) -> None:
        """The subscription is no more."""
        if self.ready:
            self.lapsed = True
            self.shared = self.shared or self.others
        self.shard, self.ready, self.others = None, False, True

    @property
    def alone(self) -> bool:
        """Whether nobody else listened when that was last known."""
        return not (self.shared if self.lapsed else self.others)

    def counted(self, receivers: int) -> bool:
        """So many listen just now, this process among them; whether it had lapsed before."""
        lapsed, self.others = self.lapsed, receivers > 1
        self.lapsed = self.shared = False
        return lapsed

    def go_on(self) -> None:
        """Whoever waits for the subscription need not any more."""
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
