"""Starts `frontdesk` with one function wrapped, so that the process dies at that line when armed.

`python -m tests.faults.failpoints POINT FILE ARGUMENTS…`: as soon as FILE exists, the process ends like one
that was killed when it comes by POINT. The service itself knows nothing of this.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

DIED: Final = 137
"""The status of a process that SIGKILL ended, as shells report it."""
Die = Callable[[], None]


def ack(die: Die) -> None:
    """Between the commit of messages and their acknowledgement."""
    from store.log import MessageLog

    commit: Any = MessageLog._commit

    async def committed(log: MessageLog, drafts: Sequence[object], at: object) -> object:
        answers = await commit(log, drafts, at)
        die()
        return answers

    MessageLog._commit = committed  # type: ignore[method-assign,assignment]


def claim(die: Die) -> None:
    """Between a claim in Redis and its row in SQL."""
    from chat import matching

    assign = matching.assign

    async def assigned(*arguments: Any) -> Any:
        die()
        return await assign(*arguments)

    matching.assign = assigned  # type: ignore[assignment]


def confirm(die: Die) -> None:
    """Between a claim's row in SQL and the word of it to Redis and to the people."""
    from routing import claims

    confirmation: Callable[..., Awaitable[Any]] = claims.confirm

    async def confirmed(*arguments: Any) -> Any:
        die()
        return await confirmation(*arguments)

    claims.confirm = confirmed  # type: ignore[assignment]


POINTS: Final[dict[str, Callable[[Die], None]]] = {"ack": ack, "claim": claim, "confirm": confirm}


def command(point: str, armed: Path, *arguments: str) -> list[str]:
    """The command line of a `frontdesk` that dies at `point` once the file `armed` exists."""
    return [sys.executable, "-m", "tests.faults.failpoints", point, str(armed), *arguments]


def main() -> None:
    point, file, *arguments = sys.argv[1:]
    armed = Path(file)

    def die() -> None:
        if armed.exists():
            os._exit(DIED)

    POINTS[point](die)
    sys.argv = ["frontdesk", *arguments]
    from web.cli import main as frontdesk

    frontdesk()


if __name__ == "__main__":
    main()
