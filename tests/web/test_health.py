"""Alive, ready, and numbers."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.web.running import RunningDesk, built, running
from web.redis_server import RedisServer
from web.settings import Settings


async def test_a_desk_that_runs_is_alive_and_ready(desk: RunningDesk) -> None:
    """Database and Redis were asked just now."""
    async with desk.browser() as browser:
        assert (await browser.get("/healthz")).status_code == 200
        answer = await browser.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": True, "redis": True})


async def test_without_redis_it_is_alive_and_not_ready(
    desk_settings: Settings, own_redis: RedisServer, tmp_path: Path
) -> None:
    """And names what is missing; nobody has to restart the process for that."""
    settings = desk_settings.changed(redis_url=own_redis.url)
    async with running(settings, built(tmp_path / "static")) as desk, desk.browser() as browser:
        assert (await browser.get("/readyz")).status_code == 200
        await own_redis.stop()
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()["redis"], answer.json()["database"]) == (503, False, True)
        assert (await browser.get("/healthz")).status_code == 200
        await own_redis.start()


async def test_without_tables_it_is_not_ready(desk: RunningDesk) -> None:
    """A database that answers, but not about our desk, is none."""
    await asyncio.to_thread(run, desk, "ALTER TABLE desk RENAME TO aside")
    async with desk.browser() as browser:
        answer = await browser.get("/readyz")
    await asyncio.to_thread(run, desk, "ALTER TABLE aside RENAME TO desk")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def run(desk: RunningDesk, statement: str) -> None:
    """In a thread, for it waits for the desk's own writes."""
    with closing(sqlite3.connect(desk.settings.database.removeprefix("sqlite:///"))) as aside:
        aside.execute(statement)


async def test_numbers_tell_what_was_answered_and_of_nobody(desk: RunningDesk) -> None:
    """By handler and status; no path, no id, no address."""
    customer, conversation_id = await desk.customer("Hello", leave=True)
    async with desk.browser() as browser:
        await browser.get(f"/api/conversations/{conversation_id}")
        await browser.get("/some/made/up/path")
        page = (await browser.get("/metrics")).text
    assert 'frontdesk_http_requests_total{method="GET",route="conversations.show",status="401"} 1.0' in page
    assert 'frontdesk_http_requests_total{method="GET",route="none",status="404"} 1.0' in page
    assert 'frontdesk_sockets{kind="visitor"} 1.0' in page
    assert conversation_id not in page
    assert "made" not in page.replace("made of", "")
    await customer.close()


async def test_numbers_are_not_for_the_world(desk: RunningDesk) -> None:
    """A proxy that is believed names the true address."""
    async with desk.browser() as browser:
        answer = await browser.get("/metrics", headers={"x-forwarded-for": "8.8.8.8"})
    assert answer.status_code == 403
