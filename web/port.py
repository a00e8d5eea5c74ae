"""A port that several processes of this machine answer, each through a socket of its own."""

import socket
import sys
from typing import Final, Self

BACKLOG: Final = 4096
SPREADS: Final = sys.platform.startswith("linux")
"""Linux spreads connections evenly over all sockets of a port; elsewhere one socket serves all processes."""


class Port:
    """Taken for the length of a block; connections come once a socket of `listen` is there.

    Arguments: `host`, an address; `number`, 0 lets the system choose. Raises OSError where it is taken.
    """

    def __init__(self, host: str, number: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Without SO_REUSEPORT first: with it, a second desk of the same user would share the port unnoticed.
        with socket.create_server((host, number), family=family) as probe:
            self._address: tuple[str, int] = probe.getsockname()[:2]
        self._family = family
        self._kept = self._bound()
        if not SPREADS:
            self._kept.listen(BACKLOG)

    @property
    def number(self) -> int:
        return self._address[1]

    def listen(self) -> socket.socket:
        """Return one more socket. What waits at it is reset when its last holder closes it."""
        if not SPREADS:
            return self._kept.dup()
        listener = self._bound()
        listener.listen(BACKLOG)
        return listener

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._kept.close()

    def _bound(self) -> socket.socket:
        made = socket.socket(self._family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if SPREADS:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(self._address)
        return made
