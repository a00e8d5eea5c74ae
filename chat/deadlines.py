"""The times that a conversation has to keep, put down when they begin; `timers` looks when they come."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from store import jobs, teams
from store.conversations import Conversation

SILENCE: Final = "silence"
CLOSE: Final = "close"


async def watch_silence(tx: AsyncConnection, row: Conversation, at: datetime) -> None:
    """From now on this conversation is watched for its customer's silence."""
    team = await teams.get(tx, row.team_id)
    if team is not None:
        await jobs.put(tx, SILENCE, row.id, at + timedelta(seconds=team.silence_warn_seconds))


async def close_later(tx: AsyncConnection, row: Conversation, at: datetime) -> None:
    """A solved or pending ticket closes for good after the team's time without a word."""
    team = await teams.get(tx, row.team_id)
    if team is not None:
        await jobs.put(tx, CLOSE, row.id, at + timedelta(seconds=team.close_after_seconds))
