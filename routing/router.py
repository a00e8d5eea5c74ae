"""The way to the scripts: what one turn of the event loop asks goes out as one pipeline."""

import asyncio
import math
from typing import Any, NamedTuple, TypeVar, overload

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from routing import keys, scripts
from routing.errors import NotReady, ScriptFailed, Unavailable

T = TypeVar("T")

_AWAY_WORDS = ("BUSY", "MISCONF", "NOREPLICAS")
_AWAY_KINDS = (ClusterDownError, MasterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
"""Answers of a server that cannot work just now; redis-py takes their first word off where it has a kind."""


class _Call(NamedTuple):
    script: str
    arguments: tuple[str, str, bytes]
    """The generation, the time, what the script takes."""
    done: asyncio.Future[bytes]


class Router:
    """Runs the scripts of one desk over one connection; a busy loop makes the pipelines longer, not more.

    `redis`: its pool says how to connect; `prefix` names the desk. A `virtual` desk takes `now_ms` of this
    object as the time, not Redis' own (simulations, tests). A call raises NotReady when Redis does not hold
    `generation`, and Unavailable when Redis has not answered in `timeout_seconds`; it is never repeated by
    itself, since what was asked may have happened.
    """

    def __init__(
        self, redis: Redis, prefix: str, *, virtual: bool = False, timeout_seconds: float = 2.0
    ) -> None:
        self.generation = 0
        self.virtual = virtual
        self.now_ms = 0
        self._redis = redis
        root = keys.root(prefix)
        self._keys = (root, keys.unborn(root))
        self._library = scripts.read()
        self._timeout_seconds = timeout_seconds
        self._connection: Any = None
        self._waiting: list[_Call] = []
        self._sender: asyncio.Task[None] | None = None

    @overload
    async def call(self, script: str, arguments: Any, reply: None, generation: int | None = None) -> None: ...
    @overload
    async def call(self, script: str, arguments: Any, reply: type[T], generation: int | None = None) -> T: ...
    async def call(
        self, script: str, arguments: Any, reply: type[T] | None, generation: int | None = None
    ) -> T | None:
        """Run a script with one structure and decode its reply.

        `generation`: another than the router's own, to rebuild. Raises NotReady, Unavailable, ScriptFailed.
        """
        number = self.generation if generation is None else generation
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        stated = (str(number), self._time(), msgspec.msgpack.encode(arguments))
        self._waiting.append(_Call(script, stated, done))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="routing")
        answer = await done
        return None if reply is None else msgspec.msgpack.decode(answer, type=reply)

    async def close(self) -> None:
        """Close the connection; calls under way end as Unavailable."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        self._fail(self._waiting, "Routing was closed.")
        await self._disconnect()

    def _time(self) -> str:
        return str(self.now_ms) if self.virtual else ""

    async def _send(self) -> None:
        try:
            while self._waiting:
                calls, self._waiting = self._waiting, []
                await self._attempt(calls)
        finally:
            self._sender = None

    async def _attempt(self, calls: list[_Call]) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._exchange(calls)
        except (RedisError, OSError, TimeoutError) as error:
            # Who waits behind has waited long enough, and the connection may still bring an old reply.
            behind, self._waiting = self._waiting, []
            self._fail([*calls, *behind], f"Redis does not answer: {type(error).__name__} {error}")
            await self._disconnect()
        except BaseException:
            self._fail(calls, "Routing was closed.")
            raise

    def _fail(self, calls: list[_Call], reason: str) -> None:
        for call in calls:
            if not call.done.done():
                call.done.set_exception(Unavailable(reason))

    async def _exchange(self, calls: list[_Call]) -> None:
        replies = await self._run(calls)
        unknown = [call for call, reply in zip(calls, replies, strict=True) if _is_unknown(reply)]
        if unknown:
            await self._introduce()
            again = iter(await self._run(unknown))
            replies = [next(again) if _is_unknown(reply) else reply for reply in replies]
        for call, reply in zip(calls, replies, strict=True):
            if not call.done.done():
                _answer(call, reply)

    async def _run(self, calls: list[_Call]) -> list[bytes | ResponseError]:
        return await self._pipeline(
            [("FCALL", self._library.name, 2, *self._keys, call.script, *call.arguments) for call in calls]
        )

    async def _introduce(self) -> None:
        """Load the library; where another process was quicker, it is the same one."""
        for reply in await self._pipeline([("FUNCTION", "LOAD", "REPLACE", self._library.source)]):
            if isinstance(reply, ResponseError):
                raise reply

    async def _pipeline(self, commands: list[tuple[Any, ...]]) -> list[bytes | ResponseError]:
        connection = await self._connected()
        await connection.send_packed_command(connection.pack_commands(commands))
        return [await _read(connection) for _ in commands]

    async def _connected(self) -> Any:
        if self._connection is None:
            pool: Any = self._redis.connection_pool
            connection = pool.make_connection()
            # The caller decides what an unknown outcome means; nothing is repeated behind its back.
            connection.retry = Retry(NoBackoff(), 0)
            self._connection = connection
        if not self._connection.is_connected:
            await self._connection.connect()
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)


def _is_unknown(reply: bytes | ResponseError) -> bool:
    """The server has not met this version's library yet, or has forgotten it."""
    return isinstance(reply, ResponseError) and str(reply).startswith("Function not found")


async def _read(connection: Any) -> bytes | ResponseError:
    try:
        reply: bytes = await connection.read_response(disable_decoding=True, timeout=math.inf)
        return reply
    except ResponseError as error:
        return error


def _answer(call: _Call, reply: bytes | ResponseError) -> None:
    if not isinstance(reply, ResponseError):
        call.done.set_result(reply)
    elif str(reply).startswith("NOTREADY"):
        call.done.set_exception(NotReady(str(reply)))
    elif isinstance(reply, _AWAY_KINDS) or str(reply).startswith(_AWAY_WORDS):
        call.done.set_exception(Unavailable(str(reply)))
    else:
        call.done.set_exception(ScriptFailed(f"{call.script}: {reply}"))
