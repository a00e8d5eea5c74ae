"""Whole services: one process that is everything, or several web processes over parts of their own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import UNBOUNDED, Redis, Web, free_port, frontdesk, run
from web.replay.desk import Login, demo_login


@dataclass(frozen=True)
class Service:
    """A running demo desk: its data folder, its web processes, and an admin's login."""

    folder: Path
    webs: list[Web]
    admin: Login

    @property
    def urls(self) -> list[str]:
        return [web.url for web in self.webs]


@contextmanager
def single(folder: Path, **settings: str) -> Iterator[Service]:
    """`frontdesk serve --demo`: SQLite and an embedded Redis, nothing else."""
    port = free_port()
    environment = {**UNBOUNDED, "FRONTDESK_DATA": str(folder), **settings}
    web = Web(frontdesk("serve", "--demo"), environment, folder / "serve.log", port)
    try:
        web.start()
        yield Service(folder, [web], demo_login(folder / "demo.json"))
    finally:
        web.stop()


@contextmanager
def several(folder: Path, database_url: str, count: int = 2, redis_url: str = "") -> Iterator[Service]:
    """`frontdesk web` some times over, as a process manager starts it, with an external Redis: the one at
    `redis_url`, or one of their own."""
    with ExitStack() as stack:
        if not redis_url:
            redis = Redis(folder / "redis")
            redis.start()
            stack.callback(redis.kill)
            redis_url = redis.url
        environment = {
            **UNBOUNDED,
            "FRONTDESK_DATA": str(folder),
            "FRONTDESK_DEMO": "true",
            "REDIS_URL": redis_url,
            "DATABASE_URL": database_url,
        }
        run(frontdesk("migrate"), environment)
        webs = []
        for number in range(count):
            web = Web(frontdesk("web"), environment, folder / f"web-{number}.log", free_port())
            stack.callback(web.stop)
            web.begin()
            webs.append(web)
        for web in webs:
            web.become_ready()
        yield Service(folder, webs, demo_login(folder / "demo.json"))
        for web in webs:
            # All drain at once.
            web.terminate()
