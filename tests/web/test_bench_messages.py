"""`make bench`, as small as can be: what it counts and says, never how long anything took."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from rich.console import Console

from web.bench import (
    connections,
    cores,
    echo,
    ground,
    layers,
    machine,
    messages,
    ours,
    pairing,
    parts,
    tables,
)
from web.bench.book import Book
from web.bench.goals import all_goals
from web.bench.ground import Ground
from web.bench.line import Line
from web.bench.load import End, Load, Lost
from web.bench.plan import Plan
from web.bench.seeds import Crowd

PLAN = Plan(
    rounds=1,
    seconds=0.2,
    chats=2,
    rates=(20,),
    most_in_flight=16,
    idle=3,
    cut=2,
    settling_seconds=0,
    quiet_seconds=0,
)


@pytest.fixture
async def standing() -> AsyncIterator[Ground]:
    async with ground.running(cores.found()) as made:
        yield made


async def test_a_round_measures_the_service_with_everything_on(standing: Ground) -> None:
    """Chats are opened as people open them, every message arrives, and each process is accounted for."""
    book = Book()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Load]:
        async with ours.served(standing, "sqlite", Crowd(agents=2, visitors=2)) as desk:
            yield await ours.chats(desk, 2)

    await messages.measure(book, messages.SQLITE, opened, PLAN)
    assert not book.missing
    assert (book.median(messages.SQLITE, "rate") or 0) > 0
    assert set(book.medians(messages.SQLITE, "us@20:")) == {"us@20:redis", "us@20:service"}
    p50, p99 = (book.median(messages.SQLITE, name) or 0 for name in ("p50_ms@20", "p99_ms@20"))
    assert 0 < p50 <= p99
    assert {goal.verdict(book) for goal in all_goals() if goal.measured(book) is not None}


async def test_both_processes_of_two_have_chats_that_cross(standing: Ground) -> None:
    """A message comes through although its two sides are connected to different processes."""
    async with ours.served(standing, "sqlite", Crowd(agents=2, visitors=2), processes=2) as desk:
        load = await ours.chats(desk, 2, crossing=1.0)
        assert (await load.saturate(4, 0.2)).messages > 0


async def test_whoever_is_cut_comes_back_with_what_they_missed(standing: Ground) -> None:
    """Idle customers sign in with a cursor, are cut at once, and have resumed when their entry is there."""
    book = Book()
    await connections.measure(standing, book, PLAN)
    assert not book.missing
    assert book.median(connections.back(2), "value") is not None
    assert book.median(connections.over(3), "value") is not None


async def test_the_next_who_waits_is_paired_when_a_chat_ends(standing: Ground) -> None:
    """Time to paired is taken from both screens, for everybody who waits."""
    book = Book()
    await pairing.measure(standing, book, PLAN)
    assert (book.median(pairing.FREE, "value") or 0) > 0


async def test_a_refused_message_is_no_result(standing: Ground) -> None:
    """What was refused or has not arrived ends the measurement: a rate counts only what was done."""
    async with echo.served(standing) as (port, part):
        taken, refused = await Line.connect(port, "/"), await Line.connect(port, "/")
        good = End(taken, lambda number, body: echo.MESSAGE % body, echo.MESSAGE[:17])
        bad = End(refused, lambda number, body: echo.MESSAGE % body, b"never", refuses=echo.MESSAGE[:17])
        with pytest.raises(Lost, match="1 were refused and 0 did not arrive"):
            await Load([(good, good), (bad, bad)], [part]).saturate(2, 0.1)


async def test_the_echo_says_each_message_back(standing: Ground) -> None:
    """The limit of sockets is taken from messages that made the whole way."""
    async with echo.served(standing) as (port, part):
        taken = await (await echo.connections(port, part, 2)).saturate(2, 0.1)
    assert taken.messages > 0
    assert set(taken.cpu) == {"echo"}


async def test_a_failing_part_is_said_and_the_others_go_on(standing: Ground) -> None:
    """What cannot be measured stands in the table with its reason."""
    book = Book()

    async def fails(ground: Ground, book: Book, plan: Plan) -> None:
        raise OSError("no such thing")

    async def works(ground: Ground, book: Book, plan: Plan) -> None:
        book.note("a part", "value", 7)

    heard: list[str] = []
    await parts.one_by_one({"one": fails, "two": works}, standing, book, PLAN, heard.append)
    assert heard == ["one", "two"]
    console = Console(width=150, record=True, file=io.StringIO())
    for table in tables.every(book, PLAN):
        console.print(table)
    said = console.export_text()
    assert "OSError: no such thing" in said
    assert "7.00 [7.00–7.00]" in said
    assert msgspec.json.encode(book.as_builtins(machine.described(standing.cores, standing.folder)))


def test_a_sample_belongs_to_its_innermost_layer() -> None:
    """C code counts for the layer that called it, a library for itself, what nobody knows as other."""
    stacks = [
        "main (web/cli/__main__.py:1);run (uvloop/__init__.py:48) 3",
        "main (web/cli/__main__.py:1);run (uvloop/__init__.py:48);append (store/entries.py:9) 2",
        "main (web/cli/__main__.py:1);append (store/entries.py:9);do (sqlalchemy/engine/base.py:2) 4",
        "poll (<string>) 1",
    ]
    assert dict(layers.shares(stacks)) == {
        "SQLAlchemy": 40,
        "loop and kernel": 30,
        "store": 20,
        layers.OTHER: 10,
    }


def test_a_goal_says_how_the_figure_stands_to_floor_and_aim() -> None:
    """Higher is better for some and lower for others; what was not measured is not said to be reached."""
    book = Book()
    goals = {goal.name: goal for goal in all_goals()}
    rate, p50 = goals["durable messages a second, SQLite"], goals["p50 at 200 a second, SQLite"]
    assert (rate.verdict(book), p50.verdict(book)) == ("not measured", "not measured")
    said = []
    for rates, times in ((9_999, 1.51), (10_000, 1.5), (13_000, 0.8)):
        book = Book()
        book.note(messages.SQLITE, "rate", rates)
        book.note(messages.SQLITE, "p50_ms@200", times)
        said.append((rate.verdict(book), p50.verdict(book)))
    assert said == [("missed", "missed"), ("floor", "floor"), ("aim", "aim")]


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
async def test_frames_are_read_however_their_bytes_are_cut(step: int) -> None:
    """Short, long and very long frames come whole and in order, in whatever pieces they arrive."""
    bodies = [b"a" * 5, b"b" * 300, b"c" * 70_000, b""]
    heads = [struct.pack("!BB", 0x81, 5), struct.pack("!BBH", 0x81, 126, 300)]
    heads += [struct.pack("!BBQ", 0x81, 127, 70_000), struct.pack("!BB", 0x81, 0)]
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(
        map(b"".join, zip(heads, bodies, strict=True))
    )
    heard: list[bytes] = []
    line = Line(b"")
    line.on_frame = heard.append
    for at in range(0, len(stream), step):
        line.data_received(stream[at : at + step])
    await asyncio.wait_for(line.opened, 1)
    assert heard == bodies
