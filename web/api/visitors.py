"""Making a visitor: the first thing a widget does when somebody wants to talk."""

from typing import Annotated

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat.access import Visitor
from chat.errors import Refused
from chat.protocol.codes import Code
from store import customers, sites
from web.answers import answer, body
from web.edge import edge_of


class NewVisitor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class MadeVisitor(msgspec.Struct, frozen=True):
    """`token` proves who the visitor is; it is kept by the panel, and goes into its first frame."""

    token: str
    visitor_id: str


async def create(request: Request) -> Response:
    """POST /api/visitors {site}: a new visitor of a site. Limited by address, for each is a row."""
    edge = edge_of(request)
    wish = await body(request, NewVisitor)
    await edge.new_visitors.use(request.client.host if request.client else None)
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> Visitor:
        site = await sites.by_key(tx, wish.site)
        if site is None:
            raise Refused(Code.NOT_FOUND, "There is no such site.")
        return Visitor((await customers.create(tx, site.id, at)).id, site.id)

    made = await edge.database.transact(work)
    return answer(MadeVisitor(edge.tokens.visitor(made, wish.site), made.id), 201)
