"""The service under test: its web processes, its worker, its Redis and its database, each to be harmed."""

import asyncio
import resource
import shutil
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from tests.e2e.processes import UNBOUNDED, Process, Redis, Web, free_port, frontdesk, run
from tests.faults.databases import Part
from web.replay.desk import Login, demo_login

WEBS: Final = 2
ENOUGH_DESCRIPTORS: Final = 4096


@dataclass(frozen=True)
class Build:
    """How a ground differs from the usual one.

    commands: the command line of a web process, by its number. environment: for all processes, and
    `environments` for one web process. descriptors: how many the first web process may have open.
    """

    commands: Mapping[int, Callable[[Path], list[str]]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[int, Callable[[Path], dict[str, str]]] = field(default_factory=dict)
    descriptors: int | None = None
    worker: bool = True


class Ground:
    """Use as an async context manager; everything is gone afterwards but the folder."""

    def __init__(self, folder: Path, database: Part, build: Build | None = None) -> None:
        self.folder = folder
        self.database = database
        self.build = build or Build()
        self.redis = Redis(folder / "redis")
        self._environment = {
            **UNBOUNDED,
            "FRONTDESK_DATA": str(folder / "data"),
            "FRONTDESK_DEMO": "true",
            "REDIS_URL": self.redis.url,
            "DATABASE_URL": database.url,
            **self.build.environment,
        }
        self.webs = [self._web(number) for number in range(WEBS)]
        self.worker = Process(frontdesk("worker"), self._environment, folder / "worker.log")
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Ground":
        self._stack.callback(self.redis.kill)
        self.redis.start()
        try:
            await asyncio.to_thread(run, frontdesk("migrate"), self._environment)
            for web in self.webs:
                self._stack.callback(web.kill)
                web.begin()
                # The first one makes the demo desk; two at once would make it twice.
                await asyncio.to_thread(web.become_ready)
            if self.build.worker:
                self._stack.callback(self.worker.kill)
                self.worker.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._end)
        await self._stack.aclose()

    @property
    def urls(self) -> list[str]:
        return [web.url for web in self.webs]

    @property
    def admin(self) -> Login:
        return demo_login(self.folder / "data" / "demo.json")

    def logs(self) -> list[Path]:
        return [*(web.log for web in self.webs), self.worker.log]

    async def restart(self, process: Process) -> None:
        """Start a process that has ended, and wait until it serves."""
        await asyncio.to_thread(process.start)

    async def empty_redis(self) -> None:
        """Kill it, forget its files, start it again."""
        self.redis.kill()
        await asyncio.to_thread(shutil.rmtree, self.folder / "redis" / "appendonlydir", True)
        self.redis.start()

    def _web(self, number: int) -> Web:
        command = (
            self.build.commands[number](self.folder) if number in self.build.commands else frontdesk("web")
        )
        environment = dict(self._environment)
        if number in self.build.environments:
            environment |= self.build.environments[number](self.folder)
        log = self.folder / f"web-{number}.log"
        limit = self._limit if number == 0 and self.build.descriptors is not None else None
        return Web(command, environment, log, free_port(), limit)

    def _limit(self) -> None:
        assert self.build.descriptors is not None
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.build.descriptors, ENOUGH_DESCRIPTORS))

    def _end(self) -> None:
        """Ask all to stop at once, so that one does not wait for the other's goodbye."""
        processes: list[Process] = [*self.webs, self.worker]
        for process in processes:
            if process.running:
                process.thaw()
                process.terminate()
        for process in processes:
            process.join()
