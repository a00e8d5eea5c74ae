"""One connection that listens to channels, and ends rather than reconnect.

redis-py's own PubSub connects again behind one's back, from whichever task meets the loss first: then the
reading task waits on the dead stream for ever, and the process is deaf without knowing. Here every loss
is an exception, in every task that uses the connection.
"""

from collections.abc import Iterable
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Lost

SILENT_SECONDS: Final = 5.0
"""After so long without a word Redis is asked for one, and after as long again given up."""


class Subscription:
    """Use by one reader and one writer at a time. Every method raises `RedisError` or `OSError` once the
    connection is lost."""

    def __init__(self, redis: Redis) -> None:
        pool: Any = redis.connection_pool
        self._connection: Any = pool.make_connection()
        self._connection.retry = Retry(NoBackoff(), 0)
        self._asked = False
        self._closed = False

    async def open(self) -> None:
        await self._connection.connect()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Begin to listen; `read` brings a "subscribe" for each channel when it stands."""
        await self._send("SUBSCRIBE", *channels)

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        await self._send("UNSUBSCRIBE", *channels)

    async def read(self) -> tuple[bytes, bytes, bytes]:
        """The next thing heard: its kind ("message", "subscribe", …), its channel, and what was said."""
        while True:
            answer = await self._connection.read_response(
                timeout=SILENT_SECONDS, disconnect_on_error=False, push_request=True
            )
            if answer is None:
                await self._ask()
                continue
            self._asked = False
            if isinstance(answer, list) and len(answer) == 3:
                return answer[0], answer[1], answer[2]

    async def close(self) -> None:
        self._closed = True
        await self._connection.disconnect(nowait=True)

    async def _ask(self) -> None:
        if self._asked:
            raise Lost("Redis says nothing to its subscriber")
        self._asked = True
        await self._send("PING")

    async def _send(self, *command: str) -> None:
        # To send on a lost connection would make redis-py connect it again.
        if self._closed or not self._connection.is_connected:
            raise Lost("the subscription is lost")
        await self._connection.send_command(*command, check_health=False)
