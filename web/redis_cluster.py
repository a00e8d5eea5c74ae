"""A Cluster as a desk sees it: the one node that owns the desk's slot.

All keys of a desk share a hash tag, so a desk needs one node only, and a plain client whose connections find
it. A connection asks where the slot is when it is made, and ends when it hears that the slot has moved: what
was asked was not done, and the next one finds the new owner. Rejected: redis-py's RedisCluster, which keeps a
pool a node, asks for the table of all commands at each start, and repeats commands behind the caller's back.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from redis.asyncio import Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import parse_url
from redis.crc import key_slot
from redis.exceptions import AskError, RedisError
from redis.exceptions import ConnectionError as Lost

ASKING_SECONDS = 1.0
"""How long one node is waited for; then the next is asked."""

Place = tuple[str, int]


class Cluster:
    """Knows nodes, and asks them who owns the desk's slot.

    `places`: nodes to begin with; all that these know of are remembered. `kind`, `options`: how to connect.
    """

    def __init__(
        self, places: list[Place], prefix: str, kind: type[Connection], options: Mapping[str, Any]
    ) -> None:
        self._places = places
        self._slot = key_slot(f"{{{prefix}}}".encode())
        self._kind = kind
        self._options = {
            **options,
            "socket_timeout": ASKING_SECONDS,
            "socket_connect_timeout": ASKING_SECONDS,
            "decode_responses": False,
        }

    async def owner(self) -> Place:
        """Where the slot is now. Raises Lost when no node answers, or none owns it."""
        said = "There is no node to ask."
        for place in list(self._places):
            try:
                table = await self._slots(place)
            except (RedisError, OSError) as error:
                said = f"{place[0]}:{place[1]}: {error}"
                continue
            found = self._read(table, place)
            if found is not None:
                return found
            said = f"No node owns slot {self._slot}."
        raise Lost(f"The Cluster does not say who serves this desk. {said}")

    async def _slots(self, place: Place) -> list[Any]:
        host, port = place
        pool = ConnectionPool(connection_class=self._kind, host=host, port=port, **self._options)
        async with Redis.from_pool(pool) as redis:
            table: list[Any] = await redis.execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
            return table

    def _read(self, table: list[Any], asked: Place) -> Place | None:
        owner = None
        for first, last, primary, *replicas in table:
            for host, port, *_ in (primary, *replicas):
                # A node that does not know its own name says nothing: it is where it was asked.
                place = ((host or b"").decode() or asked[0], int(port))
                if place not in self._places:
                    self._places.append(place)
                if first <= self._slot <= last and owner is None:
                    owner = place
        if owner is not None:
            # Who answered is asked first the next time.
            self._places.remove(asked)
            self._places.insert(0, asked)
        return owner


class _Owned(Connection):
    """A connection to the owner of the desk's slot."""

    def __init__(self, *, cluster: Cluster, **options: Any) -> None:
        super().__init__(**options)
        self._cluster = cluster

    async def _connect(self) -> None:
        self.host, self.port = await self._cluster.owner()
        await super()._connect()  # type: ignore[no-untyped-call]

    async def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*args, **options)
        except AskError as error:
            # MOVED is one, too. What was asked was not done.
            await self.disconnect(nowait=True)
            raise Lost(f"The desk's slot has moved: {error}") from error


class _OwnedSafely(_Owned, SSLConnection):
    """The same, encrypted."""


def pool(
    url: str, prefix: str, kind: type[ConnectionPool] = ConnectionPool, **options: Any
) -> ConnectionPool:
    """Return a pool of connections to the node that serves the desk of this prefix.

    `url`: `redis+cluster://[user:password@]host:port[,host:port…]`, or `rediss+cluster://…`; `options` as
    redis-py's pools and connections take them.
    """
    scheme, where, path, query, _ = urlsplit(url)
    account, _, hosts = where.rpartition("@")
    account = f"{account}@" if account else ""
    plain = scheme.removesuffix("+cluster")
    found = [
        parse_url(urlunsplit((plain, account + host, path, query, ""))) for host in hosts.split(",") if host
    ]
    connecting = {key: value for key, value in found[0].items() if key not in ("host", "port", "db")}
    connecting.pop("connection_class", None)
    connecting |= {key: value for key, value in options.items() if key not in ("max_connections", "timeout")}
    places = [(each["host"], each.get("port", 6379)) for each in found]
    encrypted = plain == "rediss"
    cluster = Cluster(places, prefix, SSLConnection if encrypted else Connection, connecting)
    return kind(
        connection_class=_OwnedSafely if encrypted else _Owned, cluster=cluster, **{**connecting, **options}
    )
