"""Desks on the virtual clock in a real Redis."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from routing.router import Router
from routing.teams import TeamSettings
from tests.routing.desk import Desk, virtual


@pytest.fixture
async def router(redis: Redis, redis_prefix: str) -> AsyncIterator[Router]:
    """A virtual desk that holds no generation yet."""
    opened = virtual(redis, redis_prefix)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(router: Router) -> Desk:
    """One automatic team "t", nobody there."""
    made = Desk(router)
    await made.open(TeamSettings("t"))
    return made


@pytest.fixture
async def offering(router: Router) -> Desk:
    """One team "t" that offers, nobody there."""
    made = Desk(router)
    await made.open(TeamSettings("t", assignment="offered"))
    return made
