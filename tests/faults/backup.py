"""The drill: a backup made while a replay runs at full speed, put back elsewhere, and read there.

`python -m tests.faults.backup --database sqlite --conversations 2000 --file dialogues.jsonl`: every thread of
the restored desk is compared, message by message, with what the replay's clients had been told is stored
before the backup began. All of it is done by the commands that an operator has.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final

import httpx2
import msgspec
import typer
from msgspec import Struct

from chat.protocol.commands import FetchEntries
from chat.protocol.events import EntriesFetched
from tests.clients.listener import fresh
from tests.e2e import people, services
from tests.e2e.processes import UNBOUNDED, Web, free_port, frontdesk, inherited
from tests.faults import databases
from tests.faults.databases import Kind, Postgresql
from tests.faults.waiting import until
from web.replay import journal
from web.replay.cli import OWN
from web.replay.customer import NEWEST, PAGE
from web.replay.desk import Colleague, Desk, Login, demo_login
from web.replay.dialogues import Side
from web.replay.journal import Ack
from web.replay.screen import Line, line_of

START_SECONDS: Final = 600.0
READING: Final = 8
"""Threads read at once from the restored desk."""
Threads = Mapping[str, list[Line]]


class Load(Struct, frozen=True, kw_only=True):
    """What is played, and after how many acknowledgements the backup begins."""

    file: Path = OWN
    conversations: int = 40
    agents: int = 4
    capacity: int = 3
    before: int = 50


class Difference(Struct):
    """How restored threads differ from the journal; all zero for a sound backup."""

    missing: int = 0
    """Acknowledged before the backup began, and not there."""
    altered: int = 0
    """There at an acknowledged seq, and not what was acknowledged."""
    twice: int = 0
    """Stands more than once."""
    foreign: int = 0
    """Was never acknowledged to anybody, although the replay came to its end."""


class Outcome(Struct, kw_only=True):
    """What a drill came to. Times in seconds, the size in bytes."""

    database: str
    messages: int
    messages_per_second: float
    delivery_p99_ms: float
    acked_before: int
    acked_meanwhile: int
    restored: int
    make_seconds: float
    size: int
    verify_seconds: float
    restore_seconds: float
    difference: Difference
    good: bool


class DrillError(Exception):
    """A command did not do what it promises; the text is what it said."""


def compare(acks: Iterable[Ack], began_at: float, threads: Threads) -> Difference:
    """Pure: every message that was acknowledged by `began_at` (Unix seconds) has to stand in its thread, at
    its seq, as it was said, once; and nothing stands there that nobody was told of."""
    told: dict[tuple[str, int], Ack] = {(ack.conversation_id, ack.seq): ack for ack in acks}
    found: defaultdict[tuple[str, int], list[tuple[Side, str]]] = defaultdict(list)
    for conversation_id, lines in threads.items():
        for line in lines:
            found[conversation_id, line.seq].append((line.side, line.body))
    different = Difference()
    for key, ack in told.items():
        there = found.get(key, [])
        different.missing += not there and ack.at <= began_at
        different.altered += bool(there) and (ack.side, ack.body) not in there
        different.twice += max(0, len(there) - 1)
    different.foreign = sum(key not in told for key in found)
    return different


class Drill:
    """One desk, its backup, and the desk made of it. `urls`: of both their databases, for PostgreSQL."""

    def __init__(self, folder: Path, urls: tuple[str, str] | None = None, programs: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.elsewhere = folder / "elsewhere"
        self.acks = folder / "acks.jsonl"
        self.data.mkdir()
        self.elsewhere.mkdir()
        first, second = [{}, {}] if urls is None else [{"DATABASE_URL": url} for url in urls]
        common = {"FRONTDESK_POSTGRESQL_BIN": programs} if programs else {}
        self.carried = folder / "carried"
        shelf = {"FRONTDESK_BACKUP_FOLDER": str(self.carried), "FRONTDESK_BACKUP_HOURS": "0"}
        self.settings: dict[str, str] = {**common, **first}
        self.settings_elsewhere: dict[str, str] = {**common, **second, **shelf}

    async def perform(self, kind: Kind, load: Load) -> Outcome:
        """Play, back up, restore, read, compare. Raises `DrillError`, `TooLate`."""
        with services.single(self.data, **self.settings) as service:
            async with self._playing(service.urls[0], load) as replay:
                began_at = time.time()
                made = await self._timed("backup", "create", "--no-verify")
                done_at = time.time()
                name = self._carried(made[1])
                still = replay.returncode is None
                report = await self._ended(replay)
            listed = await self._timed("backup", "list", elsewhere=True)
            if name not in listed[1]:
                raise DrillError(f"{name} is not listed:\n{listed[1]}")
            verified = await self._timed("backup", "verify", str(self.carried / name))
        if not still:
            raise DrillError("the replay was over before the backup was made: play more conversations")
        if "restored and compared" not in verified[1]:
            raise DrillError(verified[1])
        restored = await self._timed("backup", "restore", name, elsewhere=True)
        told = journal.read(self.acks)
        threads = await self._read(sorted({ack.conversation_id for ack in told}))
        different = compare(told, began_at, threads)
        size = sum(part.stat().st_size for part in (self.carried / name).rglob("*") if part.is_file())
        before = sum(ack.at <= began_at for ack in told)
        return Outcome(
            database=kind,
            messages=report.messages,
            messages_per_second=report.messages_per_second,
            delivery_p99_ms=report.delivery_p99_ms,
            acked_before=before,
            acked_meanwhile=sum(began_at < ack.at <= done_at for ack in told),
            restored=sum(len(lines) for lines in threads.values()),
            make_seconds=made[0],
            size=size,
            verify_seconds=verified[0],
            restore_seconds=restored[0],
            difference=different,
            good=report.good and before >= load.before and different == Difference(),
        )

    def _carried(self, said: str) -> str:
        """Carry the backup that `create` spoke of to the other machine's shelf; its name. The desk keeps its
        own, and throws away of those of one hour all but the newest."""
        name: str = re.findall(r"\d{8}T\d{6}Z-\w+", said)[0]
        shutil.copytree(self.data / "backups" / name, self.carried / name)
        return name

    @asynccontextmanager
    async def _playing(self, url: str, load: Load) -> AsyncIterator[asyncio.subprocess.Process]:
        """The replay, once enough of it is acknowledged; killed at the end where it still plays."""
        counts = ("--conversations", load.conversations, "--agents", load.agents, "--capacity", load.capacity)
        places = ("--url", url, "--data", self.data, "--journal", self.acks, "--json")
        with (self.folder / "replay.json").open("wb") as said, (self.folder / "replay.log").open("wb") as log:
            replay = await asyncio.create_subprocess_exec(
                *frontdesk("replay", str(load.file), *map(str, counts), *map(str, places)),
                env=inherited(),
                stdout=said,
                stderr=log,
            )

        def under_way() -> bool:
            if replay.returncode is not None:
                raise DrillError((self.folder / "replay.log").read_text())
            return self.acks.exists() and self.acks.read_bytes().count(b"\n") >= load.before

        try:
            await until(under_way, START_SECONDS, f"{load.before} messages to be acknowledged", 0.1)
            yield replay
        finally:
            if replay.returncode is None:
                replay.kill()
                await replay.wait()

    async def _ended(self, replay: asyncio.subprocess.Process) -> "_Report":
        await replay.wait()
        try:
            return msgspec.json.decode((self.folder / "replay.json").read_bytes(), type=_Report)
        except msgspec.MsgspecError as error:
            raise DrillError((self.folder / "replay.log").read_text()) from error

    async def _timed(self, *arguments: str, elsewhere: bool = False) -> tuple[float, str]:
        """Run a command; how long it took, and what it said."""
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *frontdesk(*arguments),
            env={**inherited(), **self._environment(elsewhere=elsewhere)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise DrillError(f"{' '.join(arguments)} ended with {process.returncode}:\n{output.decode()}")
        return round(time.monotonic() - began, 2), output.decode()

    def _environment(self, *, elsewhere: bool) -> dict[str, str]:
        data = self.elsewhere if elsewhere else self.data
        settings = self.settings_elsewhere if elsewhere else self.settings
        return {"FRONTDESK_DATA": str(data), **settings}

    async def _read(self, conversation_ids: list[str]) -> Threads:
        """The public threads of the restored desk, over its socket, as its admin reads them."""
        # The accounts are the backup's; the file only says which passwords they have.
        shutil.copy(self.data / "demo.json", self.elsewhere)
        admin = demo_login(self.elsewhere / "demo.json")
        environment = {**UNBOUNDED, **self._environment(elsewhere=True)}
        web = Web(frontdesk("serve", "--demo"), environment, self.folder / "elsewhere.log", free_port())
        try:
            web.start()
            return await _threads(web.url, admin, conversation_ids)
        finally:
            web.stop()


class _Report(Struct):
    messages: int
    messages_per_second: float
    delivery_p99_ms: float
    good: bool


async def _threads(url: str, admin: Login, conversation_ids: list[str]) -> Threads:
    cookie = await _cookie(url, admin)
    async with Desk([url]) as desk, httpx2.AsyncClient(headers={"cookie": cookie}) as client:
        reader = await people.staff(desk, Colleague("", cookie))
        reading = asyncio.Semaphore(READING)

        async def read(conversation_id: str) -> list[Line]:
            async with reading:
                found = await client.get(f"{url}/api/conversations/{conversation_id}")
            if found.status_code == HTTPStatus.NOT_FOUND:
                return []  # it began after the backup, or is missing whole
            found.raise_for_status()
            lines: list[Line] = []
            before = NEWEST
            while True:
                asked = FetchEntries(ref=fresh(), conversation_id=conversation_id, before=before, limit=PAGE)
                async with reading:
                    page = await reader.ask(asked)
                assert isinstance(page, EntriesFetched)
                lines = [line for entry in page.entries if (line := line_of(entry)) is not None] + lines
                if not page.more:
                    return lines
                before = page.entries[0].seq

        read_all = await asyncio.gather(*map(read, conversation_ids))
        await reader.close()
        return dict(zip(conversation_ids, read_all, strict=True))


async def _cookie(url: str, login: Login) -> str:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(
            f"{url}/api/session", json=msgspec.to_builtins(login), headers={"origin": url}
        )
        answer.raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


async def perform(kind: Kind, load: Load, folder: Path) -> Outcome:
    """A drill on new databases, in `folder`. Raises `DrillError`, `TooLate`."""
    if kind == "sqlite":
        return await Drill(folder).perform(kind, load)
    async with databases.running() as server:
        first, second = await Postgresql.create(server), await Postgresql.create(server)
        return await Drill(folder, (first.url, second.url), str(server.binaries)).perform(kind, load)


def main(
    database: Annotated[Kind, typer.Option(help="Which database.")] = "sqlite",
    file: Annotated[Path, typer.Option(help="Dialogues, one JSON object a line.")] = OWN,
    conversations: Annotated[int, typer.Option(min=1)] = 1000,
    agents: Annotated[int, typer.Option(min=1)] = 20,
    capacity: Annotated[int, typer.Option(min=1)] = 4,
    before: Annotated[int, typer.Option(min=1, help="Acknowledgements until the backup begins.")] = 5000,
) -> None:
    """Status 0 when nothing that was acknowledged before the backup is missing or different."""
    load = Load(file=file, conversations=conversations, agents=agents, capacity=capacity, before=before)
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    outcome = asyncio.run(perform(database, load, folder))
    sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
    if outcome.good:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        sys.stderr.write(f"What there is to look at lies in {folder}.\n")
    raise typer.Exit(0 if outcome.good else 1)


if __name__ == "__main__":
    typer.run(main)
