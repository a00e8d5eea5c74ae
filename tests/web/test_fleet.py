"""Several web processes on one port: all answer, who ends is replaced, all end together."""

import asyncio
import os
import sys
from pathlib import Path

import httpx2
import psutil
import pytest

from chat.protocol.events import Closing
from tests.clients import Listener
from tests.web.test_cli import line_with, said, serving
from web import demo, fleet
from web.fleet import Member
from web.port import Port

SOCKETS = 12
"""So many that the kernel hardly gives all of them to one of two processes."""


async def visitors(url: str) -> list[Listener]:
    """Widgets that have said hello, wherever the kernel put them."""
    async with httpx2.AsyncClient(base_url=url, headers={"origin": url}) as client:
        answers = [await client.post("/api/visitors", json={"site": demo.SITE_KEY}) for _ in range(SOCKETS)]
    listeners = [Listener() for _ in answers]
    for listener, answer in zip(listeners, answers, strict=True):
        await listener.open(url.replace("http", "ws") + "/ws/visitor", origin=url)
        await listener.visit(demo.SITE_KEY, answer.json()["token"])
    return listeners


def webs(parent: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(parent).children() if "one-of-several" in one.cmdline()]


@pytest.mark.timeout(60)
async def test_a_killed_process_is_replaced_and_a_signal_drains_all(tmp_path: Path) -> None:
    """The others' sockets never notice; at SIGTERM all are told, at each process, and nothing is left."""
    async with serving(tmp_path, "--demo", "--processes", "2") as (process, url):
        first, second = webs(process.pid)
        listeners = await visitors(url)
        held = [len(one.net_connections()) for one in (first, second)]
        assert min(held) > 1, "both processes answer the port"
        first.kill()
        assert '"status": -9' in await line_with(process, "web_process_ended")
        await line_with(process, "web_process_ready")
        async with asyncio.timeout(10):
            while sum(listener.lost.done() for listener in listeners) < held[0] - 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stayed = [listener for listener in listeners if not listener.lost.done()]
        came = await visitors(url)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(webs(process.pid)) == 2
        process.terminate()
        for listener in (*stayed, *came):
            assert (await listener.expect(Closing)).reason == "restart"
        assert await process.wait() == 0
        await asyncio.to_thread(psutil.wait_procs, family, 10)
        assert not any(one.is_running() for one in family)


async def test_a_process_that_cannot_start_ends_them_all_in_a_sentence(tmp_path: Path) -> None:
    """What every start would end with is not tried again for ever."""
    status, output = await said(
        tmp_path, "serve", "--port", "0", "--processes", "2", FRONTDESK_SECRET="short"
    )
    assert status == 1
    assert "FRONTDESK_SECRET holds less than" in output
    assert "before it was ready" in output


async def test_who_keeps_failing_gets_no_connections_meanwhile() -> None:
    """Its socket is closed during the pause; it is started again after it."""
    program = "import os, sys; os.write(int(sys.argv[3]), b'1'); sys.exit(3)"
    with Port("127.0.0.1", 0) as port:
        member = Member(1, [sys.executable, "-c", program], dict(os.environ), port)
        stopping = asyncio.Event()
        keeping = asyncio.create_task(member.keep(stopping))
        await member.ready.wait()
        pids: set[int] = set()
        async with asyncio.timeout(20):
            refused = False
            while not refused or len(pids) < 3:
                assert member._process is not None
                pids.add(member._process.pid)
                refused = await refuses(port.number) or refused
        stopping.set()
        await keeping


async def refuses(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return True
    writer.close()
    return False


def test_the_pause_grows_with_each_short_life_up_to_a_bound() -> None:
    """And there is none after a steady one."""
    pauses = [fleet.pause_seconds(failures) for failures in (0, 1, 2, 3, 40)]
    assert pauses == [0, 0.5, 1, 2, fleet.LONGEST_PAUSE_SECONDS]


def test_a_port_that_others_may_share_is_still_one_desk_s() -> None:
    """Two desks of one user would otherwise take each other's connections."""
    with Port("127.0.0.1", 0) as port, port.listen(), pytest.raises(OSError, match="in use"):
        Port("127.0.0.1", port.number)
