"""A service for the tests of a module, and a signed-in admin for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e import services
from tests.e2e.services import Service
from web.replay.desk import Desk


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`frontdesk serve --demo` with a folder of its own, shared by the tests of a module."""
    with services.single(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def service_folder(tmp_path: Path) -> Path:
    """An empty folder for a service of this test's own."""
    folder = tmp_path / "service"
    folder.mkdir()
    return folder


@pytest.fixture
async def desk(service: Service) -> AsyncIterator[Desk]:
    """The desk's HTTP interface with an admin signed in."""
    async with Desk(service.urls) as opened:
        await opened.sign_in(service.admin)
        yield opened
