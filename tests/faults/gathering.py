"""Reading out what SQL and Redis hold, in the shapes that the judge takes."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from redis.asyncio import Redis
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import truth
from routing import agents, reconcile
from routing.agents import AgentState
from routing.reconcile import Seen
from routing.router import Router
from store import desk, tables
from store.database import Database
from tests.faults.evidence import (
    Assignment,
    Conversation,
    Entry,
    Evidence,
    Offer,
    Staff,
    Visit,
)
from tests.faults.records import AnyRecord

PREFIX = "frontdesk"


def monotonic(at: datetime) -> float:
    """A time that SQL holds, on the clock of the journals. The service goes by Redis TIME, which is this
    machine's wall clock."""
    return at.timestamp() - time.time() + time.monotonic()


def _when(at: datetime | None) -> float | None:
    return None if at is None else monotonic(at)


async def dump(url: str, records: list[AnyRecord]) -> Evidence:
    """What the database holds. Raises `Unavailable`."""
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            staff = await _rows(tx, tables.staff)
            members = await _rows(tx, tables.team_member)
            return Evidence(
                records=records,
                conversations=[_conversation(row) for row in await _rows(tx, tables.conversation)],
                entries=[_entry(row) for row in await _rows(tx, tables.entry)],
                assignments=[_assignment(row) for row in await _rows(tx, tables.assignment)],
                visits=[_visit(row) for row in await _rows(tx, tables.queue_visit)],
                offers=[_offer(row) for row in await _rows(tx, tables.offer)],
                staff=[
                    Staff(
                        row["id"],
                        row["capacity"],
                        [member["team_id"] for member in members if member["staff_id"] == row["id"]],
                    )
                    for row in staff
                ],
                ended_at=time.monotonic(),
            )
    finally:
        await database.close()


async def differences(url: str, redis_url: str) -> list[str]:
    """On what SQL and Redis disagree at this moment, one line each. Raises what either raises."""
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            generation = (await desk.get(tx)).generation
            visits = await truth.waiting_visits(tx)
            held = await truth.open_assignments(tx)
            async with Redis.from_url(redis_url) as redis:
                router = Router(redis, PREFIX)
                router.generation = generation
                try:
                    seen = await router.call("reconcile_look", {}, Seen)
                    states = await agents.states(router)
                finally:
                    await router.close()
    finally:
        await database.close()
    known = {each.id: each for each in seen.conversations}
    torn = seen.torn()
    found = reconcile.compare(visits, held, known, torn)
    lines = [f"{suspect.kind} {suspect.id}: SQL {suspect.assignment or suspect.visit}" for suspect in found]
    lines += [f"torn in Redis: {what}" for what in (*torn, *seen.strays(), *seen.ghosts())]
    return lines + _loads(states, {row.conversation_id: row.staff_id for row in held})


def _loads(states: Sequence[AgentState], held: dict[str, str]) -> list[str]:
    """Agents whom Redis has with other chats than SQL."""
    lines = []
    for state in states:
        chats = sorted(id for id, staff_id in held.items() if staff_id == state.staff_id)
        if chats != state.conversation_ids:
            lines.append(f"{state.staff_id} holds {chats} in SQL, {state.conversation_ids} in Redis")
        elif state.load < 100 * len(chats):
            lines.append(f"{state.staff_id} has load {state.load} with {len(chats)} chats")
    return lines


async def _rows(tx: AsyncConnection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in (await tx.execute(select(table))).mappings()]


def _conversation(row: dict[str, Any]) -> Conversation:
    return Conversation(
        row["id"],
        row["customer_id"],
        row["team_id"],
        row["live"],
        row["public_head"],
        row["assignment_epoch"],
        row["weight"],
        row["assignee_id"] or "",
    )


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        row["conversation_id"],
        row["thread"],
        row["seq"],
        row["kind"],
        row["author_id"],
        row["client_id"] or "",
        monotonic(row["at"]),
        msgspec.json.decode(row["payload"]) if row["payload"] else {},
    )


def _assignment(row: dict[str, Any]) -> Assignment:
    return Assignment(
        row["conversation_id"],
        row["staff_id"],
        row["epoch"],
        monotonic(row["started_at"]),
        _when(row["ended_at"]),
        row["end_reason"] or "",
        _when(row["wrap_up_until"]),
    )


def _visit(row: dict[str, Any]) -> Visit:
    return Visit(
        row["conversation_id"],
        row["episode"],
        row["team_id"],
        row["priority"],
        monotonic(row["first_at"]),
        monotonic(row["entered_at"]),
        _when(row["left_at"]),
        row["outcome"] or "",
    )


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        row["id"],
        row["conversation_id"],
        row["staff_id"],
        monotonic(row["offered_at"]),
        _when(row["ended_at"]),
        row["outcome"] or "",
    )
