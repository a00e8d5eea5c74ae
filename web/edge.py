"""What the handlers work with, built once by the composition root and found at `request.state.edge`."""

from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis
from starlette.requests import HTTPConnection

from chat.desk import Desk
from store.database import Database
from web.assets import Assets
from web.backups import Plan
from web.layouts import Layouts
from web.metrics import Metrics
from web.security.origins import Origins
from web.security.passwords import Passwords
from web.security.throttle import Throttle
from web.security.tokens import Tokens
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class Edge:
    """`sign_ins` and `new_visitors` count by address."""

    settings: Settings
    database: Database
    redis: Redis
    desk: Desk
    tokens: Tokens
    passwords: Passwords
    sign_ins: Throttle
    new_visitors: Throttle
    origins: Origins
    assets: Assets
    layouts: Layouts
    metrics: Metrics
    backups: Plan


def edge_of(connection: HTTPConnection) -> Edge:
    """Return the resources behind a request or a WebSocket."""
    return cast(Edge, connection.state.edge)
