"""Lookups that are made together."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from chat.gathered import Gathered


class Shelf:
    """Answers each key with how often was looked by then, once it is let."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.looking = asyncio.Event()
        self.open = asyncio.Event()
        self.broken = False

    async def find(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(list(keys))
        look = len(self.asked)
        self.looking.set()
        await self.open.wait()
        if self.broken:
            raise LookupError("broken")
        return {key: look for key in keys if key != "nobody"}


async def test_what_is_asked_while_one_look_is_under_way_is_looked_up_together_next() -> None:
    """Three askers, two of them late: two looks."""
    shelf = Shelf()
    gathered = Gathered(shelf.find)
    first = asyncio.create_task(gathered.get("a"))
    await shelf.looking.wait()
    late = [asyncio.create_task(gathered.get(key)) for key in ("b", "nobody")]
    await asyncio.sleep(0)
    shelf.open.set()
    assert await asyncio.gather(first, *late) == [1, 2, None]
    assert shelf.asked == [["a"], ["b", "nobody"]]


async def test_a_look_begins_after_it_was_asked_for() -> None:
    """The same key, asked for while it is looked up, is looked up again: it may have changed."""
    shelf = Shelf()
    gathered = Gathered(shelf.find)
    first = asyncio.create_task(gathered.get("a"))
    await shelf.looking.wait()
    second = asyncio.create_task(gathered.get("a"))
    await asyncio.sleep(0)
    shelf.open.set()
    assert (await first, await second) == (1, 2)


async def test_no_look_is_for_more_than_the_most() -> None:
    """Five keys by two."""
    shelf = Shelf()
    shelf.open.set()
    gathered = Gathered(shelf.find, most=2)
    await asyncio.gather(*(gathered.get(key) for key in "abcde"))
    assert [len(keys) for keys in shelf.asked] == [2, 2, 1]


async def test_who_gives_up_takes_the_answer_from_nobody() -> None:
    """Two ask for one key, one is cancelled."""
    shelf = Shelf()
    gathered = Gathered(shelf.find)
    impatient, patient = (asyncio.create_task(gathered.get("a")) for _ in range(2))
    await shelf.looking.wait()
    impatient.cancel()
    shelf.open.set()
    assert await patient == 1
    assert impatient.cancelled()


async def test_a_look_that_fails_fails_for_all_who_asked_and_for_nobody_else() -> None:
    """The database away, and back."""
    shelf = Shelf()
    gathered = Gathered(shelf.find)
    askers = [asyncio.create_task(gathered.get(key)) for key in "ab"]
    shelf.broken = True
    shelf.open.set()
    for asker in askers:
        with pytest.raises(LookupError):
            await asker
    shelf.broken = False
    assert await gathered.get("a") == 2
