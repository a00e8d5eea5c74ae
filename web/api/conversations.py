"""Lists, search and details of conversations, each seen through the member of staff who asks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import access, views
from chat.protocol.views import ConversationSummary, Person
from store import assignments, conversations, customers, offers, search, staff
from store.assignments import Assignment
from web.answers import answer, query
from web.api.customers import CustomerDetails, details
from web.edge import edge_of
from web.security import sessions

EARLIER = 20
REFUSALS = 50


class Wish(Struct, frozen=True):
    """The query of a list. `before` is the number of the last ticket that is already there."""

    view: Literal["mine", "unassigned", "all"] = "all"
    status: Literal["", "queued", "open", "pending", "solved", "closed"] = ""
    q: Annotated[str, Meta(max_length=200)] = ""
    before: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class Listed(Struct, frozen=True):
    items: list[ConversationSummary]
    more: bool


class Page(Struct, frozen=True):
    """Where the customer was when they wrote. The address is of their choosing."""

    url: str
    title: str


class AssignmentView(Struct, frozen=True):
    staff: Person
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    why: dict[str, Any]


class Refusal(Struct, frozen=True):
    """An offer that came to nothing, and the agent's reason where they gave one."""

    staff: Person
    at: datetime
    outcome: Literal["declined", "expired"]
    reason: str


class Details(Struct, frozen=True):
    summary: ConversationSummary
    customer: CustomerDetails
    page: Page
    topic: str
    earlier: list[ConversationSummary]
    assignments: list[AssignmentView]
    refusals: list[Refusal]


async def index(request: Request) -> Response:
    """GET /api/conversations: newest first, of the teams that the member of staff may see."""
    edge = edge_of(request)
    signed_in = await sessions.staff_of(request)
    wish = query(request, Wish)
    async with edge.database.read() as tx:
        rows = await search.search(
            tx,
            query=wish.q,
            # One's own may stand in another team; `sees` below has the last word either way.
            team_ids=None if wish.view == "mine" else signed_in.member.scope,
            status=wish.status or None,
            view=wish.view,
            staff_id=signed_in.member.id,
            before=wish.before,
            limit=wish.limit + 1,
        )
    items = [views.summary(row) for row in rows[: wish.limit] if signed_in.member.sees(row)]
    return answer(Listed(items, more=len(rows) > wish.limit))


async def show(request: Request) -> Response:
    """GET /api/conversations/{id}: all that stands beside the thread."""
    edge = edge_of(request)
    signed_in = await sessions.staff_of(request)
    async with edge.database.read() as tx:
        row = await access.of_staff(tx, signed_in.member, request.path_params["id"], "see")
        customer = await customers.get(tx, row.customer_id)
        others = await conversations.of_customer(tx, row.customer_id, EARLIER + 1)
        held = await assignments.history(tx, row.id)
        refusals = await _refusals(tx, row.id)
    shown = [other for other in others if other.id != row.id and signed_in.member.sees(other)]
    return answer(
        Details(
            summary=views.summary(row),
            customer=details(customer),
            page=Page(row.page_url, row.page_title),
            topic=row.topic,
            earlier=[views.summary(other) for other in shown[:EARLIER]],
            assignments=[_assignment(one) for one in held],
            refusals=refusals,
        )
    )


async def _refusals(tx: AsyncConnection, conversation_id: str) -> list[Refusal]:
    made = (await offers.of_conversation(tx, conversation_id))[-REFUSALS:]
    people = await staff.many(tx, sorted({offer.staff_id for offer in made}))
    return [
        Refusal(
            Person(offer.staff_id, people[offer.staff_id].name), offer.ended_at, offer.outcome, offer.reason
        )
        for offer in made
        if offer.ended_at is not None and (offer.outcome == "declined" or offer.outcome == "expired")
    ]


def _assignment(one: Assignment) -> AssignmentView:
    return AssignmentView(
        staff=Person(one.staff_id, one.staff_name),
        started_at=one.started_at,
        ended_at=one.ended_at,
        end_reason=one.end_reason,
        why=one.why,
    )
