"""Presence: leases that a connection's answers to pings renew."""

from asyncio import gather
from collections.abc import Iterable
from typing import Literal

from routing.proposals import Proposal
from routing.router import Router
from routing.sweeps import Swept

_CHUNK = 1000


async def renew(
    router: Router,
    staff: Iterable[tuple[str, str]] = (),
    customers: Iterable[tuple[str, str]] = (),
) -> list[Proposal]:
    """These (staff id, connection id) and (conversation id, connection id) answered just now.

    One script for a thousand of them. Brings agents who were missing back to work and customers who were
    passed over back in line, and matches. Any connection counts; one that was signed out no longer does.
    """
    agents, waiting = list(staff), [conversation_id for conversation_id, _ in customers]
    calls = [
        router.call(
            "leases_renew",
            {"staff": agents[start : start + _CHUNK], "customers": waiting[start : start + _CHUNK]},
            list[Proposal],
        )
        for start in range(0, max(len(agents), len(waiting)), _CHUNK)
    ]
    return [proposal for made in await gather(*calls) for proposal in made]


async def drop(router: Router, kind: Literal["staff", "customer"], id: str, connection_id: str) -> None:
    """A socket closed: if it was alive until now, the grace starts now. Other connections keep the lease."""
    await router.call("leases_drop", {"kind": kind, "id": id, "connection": connection_id}, None)


async def sign_out(router: Router, staff_id: str) -> Swept:
    """Lose an agent at once, without grace; renewals by their present connections are ignored from now on."""
    return await router.call("leases_sign_out", {"id": staff_id}, Swept)
