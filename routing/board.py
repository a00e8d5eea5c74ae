"""The queues as a supervisor sees them."""

from msgspec import Struct

from routing.agents import Record
from routing.router import Router


class QueueState(Struct, frozen=True):
    """One team at this moment."""

    team_id: str
    waiting: int
    """In line, offered ones and those whose customer is away included."""
    oldest_first_at_ms: int | None
    active: int
    """Conversations that an agent holds."""
    available: int
    """Agents who are available, present, and have room for a chat."""
    away: int
    """Agents who are away, or available and not present."""
    full: int


async def queues(router: Router) -> list[QueueState]:
    """Every team, by id; one consistent snapshot."""
    seen = await router.call("board_queues", {}, _Seen)
    return sorted((_state(team, seen.agents) for team in seen.teams), key=lambda state: state.team_id)


class _Team(Struct):
    id: str
    waiting: int
    active: int
    oldest: int | None = None
    capacity: int | None = None


class _Seen(Struct, array_like=True):
    teams: list[_Team]
    agents: list[Record]


def _state(team: _Team, agents: list[Record]) -> QueueState:
    standing = [agent.standing(team.id, team.capacity) for agent in agents if team.id in agent.teams]
    return QueueState(
        team.id,
        team.waiting,
        team.oldest,
        team.active,
        standing.count("available"),
        standing.count("away"),
        standing.count("full"),
    )
