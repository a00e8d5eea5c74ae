"""What every test may ask for: a real Redis, real databases, a real browser. See tests/fixtures/."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping

import pytest
import structlog
import uvloop

pytest_plugins = [
    "tests.fixtures.redis",
    "tests.fixtures.cluster",
    "tests.fixtures.postgresql",
    "tests.fixtures.database",
    "tests.fixtures.browser",
]


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """Logging is the process's, and a command that a test runs sets it up: give it back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on asyncio's own loop; those marked `both_loops` on uvloop, which serves, as well."""
    if item.get_closest_marker("both_loops"):
        return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop}
