"""A conversation begins: ticket, first message, place in line, instant reply."""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import announce, arrivals, contacts, letters, lines, matching, truth
from chat.access import Visitor
from chat.context import Context
from chat.doors import Door
from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.commands import StartConversation
from chat.protocol.views import Author
from routing import entries as queue
from routing.errors import NotReady, QueueFull, Unavailable
from store import assignments, conversations, customers, sites, teams, visits
from store.conversations import Conversation
from store.entries import Stored
from store.errors import Unavailable as DatabaseUnavailable
from store.sites import Site

MOST_MESSAGES = 5

log = structlog.get_logger(__name__)


class Opened(NamedTuple):
    """`first`: the stored first message, which answers the client's `client_id`."""

    row: Conversation
    first: Stored
    created: bool


async def open(context: Context, visitor: Visitor, wish: StartConversation) -> Opened:
    """Open a conversation with its first message, once for each client id. Raises `Refused`.

    When nobody could answer, or a message is all that is wanted, it becomes a ticket to be answered
    later instead of an entry in a queue that nobody serves.
    """
    at = context.clock.now()
    async with context.database.read() as tx:
        site = await sites.get(tx, visitor.site_id)
    if site is None:
        raise Refused(Code.NOT_FOUND)
    door = await context.doors.ask(arrivals.team_of(site, wish.topic))

    async def work(tx: AsyncConnection) -> tuple[Opened, list[Stored]]:
        await _bound(tx, visitor, wish.client_id, at)
        customer = await contacts.told(tx, visitor, at, wish.name, wish.email)
        row = await conversations.open(tx, await arrivals.new(tx, customer, site, door, wish), at)
        waits = row.live == "waiting"
        author = Author("customer", visitor.id, customer.name)
        first = await lines.write(
            tx, row.id, "message", at, author=author, body=wish.body, client_id=wish.client_id
        )
        written = [first]
        if row.created and waits:
            await visits.enter(tx, row.id, door.team_id, row.priority, at, at)
        elif row.created:
            written += await tell_shut(tx, row.id, door, site, at)
        changed = await conversations.change(tx, row.id, at)
        if row.created and not waits:
            await letters.confirm(context, tx, changed, at)
        return Opened(changed, first, row.created), written

    opened, written = await context.database.transact(work)
    if not opened.created:
        if opened.row.live == "waiting":
            # The process of the first try may have died between the commit and the queue.
            await line_up(context, opened.row)
        return opened
    announce.changed(context, opened.row, written)
    if opened.row.live == "waiting":
        try:
            await line_up(context, opened.row, wanted=await _last_agent(context, opened.row), refusable=True)
        except QueueFull:
            row = await _turn_away(context, opened.row.id, door._replace(shut="full"))
            return Opened(row or opened.row, opened.first, opened.created)
        context.tasks.spawn(_greet(context, opened.row.id, site), "greet")
    return opened


async def _turn_away(context: Context, conversation_id: str, door: Door) -> Conversation | None:
    """The queue had no place left: what was written is kept as a message, and the customer is told so."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[Conversation, Conversation, Stored] | None:
        former = await conversations.lock(tx, conversation_id)
        if former is None or former.live != "waiting":
            return None
        await visits.leave(tx, former.id, "left_message", at)
        await assignments.raise_epoch(tx, former.id)
        written = await lines.write(tx, former.id, "greeting", at, body=door.words(), payload=door.payload())
        weight = await arrivals.weight(tx, former.team_id, "message")
        row = await conversations.change(tx, former.id, at, live="message", channel="message", weight=weight)
        await letters.confirm(context, tx, row, at)
        return former, row, written

    turned = await context.database.transact(work)
    if turned is None:
        return None
    former, row, written = turned
    announce.changed(context, row, [written], former)
    return row


async def _last_agent(context: Context, row: Conversation) -> str:
    """Who last held a conversation of this customer, where the team wants them to meet again."""
    async with context.database.read() as tx:
        team = await teams.get(tx, row.team_id)
        recent = await conversations.of_customer(tx, row.customer_id, 2)
        earlier = next((each for each in recent if each.id != row.id), None)
        last = await assignments.latest(tx, earlier.id) if earlier else None
    return last.staff_id if last and team and team.sticky else ""


async def _bound(tx: AsyncConnection, visitor: Visitor, client_id: str, at: datetime) -> None:
    """One live conversation a visitor, and a few an hour: more would only be noise.

    The customer's row is locked first, so that two tabs do not both find room for the last one.
    """
    await customers.touch(tx, visitor.id, at)
    recent = await conversations.of_customer(tx, visitor.id, MOST_MESSAGES)
    if any(row.client_id == client_id for row in recent):
        return
    if any(row.live in ("waiting", "assigned") for row in recent):
        raise Refused(Code.FORBIDDEN, "You have a conversation under way already. Reload to go on with it.")
    if len(recent) == MOST_MESSAGES and all(row.opened_at > at - timedelta(hours=1) for row in recent):
        raise Refused(Code.FORBIDDEN, "That is a lot in one hour. Please add to a conversation you have.")


async def line_up(
    context: Context,
    row: Conversation,
    *,
    wanted: str = "",
    skip: list[str] | None = None,
    refusable: bool = False,
) -> None:
    """Put a waiting conversation in its queue in Redis, at its place by SQL.

    Raises QueueFull for one that is `refusable`, an arrival.
    """
    async with context.database.read() as tx:
        visit = await visits.current(tx, row.id)
        been = await visits.been(tx, [row.id])
    if visit is None:
        # It left the queue while we came here; whoever took it out tells routing.
        return
    entry = truth.visit(visit, row, been.get(row.id, []), wanted=wanted, skip=skip, refusable=refusable)
    await matching.after(context, queue.enter(context.router, entry))


async def _greet(context: Context, conversation_id: str, site: Site) -> None:
    """The site's instant first reply: what happens now, and the place in line while there is one."""
    if not site.greeting:
        return
    payload: dict[str, str | int | None] = {}
    try:
        for place in await queue.position(context.router, [conversation_id]):
            payload = {"position": place.position, "wait_high_seconds": place.wait_high_seconds}
    except (NotReady, Unavailable):
        context.stale.set()

    async def work(tx: AsyncConnection) -> Stored | None:
        row = await conversations.lock(tx, conversation_id)
        if row is None or row.live != "waiting":
            # An agent was quicker: their joining is the answer.
            return None
        at = context.clock.now()
        return await lines.write(tx, conversation_id, "greeting", at, body=site.greeting, payload=payload)

    try:
        async with context.gate.turn():
            written = await context.database.transact(work)
    except (Refused, DatabaseUnavailable) as error:
        # A courtesy: the customer has the acknowledgement, and sees the place in line all the same.
        log.warning("greeting_left_out", conversation_id=conversation_id, error=str(error))
        return
    if written is not None:
        announce.appended(context, written)


async def tell_shut(
    tx: AsyncConnection, conversation_id: str, door: Door, site: Site, at: datetime
) -> list[Stored]:
    """Write why nobody can have it now; the site's own words where there are no better ones."""
    words = door.words() or site.away_notice
    if not words:
        return []
    return [await lines.write(tx, conversation_id, "greeting", at, body=words, payload=door.payload())]
