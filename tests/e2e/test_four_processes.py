"""Four web processes, a Cluster of three nodes, PostgreSQL: a chat is one chat, wherever its people are."""

import asyncio
import re
import urllib.request
from pathlib import Path

import pytest

from chat.protocol.commands import Cursor
from chat.protocol.events import EntryAppended
from tests.clients import Listener
from tests.e2e import people, services
from tests.e2e.people import SITE, Pair
from tests.e2e.processes import Web
from tests.fixtures.cluster import RunningCluster
from web.replay.desk import Desk

LINES = 20
"""That each side says at a time."""


def entries_heard(web: Web) -> int:
    """How many lines of threads the process has heard of other processes, by its own count."""
    with urllib.request.urlopen(f"{web.url}/metrics", timeout=5) as answer:
        page = answer.read().decode()
    assert "frontdesk_hints_unheld 0.0" in page
    found = re.search(r'^frontdesk_hints_heard_total\{kind="entry"\} (\S+)$', page, re.MULTILINE)
    return int(float(found[1])) if found else 0


async def counts(webs: list[Web]) -> list[int]:
    return [await asyncio.to_thread(entries_heard, web) for web in webs]


async def say(speaker: Listener, conversation_id: str, who: str) -> None:
    for number in range(LINES):
        await speaker.say(conversation_id, f"{who} {number}")


async def talk(*pairs: Pair) -> None:
    """Both sides of all pairs speak at once."""
    sides = [(pair, side) for pair in pairs for side in (pair.customer, pair.agent)]
    await asyncio.gather(
        *(say(side, pair.conversation_id, f"{index}") for index, (pair, side) in enumerate(sides))
    )


async def read_until(listener: Listener, after: int, last: int) -> None:
    """Take every line that came, which are those between the two, each once and in order."""
    for seq in range(after + 1, last + 1):
        assert (await listener.expect(EntryAppended)).entry.seq == seq


async def head(pair: Pair, speaker: Listener) -> int:
    return (await speaker.say(pair.conversation_id, "so far")).seq


@pytest.mark.timeout(120)
async def test_a_process_hears_what_it_holds_and_nothing_else_and_may_die(
    service_folder: Path, postgresql_url: str, cluster: RunningCluster
) -> None:
    """Customers at one process, agents at the next; every line crosses, in order and without a gap. The
    process of a customer is killed; at another one the chat goes on where it was."""
    with services.several(service_folder, postgresql_url, 4, redis_url=cluster.url) as service:
        at = [Desk([url]) for url in service.urls]
        async with at[0], at[1], at[2], at[3]:
            for desk in at:
                await desk.sign_in(service.admin)
            async with people.pair(at[1], agent_at=at[2]) as kept, people.pair(at[0], agent_at=at[1]) as cut:
                before = await counts(service.webs)
                starts = [await head(pair, pair.customer) for pair in (kept, cut)]
                await talk(kept, cut)
                ends = [await head(pair, pair.customer) for pair in (kept, cut)]
                for pair, start, end in zip((kept, cut), starts, ends, strict=True):
                    await read_until(pair.customer, 0, end)
                    await pair.agent.expect(EntryAppended, people.said(start))
                    await read_until(pair.agent, start, end)
                heard = [now - then for now, then in zip(await counts(service.webs), before, strict=True)]
                # A customer's two words more are those that `head` says.
                assert heard == [LINES, (LINES + 2) + LINES, LINES + 2, 0]

                service.webs[0].kill()
                back = await again(at[3], cut, ends[1])
                await asyncio.gather(talk(kept), talk(Pair(back, cut.token, cut.agent, cut.conversation_id)))
                await read_until(back, ends[1], end := await head(cut, back))
                await read_until(cut.agent, ends[1], end)
                assert await asyncio.to_thread(entries_heard, service.webs[3]) == LINES
                cut.customer = back


async def again(desk: Desk, pair: Pair, seen: int) -> Listener:
    """The customer comes back, at another process, having seen so much; the agent has gone on speaking."""
    await say(pair.agent, pair.conversation_id, "meanwhile")
    back = await people.connect(desk, "/ws/visitor")
    await back.visit(SITE, pair.token, [Cursor(conversation_id=pair.conversation_id, public=seen)])
    return back
