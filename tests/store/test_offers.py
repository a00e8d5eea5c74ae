"""Offers end in exactly one outcome."""

import asyncio
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from store import offers
from tests.store.seeds import START, Seeded, later


async def made(desk: Seeded, id: str) -> str:
    one = await desk.conversation()
    async with desk.database.begin() as tx:
        assert await offers.made(tx, id, one.id, 1, desk.ada.id, later(30), {"load": 0}, START)
        assert not await offers.made(tx, id, one.id, 1, desk.bo.id, later(60), {}, START)
    return one.id


async def test_an_offer_ends_once(desk: Seeded) -> None:
    """Accepted and expired at once: one of them is it."""
    await made(desk, "o1")

    async def end(tx: AsyncConnection, outcome: offers.Outcome) -> bool:
        return await offers.ended(tx, "o1", outcome, "busy", later(5))

    outcomes: list[offers.Outcome] = ["accepted", "expired", "declined"]
    won = await asyncio.gather(*(desk.database.transact(partial(end, outcome=o)) for o in outcomes))
    assert sorted(won) == [False, False, True]
    async with desk.database.read() as tx:
        found = await offers.get(tx, "o1")
        assert await offers.open_of(tx, desk.ada.id) == []
        assert await offers.get(tx, "o2") is None
    assert found is not None
    assert (found.outcome, found.ended_at, found.reason) == (outcomes[won.index(True)], later(5), "busy")
    assert (found.expires_at, found.why) == (later(30), {"load": 0})


async def test_a_wipe_withdraws_what_is_open_and_nothing_else(desk: Seeded) -> None:
    """All of it, or that of one conversation."""
    first, second = await made(desk, "o1"), await made(desk, "o2")
    await made(desk, "o3")
    async with desk.database.begin() as tx:
        await offers.ended(tx, "o1", "declined", "", later(1))
        assert [o.id for o in await offers.withdraw_for(tx, second, later(2))] == ["o2"]
        assert [o.outcome for o in await offers.withdraw_open(tx, later(3))] == ["withdrawn"]
        assert await offers.withdraw_open(tx, later(4)) == []
        assert [o.outcome for o in await offers.of_conversation(tx, first)] == ["declined"]
        assert await offers.all_open(tx) == []
