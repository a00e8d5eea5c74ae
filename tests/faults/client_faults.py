"""Rows that harm clients and the network to them: half-open, cut, slow, all at once, frozen, in two tabs."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import psutil

from chat.protocol.events import AnyEvent
from tests.e2e.processes import ROOT, inherited
from tests.faults.agent import Agent
from tests.faults.evidence import Evidence
from tests.faults.proxy import Proxy
from tests.faults.records import Answered
from tests.faults.rows import Row
from tests.faults.stage import Crowd, Stage
from tests.faults.waiting import TooLate, until
from web.processes import dies_with_parent
from web.replay.session import Door

LEASE_SECONDS: Final = 20.0
BACK_IN_LINE_SECONDS: Final = 30.0
STORM: Final = 200
"""Customers who are only connected, beside those who talk."""
STORM_SECONDS: Final = 15.0
LARGE: Final = "🚲" * 8000
"""As many bytes as a message can have: 32 kB."""
LARGE_MESSAGES: Final = 250
GROWTH_BYTES: Final = 64 * 1024 * 1024
OFFERED: Final = Crowd(agents=3, talkers=0, passing=0, accepts=False)
OFFERS: Final = 5


@asynccontextmanager
async def proxied(stage: Stage) -> AsyncIterator[list[Proxy]]:
    """A proxy before each web process, through which whoever connects from now on goes."""
    async with AsyncExitStack() as stack:
        proxies = [
            await stack.enter_async_context(Proxy(("127.0.0.1", web.port))) for web in stage.ground.webs
        ]
        direct, stage.urls = stage.urls, [f"http://127.0.0.1:{proxy.port}" for proxy in proxies]
        try:
            yield proxies
        finally:
            stage.urls = direct
            await stage.finish(30)


async def half_open(stage: Stage) -> None:
    """What goes through proxy 0 is swallowed, both ways, and no end is ever seen: the client gives up for
    silence, the server for want of a pong."""
    async with proxied(stage) as (near, _):
        stage.talkers += [await stage.arrive(endless=True) for _ in range(4)]
        await stage.warm()
        async with stage.fault("half-open", settle_seconds=8):
            near.swallowing = True
            await stage.expect_soon(
                lambda: near.closed_by_target >= 2, LEASE_SECONDS + 8, "the server to cut who answers no ping"
            )
        await stage.recovered(30)
        near.swallowing = False


async def dribbled(stage: Stage) -> None:
    """One byte at a time, and cut in the middle of frames, again and again."""
    async with proxied(stage) as proxies:
        stage.talkers += [await stage.arrive(endless=True) for _ in range(4)]
        await stage.warm()
        async with stage.fault("dribble and cut"):
            for proxy in proxies:
                proxy.dribble = True
            for _ in range(8):
                for proxy in proxies:
                    proxy.cut_after(stage.random.randint(1, 700))
                await asyncio.sleep(0.5)
            for proxy in proxies:
                proxy.dribble = False
        await stage.recovered(20)


async def slow_reader(stage: Stage) -> None:
    """A customer stops reading while an agent says much: cut, resumed, and nobody else's business."""
    slow = stage.talkers[0]
    agent = next(agent for agent in stage.agents if slow.conversation_id in agent.held)
    before = memory(stage)
    wire, connection = slow.session.wire, slow.connection
    assert wire is not None
    async with stage.fault("slow reader", settle_seconds=0):
        wire.pause()
        for _ in range(LARGE_MESSAGES):
            reply = agent.say(slow.conversation_id, LARGE)
            await asyncio.wait({reply}, timeout=10)
        growth = max(after - former for after, former in zip(memory(stage), before, strict=True))
        stage.expect(growth < GROWTH_BYTES, f"memory is bounded: it grew by {growth // 1024**2} MiB")
        wire.resume()
    await stage.expect_soon(
        lambda: slow.connection > connection, 10, "who does not read to be cut, and to come back"
    )
    stage.expect(
        max(stage.pulse.longest(number) for number in stage.watched) < 2, "no process stands still for it"
    )


def memory(stage: Stage) -> list[int]:
    """Bytes resident in each web process."""
    return [psutil.Process(web.pid).memory_info().rss for web in stage.ground.webs]


