"""The page of the backups: what admins see of them, and who is warned when there is no good one any more."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.screens import Admin, enter, person
from tests.e2e import services
from tests.e2e.processes import frontdesk, run
from tests.e2e.services import Service
from tests.faults.waiting import until
from web.replay.desk import Desk, Login

ADA: Final = Login("ada.b@example.invalid", "ada has a long password")
TOO_OLD: Final = "The last verified backup is more than 36 hours old"
DAYS: Final = 3

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A desk of this test's own that ships nothing: what is shown is what the backups themselves are."""
    with services.single(tmp_path, FRONTDESK_BACKUP_SHIP_SECONDS="0") as running:
        yield running


async def backups(page: Page, url: str) -> Locator:
    """The page as whoever has signed in reaches it."""
    await page.goto(f"{url}/setup")
    await (
        page.get_by_role("navigation", name="Parts of the setup").get_by_role("link", name="Backups").click()
    )
    return page.get_by_role("region", name="Backups")


def grow_old(data: Path) -> None:
    """What was made lies some days back; done while the desk is stopped."""
    back = DAYS * 24 * 3600 * 1_000_000
    columns = ("began_at", "made_at", "verified_at", "looked_at")
    with closing(sqlite3.connect(data / "frontdesk.db")) as database, database:
        database.execute(f"UPDATE backup SET {', '.join(f'{name} = {name} - {back}' for name in columns)}")


async def test_admins_see_the_last_good_backup_and_all_who_oversee_are_warned_without_one(
    service: Service, desk: Desk, supervisor: Login, admin: Admin, browser: Browser
) -> None:
    """Made and verified, then the shelf is gone for days: said on the page, on the board and in the log, and
    not to agents; and no more once there is a new one."""
    url, web, faults = service.urls[0], service.webs[0], list[str]()
    await desk.employ(ADA, "Ada Backup", 100)
    lead, agent, page = [await person(browser, faults) for _ in range(3)]
    shelf, aside = service.folder / "backups", service.folder / "aside"
    await enter(page, url, service.admin, "setup")
    await asyncio.to_thread(run, frontdesk("backup", "create"), {"FRONTDESK_DATA": str(service.folder)})
    shown = await backups(page, url)
    await expect(shown.get_by_text("All is well")).to_be_visible()
    await expect(shown.get_by_text(re.compile("Verified up to(just now|.* ago)"))).to_be_visible()
    await expect(shown.get_by_role("listitem").first).to_contain_text("Verified")

    await asyncio.to_thread(web.stop)
    grow_old(service.folder)
    shelf.rename(aside)
    shelf.write_text("where the other disk was mounted")
    await asyncio.to_thread(web.start)
    await until(lambda: "backup_late" in web.output(), 20, "the log to warn")
    await until(lambda: "backup_failed" in web.output(), 20, "the log to say why")
    await enter(lead, url, supervisor, "board")
    await expect(lead.get_by_role("status").filter(has_text=TOO_OLD)).to_be_visible()
    await lead.goto(f"{url}/setup")
    await expect(lead.get_by_role("status").filter(has_text=TOO_OLD)).to_be_visible()
    await expect(lead.get_by_role("link", name="Teams")).to_be_visible()
    await expect(lead.get_by_role("link", name="Backups")).to_have_count(0)
    assert (await lead.request.get(f"{url}/api/backups")).status == 403
    await enter(agent, url, ADA, "console")
    await expect(agent.get_by_text("Available", exact=True)).to_be_visible()
    await expect(agent.get_by_text(TOO_OLD)).to_have_count(0)
    assert (await agent.request.get(f"{url}/api/backups/outlook")).status == 403
    await page.reload()
    await expect(shown.get_by_text("Needs attention")).to_be_visible()
    await expect(shown.get_by_text(TOO_OLD)).to_be_visible()
    known = await shown.get_by_role("definition").first.get_by_role("time").get_attribute("datetime")
    assert known is not None
    assert datetime.now(UTC) - datetime.fromisoformat(known) > timedelta(days=DAYS)

    await expect(shown.get_by_role("listitem").first).to_contain_text("Not made")
    await expect(shown.get_by_role("listitem").first).to_contain_text("opening the shelf")

    shelf.unlink()
    aside.rename(shelf)
    await asyncio.to_thread(run, frontdesk("backup", "create"), {"FRONTDESK_DATA": str(service.folder)})
    await page.reload()
    await expect(shown.get_by_text("All is well")).to_be_visible()
    await lead.goto(f"{url}/board")
    await expect(lead.locator(".age")).to_contain_text("Live")
    await expect(lead.get_by_text(TOO_OLD)).to_have_count(0)
    assert faults == []
