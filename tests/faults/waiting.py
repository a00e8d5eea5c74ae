"""Waiting for something that nobody announces: another process has got somewhere."""

import asyncio
from collections.abc import Callable
from typing import Final

LOOK_SECONDS: Final = 0.01


class TooLate(AssertionError):
    """It did not come about in time."""


async def until(
    condition: Callable[[], bool], within_seconds: float, what: str, look_seconds: float = LOOK_SECONDS
) -> None:
    """Look again and again until `condition` holds. Raises `TooLate`, which says `what` was waited for."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_seconds
    while not condition():
        if loop.time() > deadline:
            raise TooLate(f"not within {within_seconds:g} s: {what}")
        await asyncio.sleep(look_seconds)
