"""A Cluster as a desk sees it: the one node that owns the desk's slot, and all of them for the bus.

All keys of a desk share a hash tag, so a desk needs one node only, and a plain client whose connections find
it; the channels of its conversations are spread over all. A connection asks where the slot is when it is
made, and ends when it hears that the slot has moved: what was asked was not done, and the next one finds the
new owner. Rejected: redis-py's RedisCluster, which keeps a pool a node, asks for the table of all commands
at each start, and repeats commands behind the caller's back.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from redis.asyncio import Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import parse_url
from redis.crc import key_slot
from redis.exceptions import AskError, RedisError
from redis.exceptions import ConnectionError as Lost

from chat.nodes import Owners

ASKING_SECONDS = 1.0
"""How long one node is waited for; then the next is asked."""

Found = TypeVar("Found")
Place = tuple[str, int]
Range = tuple[int, int, Place]
"""First slot, last slot, owner."""


class Cluster:
    """Knows nodes, and asks them who owns which slot.

    `places`: nodes to begin with; all that these know of are remembered. `kind`, `options`: how to connect.
    """

    def __init__(self, places: list[Place], kind: type[Connection], options: Mapping[str, Any]) -> None:
        self._places = places
        self._kind = kind
        self._options = {
            **options,
            "socket_timeout": ASKING_SECONDS,
            "socket_connect_timeout": ASKING_SECONDS,
            "decode_responses": False,
        }

    async def owner(self, slot: int) -> Place:
        """Where a slot is now. Raises Lost when no node answers, or none owns it."""

        def holder(ranges: list[Range]) -> Place | None:
            return next((owner for first, last, owner in ranges if first <= slot <= last), None)

        return await self._told(holder, f"No node owns slot {slot}.")

    async def ranges(self) -> list[Range]:
        """All slots that are served, by first slot. Raises Lost when no node answers."""
        return await self._told(sorted, "")

    async def _told(self, find: Callable[[list[Range]], Found | None], lacking: str) -> Found:
        """What `find` finds in the first answer that has it; that node is asked first from then on."""
        said = "There is no node to ask."
        for place in list(self._places):
            try:
                found = find(await self._asked(place))
            except (RedisError, OSError) as error:
                said = f"{place[0]}:{place[1]}: {error}"
                continue
            if found is not None:
                self._prefer(place)
                return found
            said = lacking
        raise Lost(f"The Cluster does not answer. {said}")

    def _prefer(self, place: Place) -> None:
        """Who answered is asked first the next time."""
        self._places.remove(place)
        self._places.insert(0, place)

    async def _asked(self, place: Place) -> list[Range]:
        return self._read(await self._slots(place), place)

    async def _slots(self, place: Place) -> list[Any]:
        host, port = place
        pool = ConnectionPool(connection_class=self._kind, host=host, port=port, **self._options)
        async with Redis.from_pool(pool) as redis:
            table: list[Any] = await redis.execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
            return table

    def _read(self, table: list[Any], asked: Place) -> list[Range]:
        ranges = []
        for first, last, *nodes in table:
            # A node that does not know its own name says nothing: it is where it was asked.
            known = [((host or b"").decode() or asked[0], int(port)) for host, port, *_ in nodes]
            self._places += [place for place in known if place not in self._places]
            ranges.append((int(first), int(last), known[0]))
        return ranges


class Shards:
    """The bus's nodes: each channel at the owner of its slot."""

    def __init__(self, cluster: Cluster, kind: type[Connection], options: Mapping[str, Any]) -> None:
        self._cluster = cluster
        self._kind = kind
        self._options = options

    async def owners(self) -> Owners:
        ranges = await self._cluster.ranges()
        firsts = [first for first, _, _ in ranges]

        def of(channel: bytes) -> str:
            slot = key_slot(channel)
            index = bisect_right(firsts, slot) - 1
            return _named(ranges[index][2]) if index >= 0 and slot <= ranges[index][1] else ""

        return Owners(frozenset(_named(place) for _, _, place in ranges), of)

    def connection(self, node: str) -> Any:
        host, _, port = node.rpartition(":")
        return self._kind(host=host, port=int(port), **self._options)


def _named(place: Place) -> str:
    return f"{place[0]}:{place[1]}"


class _Owned(Connection):
    """A connection to the owner of the desk's slot."""

    def __init__(self, *, cluster: Cluster, slot: int, **options: Any) -> None:
        super().__init__(**options)
        self._cluster = cluster
        self._slot = slot

    async def _connect(self) -> None:
        self.host, self.port = await self._cluster.owner(self._slot)
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
    places, encrypted, connecting = _parsed(url, options)
    return kind(
        connection_class=_OwnedSafely if encrypted else _Owned,
        cluster=Cluster(places, SSLConnection if encrypted else Connection, connecting),
        slot=key_slot(f"{{{prefix}}}".encode()),
        **{**connecting, **options},
    )


def shards(url: str, **options: Any) -> Shards:
    """Return all nodes of a Cluster; `url` and `options` as for `pool`."""
    places, encrypted, connecting = _parsed(url, options)
    found = SSLConnection if encrypted else Connection
    return Shards(Cluster(places, found, connecting), found, connecting)


def _parsed(url: str, options: Mapping[str, Any]) -> tuple[list[Place], bool, dict[str, Any]]:
    """Where to begin, whether encrypted, and what a connection is told."""
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
    return [(each["host"], each.get("port", 6379)) for each in found], plain == "rediss", connecting
