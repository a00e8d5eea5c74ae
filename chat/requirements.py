"""Who waits is worth more or less than before: told by staff, by what is known of the customer, by the team.

Whatever changes, the first time stays, and so does the place among those of the same priority.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chat import access, announce, arrivals, matching, opening
from chat.access import Staff
from chat.context import Context
from chat.errors import Refused
from chat.protocol.codes import Code
from store import assignments, conversations, customers, offers, organisations, visits
from store.conversations import Conversation
from store.offers import Offer
from store.teams import Team

WEIGHED_AT_ONCE: Final = 20
"""Conversations in one transaction: a twentieth of the commits, and messages wait milliseconds at most."""


async def set_priority(context: Context, member: Staff, conversation_id: str, priority: int) -> Conversation:
    """A person decides, and no rule decides again. Raises `Refused`."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> Conversation:
        former = await access.of_staff(tx, member, conversation_id, "take", lock=True)
        if former.live == "ended":
            raise Refused(Code.ENDED)
        await visits.set_priority(tx, former.id, priority)
        return await conversations.change(tx, former.id, at, priority=priority, priority_set=True)

    row = await context.database.transact(work)
    await tell(context, [row])
    return row


async def customer_changed(
    context: Context, customer_id: str, vip: bool | None = None, organisation: str | None = None
) -> None:
    """Set what is given: whether a customer is a VIP, the name of their organisation (empty: none).

    What they have under way ranks by it at once. Raises `Refused`.
    """

    async def work(tx: AsyncConnection) -> list[Conversation]:
        # The customer's row first: who opens a conversation touches it too, and then sees this.
        if await customers.get(tx, customer_id) is None:
            raise Refused(Code.NOT_FOUND, "There is no such customer.")
        if vip is not None:
            await customers.set_vip(tx, customer_id, vip)
        if organisation is not None:
            named = await organisations.named(tx, organisation) if organisation else None
            await organisations.set_of(tx, customer_id, named.id if named else None)
        return await rank(context, tx, await conversations.lock_open_of(tx, customer_id=customer_id))

    await tell(context, await context.database.transact(work))


async def organisation_changed(context: Context, organisation_id: str, vip: bool) -> None:
    """Say whether an organisation is a VIP; what its customers have under way ranks by it at once.

    Raises `Refused`.
    """

    async def work(tx: AsyncConnection) -> list[Conversation]:
        if not await organisations.set_vip(tx, organisation_id, vip):
            raise Refused(Code.NOT_FOUND, "There is no such organisation.")
        rows = await conversations.lock_open_of(tx, organisation_id=organisation_id)
        return await rank(context, tx, rows)

    await tell(context, await context.database.transact(work))


async def team_weighs(context: Context, team: Team) -> None:
    """A team's weights were changed: what waits for it, or was left, is of the new weight from now on.

    What an agent holds keeps the weight that it was given with. A few at a time: there may be many, and
    messages are written between them.
    """
    async with context.database.read() as tx:
        rows = await conversations.list_open(tx, [team.id], ["waiting", "message"], limit=1_000_000)
    changed = sorted(row.id for row in rows if row.weight != team.weights[row.channel])
    for begin in range(0, len(changed), WEIGHED_AT_ONCE):
        await _weigh(context, changed[begin : begin + WEIGHED_AT_ONCE], team)


async def _weigh(context: Context, conversation_ids: Sequence[str], team: Team) -> None:
    """In one transaction, which locks in ascending order of ids."""
    at = context.clock.now()

    async def work(tx: AsyncConnection) -> tuple[list[Conversation], list[Offer]]:
        weighed: list[Conversation] = []
        withdrawn: list[Offer] = []
        # All rows before what hangs on them, as every writer locks.
        for row in [await conversations.lock(tx, id) for id in conversation_ids]:
            if row is None or row.live not in ("waiting", "message") or row.team_id != team.id:
                continue
            # A claim under way has reserved the old weight: it is refused, and made again.
            await assignments.raise_epoch(tx, row.id)
            withdrawn += await offers.withdraw_for(tx, row.id, at)
            weighed.append(await conversations.change(tx, row.id, at, weight=team.weights[row.channel]))
        return weighed, withdrawn

    weighed, withdrawn = await context.database.transact(work)
    matching.withdraw(context, withdrawn)
    await tell(context, weighed)


async def rank(context: Context, tx: AsyncConnection, rows: Sequence[Conversation]) -> list[Conversation]:
    """Give each the priority that it would have if it came now; lists show the customer's standing too."""
    at, ranked = context.clock.now(), []
    for row in rows:
        priority = await arrivals.priority(tx, row, row.channel)
        await visits.set_priority(tx, row.id, priority)
        ranked.append(await conversations.change(tx, row.id, at, priority=priority))
    return ranked


async def tell(context: Context, rows: Sequence[Conversation]) -> None:
    """After the commit: the lists, and the queue."""
    for row in rows:
        announce.changed(context, row)
        if row.live == "waiting":
            await opening.line_up(context, row)
