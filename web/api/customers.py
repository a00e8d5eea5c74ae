"""What supervisors say of customers and of the organisations that these belong to."""

from datetime import datetime
from typing import Annotated, Any

import structlog
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from chat import requirements
from chat.errors import Refused
from chat.protocol.codes import Code
from store import customers
from store.customers import Customer
from web.answers import answer, body
from web.edge import edge_of
from web.security import sessions

log = structlog.get_logger(__name__)


class CustomerDetails(Struct, frozen=True):
    """`identified`: the site has signed who this is; name and mail address of others are as they say."""

    id: str
    name: str
    email: str
    organisation: str | None
    organisation_id: str | None
    organisation_vip: bool
    vip: bool
    identified: bool
    attributes: dict[str, Any]
    created_at: datetime


class CustomerChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; an empty `organisation` is none."""

    vip: bool | UnsetType = UNSET
    organisation: Annotated[str, Meta(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] | UnsetType = UNSET


class OrganisationChanges(Struct, frozen=True, forbid_unknown_fields=True):
    vip: bool


async def change(request: Request) -> Response:
    """PATCH /api/customers/{id}: what they have under way is ranked anew at once."""
    edge = edge_of(request)
    signed_in = await sessions.supervisor_of(request)
    wish = await body(request, CustomerChanges)
    customer_id = request.path_params["id"]
    vip = None if wish.vip is UNSET else wish.vip
    organisation = None if wish.organisation is UNSET else wish.organisation.strip()
    await requirements.customer_changed(edge.desk.context, customer_id, vip, organisation)
    log.info("customer_changed", customer_id=customer_id, by=signed_in.member.id)
    async with edge.database.read() as tx:
        return answer(details(await customers.get(tx, customer_id)))


async def change_organisation(request: Request) -> Response:
    """PATCH /api/organisations/{id}: what its customers have under way is ranked anew at once."""
    edge = edge_of(request)
    signed_in = await sessions.supervisor_of(request)
    wish = await body(request, OrganisationChanges)
    organisation_id = request.path_params["id"]
    await requirements.organisation_changed(edge.desk.context, organisation_id, wish.vip)
    log.info("organisation_changed", organisation_id=organisation_id, vip=wish.vip, by=signed_in.member.id)
    return answer({"id": organisation_id, "vip": wish.vip})


def details(customer: Customer | None) -> CustomerDetails:
    """A customer as staff see them. Raises `Refused(not_found)`."""
    if customer is None:
        raise Refused(Code.NOT_FOUND)
    return CustomerDetails(
        id=customer.id,
        name=customer.name,
        email=customer.email,
        organisation=customer.organisation_name,
        organisation_id=customer.organisation_id,
        organisation_vip=customer.organisation_vip,
        vip=customer.vip,
        identified=customer.external_id is not None,
        attributes=customer.attributes,
        created_at=customer.created_at,
    )
