"""Who may get at which conversation: one function for each kind of actor, and nobody loads by bare id.

A customer gets their own conversations; an agent those of their teams and those they hold; a
supervisor or admin all of the desk. What one may not see is `not_found`: ids alone tell nothing.
"""

from typing import Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from chat.errors import Refused
from chat.protocol.codes import Code
from chat.protocol.views import Role
from store import conversations, staff
from store.conversations import Conversation

Act = Literal["see", "hold", "note", "move", "take"]
"""`hold`: only its agent. `move`: its agent, or whoever supervises. `take`: anybody of the team."""


class Visitor(NamedTuple):
    id: str
    site_id: str


class Staff(NamedTuple):
    id: str
    name: str
    role: Role
    team_ids: frozenset[str]

    @property
    def supervises(self) -> bool:
        return self.role != "agent"

    def sees(self, row: Conversation) -> bool:
        return self.supervises or row.team_id in self.team_ids or row.assignee_id == self.id

    @property
    def scope(self) -> list[str] | None:
        """The teams whose conversations may be listed; None is all of them."""
        return None if self.supervises else sorted(self.team_ids)


async def staff_actor(tx: AsyncConnection, staff_id: str) -> Staff:
    """The member of staff as they are now. Raises `Refused` when they are gone or disabled."""
    member = await staff.get(tx, staff_id)
    if member is None or member.disabled_at is not None:
        raise Refused(Code.UNAUTHENTICATED)
    return Staff(member.id, member.name, member.role, frozenset(member.team_ids))


async def of_visitor(
    tx: AsyncConnection, visitor: Visitor, conversation_id: str, *, lock: bool = False
) -> Conversation:
    """The visitor's own conversation. Raises `Refused`."""
    row = await _load(tx, conversation_id, lock=lock)
    if row.customer_id != visitor.id:
        raise Refused(Code.NOT_FOUND)
    return row


async def of_staff(
    tx: AsyncConnection, member: Staff, conversation_id: str, act: Act, *, lock: bool = False
) -> Conversation:
    """A conversation that this member of staff may do `act` with. Raises `Refused`."""
    row = await _load(tx, conversation_id, lock=lock)
    if not member.sees(row):
        raise Refused(Code.NOT_FOUND)
    holds = row.assignee_id == member.id
    if act == "hold" and not holds:
        raise Refused(Code.NOT_ASSIGNED)
    if act == "move" and not (holds or member.supervises):
        raise Refused(Code.NOT_ASSIGNED if row.assignee_id else Code.FORBIDDEN)
    if act == "take" and row.assignee_id and not holds and not member.supervises:
        raise taken(row)
    return row


def taken(row: Conversation) -> Refused:
    return Refused(Code.ALREADY_TAKEN, f"Already taken by {row.assignee_name}.")


async def _load(tx: AsyncConnection, conversation_id: str, *, lock: bool) -> Conversation:
    row = await (conversations.lock if lock else conversations.get)(tx, conversation_id)
    if row is None:
        raise Refused(Code.NOT_FOUND)
    return row
