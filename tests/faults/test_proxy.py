"""The proxy does what it is told to, on real sockets, and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy
from tests.faults.waiting import until


class Echo:
    """A server that answers what it hears, and notes the pieces in which it came."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.ends = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                self.pieces.append(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.ends += 1
            writer.close()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with Proxy((host, port)) as running:
        yield running
    server.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Ends]]


@pytest.fixture
async def connect(proxy: Proxy) -> AsyncIterator[Connect]:
    """Opens connections to the proxy, which are gone after the test."""
    opened: list[Ends] = []

    async def one() -> Ends:
        opened.append(await asyncio.open_connection("127.0.0.1", proxy.port))
        return opened[-1]

    yield one
    for _, writer in opened:
        await closed(writer)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def said(ends: Ends, text: bytes, timeout_seconds: float = 5.0) -> bytes:
    """What comes back for `text`. Raises what the connection does."""
    reader, writer = ends
    writer.write(text)
    async with asyncio.timeout(timeout_seconds):
        return await reader.readexactly(len(text))


async def gone(ends: Ends) -> bool:
    """Whether the connection ends, by a reset or by the other side's goodbye."""
    try:
        async with asyncio.timeout(5):
            return await ends[0].read(1) == b""
    except OSError:
        return True


async def test_a_proxy_left_alone_changes_nothing(proxy: Proxy, connect: Connect) -> None:
    """Bytes pass both ways, in order, and a goodbye passes too."""
    ends = await connect()
    text = bytes(range(256)) * 1000
    assert await said(ends, text) == text
    ends[1].write_eof()
    assert await gone(ends)
    assert proxy.accepted == 1


async def test_a_delay_makes_late_and_keeps_the_order(proxy: Proxy, connect: Connect) -> None:
    """Each way costs the delay once."""
    ends = await connect()
    proxy.delay_seconds = 0.1
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await said(ends, b"one two three") == b"one two three"
    assert loop.time() - began >= 0.2


async def test_a_dribble_arrives_byte_by_byte(proxy: Proxy, echo: Echo, connect: Connect) -> None:
    """No two bytes of the client in one read of the server, nearly always."""
    ends = await connect()
    proxy.dribble = True
    text = bytes(range(100))
    assert await said(ends, text) == text
    assert len(echo.pieces) > 50


async def test_what_is_swallowed_never_arrives_and_nobody_is_told(
    proxy: Proxy, echo: Echo, connect: Connect
) -> None:
    """The connection stands, writes succeed, and the server hears only what comes after."""
    ends = await connect()
    assert await said(ends, b"before") == b"before"
    proxy.swallowing = True
    ends[1].write(b"lost")
    await ends[1].drain()
    other = await connect()
    other[1].write(b"lost as well")
    await until(lambda: proxy.swallowed == len(b"lost" + b"lost as well"), 5, "the proxy to swallow both")
    proxy.swallowing = False
    assert await said(ends, b"after") == b"after"
    assert b"".join(echo.pieces) == b"beforeafter"
    assert echo.ends == 0


async def test_nobody_hears_of_an_end_that_is_swallowed(proxy: Proxy, echo: Echo, connect: Connect) -> None:
    """The client goes away, and to the server the connection stands as before: half-open."""
    ends = await connect()
    await said(ends, b"here")
    proxy.swallowing = True
    ends[1].transport.abort()
    other = await connect()
    other[1].write(b"swallowed")
    await until(lambda: proxy.swallowed == len(b"swallowed"), 5, "the proxy to read on")
    assert echo.ends == 0


async def test_a_cut_resets_both_sides(proxy: Proxy, echo: Echo, connect: Connect) -> None:
    """All that stand are cut, and the next connection is as good as new."""
    pair = [await connect(), await connect()]
    for ends in pair:
        await said(ends, b"here")
    assert proxy.cut() == 2
    assert [await gone(ends) for ends in pair] == [True, True]
    assert await said(await connect(), b"again") == b"again"
    await until(lambda: echo.ends == 2, 5, "the server to see both ends")


async def test_a_cut_after_some_bytes_lets_exactly_those_pass(
    proxy: Proxy, echo: Echo, connect: Connect
) -> None:
    """The server has the first half of what was said, and no more."""
    ends = await connect()
    proxy.cut_after(5)
    ends[1].write(b"half of it")
    assert await gone(ends)
    await until(lambda: echo.ends == 1, 5, "the server to see the end")
    assert b"".join(echo.pieces) == b"half "


async def test_a_refusing_proxy_takes_nobody_and_leaves_who_is_there(proxy: Proxy, connect: Connect) -> None:
    """New connections are reset, the standing one goes on."""
    ends = await connect()
    await said(ends, b"in")
    proxy.refusing = True
    assert await gone(await connect())
    assert await said(ends, b"still in") == b"still in"


async def test_a_proxy_that_stops_reading_holds_up_and_loses_nothing(
    proxy: Proxy, echo: Echo, connect: Connect
) -> None:
    """What was written meanwhile comes when it reads on."""
    ends = await connect()
    await said(ends, b"first")
    proxy.stop_reading()
    text = b"x" * 4_000_000
    saying = asyncio.create_task(said(ends, text, 20))
    done, _ = await asyncio.wait({saying}, timeout=0.2)
    assert not done
    assert sum(map(len, echo.pieces)) < len(text)
    proxy.read_on()
    assert await saying == text


async def test_a_proxy_serves_unix_sockets(echo: Echo, tmp_path: Path) -> None:
    """As the database and Redis listen there."""
    far, near = tmp_path / "far", tmp_path / "near"
    server = await asyncio.start_unix_server(echo.serve, far)
    async with Proxy(far, near):
        ends = await asyncio.open_unix_connection(near)
        assert await said(ends, b"through") == b"through"
        await closed(ends[1])
    server.close()


async def test_a_target_that_is_away_is_felt_as_a_reset(tmp_path: Path) -> None:
    """No connection stands where there is nothing behind."""
    async with Proxy(tmp_path / "nobody") as proxy:
        ends = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await gone(ends)
        assert proxy.open_links == 0
        await closed(ends[1])
