"""The command line, as processes: what it starts, says and leaves."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from web.cli.welcoming import address
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **values: str) -> dict[str, str]:
    """A child's environment with a data folder of its own, and none of ours that settings read."""
    names = ("PORT", "REDIS_URL", "DATABASE_URL")
    kept = {k: v for k, v in os.environ.items() if k not in names and not k.startswith("FRONTDESK_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "FRONTDESK_DATA": str(folder), **values}


async def frontdesk(folder: Path, *arguments: str, **values: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "web.cli", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(folder, **values),
    )


async def said(folder: Path, *arguments: str, typed: str = "", **values: str) -> tuple[int | None, str]:
    """Run a command to its end: its status and all that it printed."""
    process = await frontdesk(folder, *arguments, **values)
    output, _ = await process.communicate(typed.encode())
    return process.returncode, output.decode()


async def line_with(process: asyncio.subprocess.Process, words: str) -> str:
    """Read until a line holds `words`. Fails with everything printed when there is none."""
    assert process.stdout is not None
    seen = ""
    while line := (await process.stdout.readline()).decode():
        seen += line
        if words in line:
            return line
    pytest.fail(f"it ended without saying {words!r}:\n{seen}")


@asynccontextmanager
async def serving(folder: Path, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`frontdesk serve` on a free port, and its address; stopped at the end if it still runs."""
    process = await frontdesk(folder, "serve", "--port", "0", *arguments)
    try:
        line = await line_with(process, "/console")
        yield process, line.split()[-1].removesuffix("/console")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_serve_runs_everything_and_leaves_nothing(tmp_path: Path, end: signal.Signals) -> None:
    """Pages answer, database and Redis are ready; after any end no process is left."""
    async with serving(tmp_path) as (process, url), httpx2.AsyncClient() as client:
        assert (await client.get(f"{url}/healthz")).status_code == 200
        assert (await client.get(f"{url}/readyz")).status_code == 200
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) == 1
        process.send_signal(end)
        status = await process.wait()
        assert status == (-signal.SIGKILL if end == signal.SIGKILL else 0)
        await asyncio.to_thread(psutil.wait_procs, children, 10)
        assert not any(child.is_running() for child in children)


async def test_a_second_start_keeps_what_was_there(tmp_path: Path) -> None:
    """The demo's logins are the same, so the accounts are, too."""
    async with serving(tmp_path, "--demo") as (first, _):
        line = await line_with(first, "ada@")
    async with serving(tmp_path, "--demo") as (second, _):
        assert await line_with(second, "ada@") == line


async def test_a_leash_ends_serve_with_its_parent(tmp_path: Path) -> None:
    """Even one that was killed: a shell stands for `make run`."""
    command = f"{sys.executable} -m web.cli serve --port 0 --leash; true"
    parent = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(tmp_path),
    )
    await line_with(parent, "/console")
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) == 2
    parent.kill()
    await parent.communicate()
    await asyncio.to_thread(psutil.wait_procs, family, 10)
    assert not any(process.is_running() for process in family)


async def test_a_port_or_a_folder_in_use_is_told(tmp_path: Path) -> None:
    """In a sentence: for a port before anything is started, for a folder before its files are opened."""
    async with serving(tmp_path / "one") as (_, url):
        port = url.rpartition(":")[2]
        status, output = await said(tmp_path / "two", "serve", "--port", port)
        assert (status, f"Cannot listen on 127.0.0.1 port {port}" in output) == (1, True)
        assert not (tmp_path / "two").exists()
        status, output = await said(tmp_path / "one", "serve", "--port", "0")
        assert (status, "Another Frontdesk uses" in output) == (1, True)


async def test_a_demo_stays_on_loopback(tmp_path: Path) -> None:
    """Known passwords never listen to the world."""
    status, output = await said(tmp_path, "serve", "--demo", "--host", "0.0.0.0", "--port", "0")
    assert status == 1
    assert "loopback" in output


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_a_part_alone_needs_a_redis_to_share(tmp_path: Path, command: str) -> None:
    """And says what to do instead."""
    status, output = await said(tmp_path, command)
    assert status == 2
    assert "REDIS_URL" in output
    assert "frontdesk serve" in output


async def test_a_wrong_variable_is_told_by_name(tmp_path: Path) -> None:
    """Without a traceback."""
    status, output = await said(tmp_path, "serve", PORT="lots")
    assert status == 2
    assert "PORT: Input should be a valid integer" in output
    assert "Traceback" not in output


async def test_staff_are_added_listed_and_disabled(tmp_path: Path) -> None:
    """The whole life of an account, on a desk that runs: whoever is disabled is out at once."""
    password = "a long enough password"
    async with serving(tmp_path) as (_, url), httpx2.AsyncClient(headers={"origin": url}) as client:
        added = await said(
            tmp_path,
            "staff",
            "add",
            "Ann@Example.com",
            "--name",
            "Ann",
            "--role",
            "admin",
            typed=f"{password}\n",
        )
        assert added == (0, "Ann can sign in as ann@example.com, admin.\n")
        login = {"email": "ann@example.com", "password": password}
        assert (await client.post(f"{url}/api/session", json=login)).status_code == 201
        assert (await client.get(f"{url}/api/session")).status_code == 200
        assert await said(tmp_path, "staff", "disable", "ann@example.com") == (
            0,
            "Ann can no longer sign in.\n",
        )
        assert (await client.get(f"{url}/api/session")).status_code == 401
    assert "disabled" in (await said(tmp_path, "staff", "list", "--all"))[1]


async def test_a_short_password_is_refused(tmp_path: Path) -> None:
    """Before anything is made."""
    status, output = await said(
        tmp_path / "data", "staff", "add", "ann@example.com", "--name", "Ann", typed="short\n"
    )
    assert status == 2
    assert "A password has" in output
    assert not (tmp_path / "data").exists()


async def test_the_doctor_says_how_everything_is(tmp_path: Path) -> None:
    """A line a part; the status tells whether something is wrong."""
    status, output = await said(tmp_path, "doctor", REDIS_URL="redis://127.0.0.1:1")
    assert status == 1
    for part in ("files", "database", "redis", "clock", "mail", "screens"):
        assert part in output
    assert "does not answer" in output


async def test_honcho_runs_the_procfile(tmp_path: Path, redis_url: str, redis_prefix: str) -> None:
    """Release, web and worker as processes of their own; a signal ends them all."""
    values = {
        "REDIS_URL": redis_url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/desk.db",
        "FRONTDESK_REDIS_PREFIX": redis_prefix,
        "FRONTDESK_LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }
    bin = Path(sys.executable).parent
    honcho = await asyncio.create_subprocess_exec(
        *(
            str(bin / "honcho"),
            "start",
            "--no-colour",
            "--no-prefix",
            "-f",
            str(ROOT / "Procfile"),
            "-p",
            "0",
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        env=environment(tmp_path, **values),
    )
    try:
        line = await line_with(honcho, "/console")
        url = line.split()[-1].removesuffix("/console")
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{url}/readyz")).status_code == 200
        family = psutil.Process(honcho.pid).children(recursive=True)
        assert {"migrate", "web", "worker"} <= {part for child in family for part in child.cmdline()}
    finally:
        honcho.terminate()
        await honcho.communicate()
    await asyncio.to_thread(psutil.wait_procs, family, 15)
    assert not any(process.is_running() for process in family)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "::1", "port": 80}, "http://[::1]:80"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"public_url": "https://chat.example.com"}, "https://chat.example.com"),
    ],
)
def test_the_address_is_one_to_open(values: dict[str, object], shown: str) -> None:
    """Whatever we listen on."""
    assert address(Settings(port=8000).changed(**values)) == shown
