"""Passwords."""

import asyncio
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from web.security.passwords import AT_ONCE, WAITING, Passwords, TooBusy


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_only_the_right_password_matches(passwords: Passwords) -> None:
    """To the letter, and with any letters."""
    stored = await passwords.hash("correct horse ☂")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse ☂")
    assert not await passwords.verify(stored, "correct horse")


async def test_nobodys_password_never_matches(passwords: Passwords) -> None:
    """Not even the one that is hashed to take as long."""
    assert not await passwords.verify(None, "nobody has this password")
    assert not await passwords.verify("not a hash", "x")


async def test_a_flood_of_sign_ins_is_bounded(passwords: Passwords) -> None:
    """More than can wait are refused at once, and the rest are answered."""
    stored = await passwords.hash("one")
    asked = AT_ONCE + WAITING + 5
    answers = await asyncio.gather(
        *(passwords.verify(stored, "one") for _ in range(asked)), return_exceptions=True
    )
    assert answers.count(True) == AT_ONCE + WAITING
    assert sum(isinstance(answer, TooBusy) for answer in answers) == 5


async def test_a_hash_of_lower_costs_is_outdated(passwords: Passwords) -> None:
    """It is made anew at the next sign-in."""
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("one")
    assert passwords.outdated(weak)
    assert not passwords.outdated(await passwords.hash("one"))
