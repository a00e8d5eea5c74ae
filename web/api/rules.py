"""Who comes first: the desk's rules. Supervisors read them, admins set them."""

from typing import Annotated, Final, Literal

import structlog
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from chat.errors import Refused
from chat.protocol.codes import Code
from store import rules
from store.rules import Condition, Rule
from web.answers import answer, body
from web.edge import edge_of
from web.security import sessions

FIELD: Final = (
    r"^(customer\.(name|email|vip)|organisation\.(name|vip)|page\.(url|title)|topic|language|channel"
    r"|attribute:(page\.)?[A-Za-z0-9_-]{1,60})$"
)

log = structlog.get_logger(__name__)


class ConditionWish(Struct, frozen=True, forbid_unknown_fields=True):
    """`value` of a VIP is "true" or "false"; of `exists` there is none."""

    field: Annotated[str, Meta(max_length=80, pattern=FIELD)]
    op: Literal["is", "is_not", "contains", "starts_with", "ends_with", "exists"]
    value: Annotated[str, Meta(max_length=300)] = ""


class RuleWish(Struct, frozen=True, forbid_unknown_fields=True):
    """All conditions have to hold; a rule without any always applies."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    priority: Annotated[int, Meta(ge=0, le=3)]
    when: Annotated[list[ConditionWish], Meta(max_length=10)]


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    rules: Annotated[list[RuleWish], Meta(max_length=100)]


async def show(request: Request) -> Response:
    """GET /api/rules: the first that applies decides."""
    await sessions.supervisor_of(request)
    async with edge_of(request).database.read() as tx:
        return answer({"rules": await rules.read(tx)})


async def replace(request: Request) -> Response:
    """PUT /api/rules: all of them anew, for whoever comes from now on."""
    edge = edge_of(request)
    signed_in = await sessions.admin_of(request)
    wish = await body(request, Rules)
    wanted = [
        Rule(rule.name.strip(), rule.priority, [_condition(one) for one in rule.when]) for rule in wish.rules
    ]

    async def work(tx: AsyncConnection) -> None:
        await rules.write(tx, wanted)

    await edge.database.transact(work)
    log.info("rules_replaced", rules=len(wanted), by=signed_in.member.id)
    return answer({"rules": wanted})


def _condition(wish: ConditionWish) -> Condition:
    value = wish.value.strip()
    if wish.op == "exists":
        return Condition(wish.field, wish.op)
    if not value:
        raise Refused(Code.INVALID, f"Say what {wish.field} is compared with.")
    if wish.field.endswith(".vip") and (wish.op not in ("is", "is_not") or value not in ("true", "false")):
        raise Refused(Code.INVALID, f'{wish.field} "is" or "is_not" the value "true" or "false".')
    return Condition(wish.field, wish.op, value)
