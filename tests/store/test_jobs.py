"""Jobs: claimed once at a time, fenced, retried with growing pauses."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from store import desk as desks
from store import jobs
from store.database import Database
from store.jobs import Job
from tests.store.seeds import START, later


async def put(database: Database, *subjects: str, at: float = 0) -> None:
    async with database.begin() as tx:
        for subject in subjects:
            await jobs.put(tx, "mail", subject, later(at), {"to": subject})


async def claim(database: Database, at: float, limit: int = 20) -> list[Job]:
    async with database.begin() as tx:
        return await jobs.claim(tx, ["mail"], later(at), lease_seconds=10, limit=limit)


async def test_a_due_job_is_claimed_by_one_worker(database: Database) -> None:
    """Of many that ask at once; what is not due, or of another kind, by none."""
    await put(database, *(f"s{n}" for n in range(12)))
    await put(database, "tomorrow", at=86_400)
    async with database.begin() as tx:
        await jobs.put(tx, "other", "s0", START)

    async def take(tx: AsyncConnection) -> list[Job]:
        return await jobs.claim(tx, ["mail"], later(1), 10, limit=3)

    found = await asyncio.gather(*(database.transact(take) for _ in range(6)))
    subjects = sorted(job.subject_id for batch in found for job in batch)
    assert subjects == sorted(f"s{n}" for n in range(12))


async def test_a_claim_that_lapsed_is_somebody_elses_and_the_first_is_fenced_off(database: Database) -> None:
    """A frozen worker that wakes can neither finish nor fail it."""
    await put(database, "s")
    (first,) = await claim(database, 1)
    assert await claim(database, 10) == []
    (second,) = await claim(database, 11)
    assert (second.attempts, second.payload) == (2, {"to": "s"})
    async with database.begin() as tx:
        assert not await jobs.finish(tx, first)
        assert not await jobs.fail(tx, first, "late", later(12))
        assert await jobs.finish(tx, second)
    assert await claim(database, 1000) == []


async def test_a_failed_job_comes_back_after_pauses_that_double_up_to_an_hour(database: Database) -> None:
    """5 s, 10 s, 20 s …"""
    await put(database, "s")
    now = 0.0
    pauses = []
    for _ in range(13):
        (job,) = await claim(database, now)
        async with database.begin() as tx:
            assert await jobs.fail(tx, job, "no", later(now))
            due = await jobs.next_due(tx, ["mail"])
        assert due is not None
        pauses.append((due - later(now)).total_seconds())
        now += pauses[-1]
    assert pauses == [min(5 * 2**n, 3600) for n in range(13)]


async def test_putting_a_job_again_moves_it_and_voids_the_claim(database: Database) -> None:
    """One a (kind, subject): a reply moves the timer, and the old one must not go off."""
    await put(database, "s")
    (held,) = await claim(database, 1)
    await put(database, "s", at=600)
    async with database.begin() as tx:
        assert not await jobs.finish(tx, held)
        assert await jobs.next_due(tx, ["mail"]) == later(600)
    assert await claim(database, 599) == []
    (again,) = await claim(database, 600)
    assert again.attempts == 1


async def test_a_dropped_job_is_not_done(database: Database) -> None:
    """And nothing is due any more."""
    await put(database, "s")
    async with database.begin() as tx:
        assert await jobs.drop(tx, "mail", "s")
        assert not await jobs.drop(tx, "mail", "s")
        assert await jobs.next_due(tx, ["mail"]) is None


async def test_the_next_due_time_of_a_claimed_job_is_when_its_claim_lapses(database: Database) -> None:
    """So that a sleeping worker wakes for what a dead one left."""
    await put(database, "s")
    await claim(database, 1)
    async with database.read() as tx:
        assert await jobs.next_due(tx, ["mail"]) == later(11)


async def test_generations_rise_one_by_one_under_their_lock(database: Database) -> None:
    """Two rebuilds at once see each other's."""

    async def rebuild(tx: AsyncConnection) -> int:
        before = await desks.lock_generation(tx)
        after = await desks.raise_generation(tx)
        assert after == before + 1
        return after

    assert sorted(await asyncio.gather(*(database.transact(rebuild) for _ in range(5)))) == [1, 2, 3, 4, 5]
    async with database.begin() as tx:
        await desks.rename(tx, "Shop")
        assert await desks.get(tx) == desks.Desk(generation=5, name="Shop")
