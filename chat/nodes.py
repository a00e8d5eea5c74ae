"""Where the channels of the bus are served: by one Redis, or each by one node of a Cluster."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol


class Owners(NamedTuple):
    """Who serves what, as of some moment. `of`: a channel to its node, empty where none serves it."""

    nodes: frozenset[str]
    of: Callable[[bytes], str]


class Nodes(Protocol):
    """The servers, and how to reach them."""

    async def owners(self) -> Owners:
        """Ask. Raises RedisError or OSError."""
        ...

    def connection(self, node: str) -> Any:
        """Return a connection of redis-py to a node, of RESP3, which has not connected yet."""
        ...