async def storm(stage: Stage) -> None:
    """Everybody is cut at once, and comes back at once."""
    async with proxied(stage) as proxies:
        for _ in range(STORM // 20):
            await asyncio.gather(*(stage.idle() for _ in range(20)))
        stage.talkers += [await stage.arrive(endless=True) for _ in range(3)]
        await stage.warm()
        everybody = [*stage.idlers, *stage.talkers]
        await until(lambda: all(one.connected for one in everybody), 30, "everybody to be connected")
        async with stage.fault("everybody cut"):
            for proxy in proxies:
                proxy.cut()
            await until(lambda: not any(one.connected for one in stage.idlers), 5, "everybody to notice")
        await stage.expect_soon(
            lambda: all(one.connected for one in everybody), STORM_SECONDS, "everybody to be back"
        )


async def ghost(stage: Stage) -> None:
    """An agent's client is frozen, its connection stands: lost for want of a pong, the chats with others."""
    journal = stage.ground.folder / "ghost.jsonl"
    stage.extra_journals.append(journal)
    (colleague,) = await stage.desk.hire(1, 300)
    urls = stage.sockets("/ws/staff", 0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.alone", str(journal), colleague.cookie, *urls),
        cwd=ROOT,
        env=inherited(),
        preexec_fn=dies_with_parent(),
    )
    try:
        await until(lambda: journal.exists() and b'"declared"' in journal.read_bytes(), 20, "the ghost")
        victims = [await stage.arrive(endless=True) for _ in range(3)]
        stage.talkers += victims

        def haunted() -> list[str]:
            return [
                one.conversation_id
                for one in victims
                if one.ticket and one.ticket.agent and one.ticket.agent.id == colleague.id
            ]

        await until(lambda: len(haunted()) > 0, 15, "the ghost to have a chat")
        async with stage.fault("ghost", settle_seconds=8):
            os.kill(process.pid, signal.SIGSTOP)
            await stage.expect_soon(
                lambda: not haunted(), BACK_IN_LINE_SECONDS, "a frozen agent's chats to be back in line"
            )
        os.kill(process.pid, signal.SIGCONT)
        await stage.recovered(30)
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.terminate()
        await process.wait()


async def two_tabs(stage: Stage) -> None:
    """The same offer accepted in two tabs at once, the same chat taken by two agents at once."""
    await offered(stage)
    first = stage.agents[0]
    second = Agent("agent 0b", Door(stage.sockets("/ws/staff", 0), stage.colleagues[0].cookie), stage.journal)
    second.accepts = False
    stage.agents.append(second)
    second.start()
    await until(lambda: second.connected, 10, "the second tab")
    async with stage.fault("two accepts", settle_seconds=1):
        for _ in range(OFFERS):
            await stage.arrive(lines=2)
            await until(lambda: any(agent.offers for agent in stage.agents), 15, "an offer")
            offered_to = next(agent for agent in stage.agents if agent.offers)
            offer_id, offer = next(iter(offered_to.offers.items()))
            others = [agent for agent in stage.agents if agent.person != offered_to.person]
            tabs = [first, second] if offered_to.person == first.person else [offered_to]
            await settled(
                *(tab.accept(offer_id) for tab in tabs),
                others[0].take(offer.conversation.conversation_id),
            )
    for agent in stage.agents:
        agent.accepts = True
        for offer_id in list(agent.offers):
            agent.accept(offer_id)


async def settled(*replies: "asyncio.Future[AnyEvent]") -> None:
    """Until each is answered, yes or no."""
    done, late = await asyncio.wait(replies, timeout=20)
    if late:
        raise TooLate(f"{len(late)} of {len(done) + len(late)} answers did not come")


async def offered(stage: Stage) -> None:
    """Let every team offer its chats instead of assigning them."""
    await stage.desk.change_teams(assignment="offered")


def one_winner(stage: Stage, evidence: Evidence) -> Iterator[str]:
    """Every accept and take had an answer, and what was won is held: by one."""
    answers = [record for record in evidence.records if isinstance(record, Answered)]
    if len(answers) < 2 * OFFERS:
        yield f"only {len(answers)} of {2 * OFFERS} accepts were answered"
    if not any(record.code for record in answers):
        yield "nobody ever lost a race: there was none"
    conversation = {offer.id: offer.conversation for offer in evidence.offers}
    won = Counter(conversation.get(record.subject, record.subject) for record in answers if not record.code)
    for id, times in won.items():
        if times > 1:
            yield f"{id} was won {times} times"
    for offer in evidence.offers:
        yes = any(record.subject == offer.id and not record.code for record in answers)
        if yes != (offer.outcome == "accepted"):
            yield f"offer {offer.id} is {offer.outcome}, and its agent was told {'yes' if yes else 'no'}"


ROWS: Final = (
    Row(
        "half-open",
        "half-open client",
        half_open,
        Crowd(talkers=2, passing=1),
        long_because="nothing is cut before 20 s of silence",
    ),
    Row(
        "dribble",
        "cut inside a frame, one byte at a time",
        dribbled,
        Crowd(talkers=2, passing=1),
        long_because="byte by byte takes its time",
    ),
    Row(
        "slow-reader",
        "slow reader",
        slow_reader,
        Crowd(talkers=4, passing=1),
        long_because="tests/e2e plays it beside others",
    ),
    Row("storm", "reconnect storm", storm, Crowd(talkers=3, passing=0), long_because="it takes a crowd"),
    Row(
        "ghost",
        "ghost agent",
        ghost,
        Crowd(agents=2, talkers=2, passing=0),
        finish_seconds=60,
        long_because="the lease is 20 s",
    ),
    Row("two-tabs", "two tabs, two accepts", two_tabs, OFFERED, promise=one_winner, tested_on="sqlite"),
)
