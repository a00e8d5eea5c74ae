"""The resources that acts work with, built once by the desk and passed in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from chat.bus import Bus
from chat.clock import Clock
from chat.connection import Connection
from chat.feeds import Feeds
from chat.gate import ARRIVALS_AT_ONCE, Gate
from chat.hub import Hub
from chat.limits import Limits
from chat.lookups import Lookups
from chat.protocol.views import StaffView
from chat.tasks import Tasks
from routing.rebuild import Timing
from routing.router import Router
from store.database import Database
from store.log import MessageLog

if TYPE_CHECKING:
    from chat.doors import Doors
    from chat.places import Places
    from chat.presence import Presence
    from chat.previews import Previews
    from chat.sessions.staff import StaffSession
    from chat.sessions.visitor import VisitorSession
    from chat.signs import Signs
    from chat.viewers import Viewers


@dataclass(slots=True)
class Context:
    """`gate` is for commands, `arrivals` for visitors who come, whose lookups are gathered in `lookups`.

    `status_path` makes the secret path of a conversation's status page, `status_link` the whole
    address for mail; signing is the edge's.

    `timing`: how long leases and claims last, when not as routing has it.
    `stale` is set when Redis may be behind SQL: the sweep then rebuilds or reconciles at once.
    `doubt` is set when something differed that a second look, soon, has to confirm before it is mended.
    `roster` is the staff as this process saw them last, at most a second ago.
    `compared_at` is when this process last compared Redis with SQL; `mended` is called with the kind of each
    difference that it mended.
    """

    database: Database
    redis: Redis
    router: Router
    log: MessageLog
    hub: Hub
    feeds: Feeds
    bus: Bus
    clock: Clock
    tasks: Tasks
    limits: Limits
    process_id: str
    status_path: Callable[[str], str]
    status_link: Callable[[str], str]
    gate: Gate = field(default_factory=Gate)
    arrivals: Gate = field(default_factory=lambda: Gate(ARRIVALS_AT_ONCE))
    timing: Timing | None = None
    stale: asyncio.Event = field(default_factory=asyncio.Event)
    doubt: asyncio.Event = field(default_factory=asyncio.Event)
    compared_at: datetime | None = None
    mended: Callable[[str], None] = field(default=lambda kind: None)
    letters_due: dict[str, datetime] = field(default_factory=dict)
    roster: dict[str, StaffView] = field(default_factory=dict)
    visitor_sessions: "dict[Connection, VisitorSession]" = field(default_factory=dict)
    staff_sessions: "dict[Connection, StaffSession]" = field(default_factory=dict)
    lookups: Lookups = field(init=False)
    doors: "Doors" = field(init=False)
    presence: "Presence" = field(init=False)
    signs: "Signs" = field(init=False)
    previews: "Previews" = field(init=False)
    places: "Places" = field(init=False)
    viewers: "Viewers" = field(init=False)
    refresh_roster: Callable[[], Awaitable[None]] = field(init=False)
