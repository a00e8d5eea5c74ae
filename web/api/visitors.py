"""Making a visitor: the first thing a widget does when somebody wants to talk; or the customer whom the site
says they are."""

from typing import Annotated, Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat import identifying
from chat.access import Visitor
from chat.errors import Refused
from chat.protocol.codes import Code
from store import customers, sites
from store.sites import Site
from web.answers import answer, body
from web.edge import Edge, edge_of
from web.security.identities import Identity, proves

REFUSED: Final = "The site did not sign this, or more than an hour ago. Load the page again."

log = structlog.get_logger(__name__)


class NewVisitor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    identity: Identity | None = None


class MadeVisitor(msgspec.Struct, frozen=True):
    """`token` proves who the visitor is; it is kept by the panel, and goes into its first frame."""

    token: str
    visitor_id: str


async def create(request: Request) -> Response:
    """POST /api/visitors {site, identity?}: a new visitor of a site, or with what the site has signed the
    customer whom it means. Limited by address, for each is a row."""
    edge = edge_of(request)
    wish = await body(request, NewVisitor)
    await edge.new_visitors.use(request.client.host if request.client else None)
    async with edge.database.read() as tx:
        site = await sites.by_key(tx, wish.site)
    if site is None:
        raise Refused(Code.NOT_FOUND, "There is no such site.")
    if wish.identity is None:
        made = await _anonymous(edge, site)
    else:
        made = await _identified(edge, site, wish.identity)
    return answer(MadeVisitor(edge.tokens.visitor(made, wish.site), made.id), 201)


async def _anonymous(edge: Edge, site: Site) -> Visitor:
    at = edge.desk.context.clock.now()

    async def work(tx: AsyncConnection) -> str:
        return (await customers.create(tx, site.id, at)).id

    return Visitor(await edge.database.transact(work), site.id)


async def _identified(edge: Edge, site: Site, identity: Identity) -> Visitor:
    """The one way to a token of a customer whom the site knows."""
    if not proves(identity, site.secret, edge.desk.context.clock.now()):
        log.warning("identity_refused", site_id=site.id)
        raise Refused(Code.FORBIDDEN, REFUSED)
    customer_id = await identifying.identify(
        edge.desk.context,
        site.id,
        identity.external_id,
        name=identity.name,
        email=identity.email,
        organisation=identity.organisation.strip(),
        attributes=identity.attributes,
    )
    return Visitor(customer_id, site.id)
