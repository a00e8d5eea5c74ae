"""Agents as the router sees them: what they declared, what was observed, what they carry."""

from typing import Literal

import msgspec
from msgspec import Struct

from routing.proposals import Proposal
from routing.router import Router
from routing.sweeps import Swept

Availability = Literal["available", "away", "offline"]
Standing = Literal["available", "away", "full", "offline"]


class Agent(Struct, frozen=True):
    """What is known of an agent outside Redis."""

    staff_id: str
    availability: Availability
    capacity: int
    """Hundredths of a chat, over all teams."""
    teams: list[str]
    idle_since_ms: int = 0
    """Only for a rebuild: when the last chat was given or ended; 0 is now."""
    languages: list[str] = []
    skills: dict[str, int] = {}
    """Name → level, 1 or more."""


class AgentState(Struct, frozen=True):
    """An agent at this moment."""

    staff_id: str
    availability: Availability
    present: bool
    """A ping was answered less than 8 s ago."""
    load: int
    """Hundredths; offers, claims and wrap-ups counted."""
    capacity: int
    conversation_ids: list[str]
    """Held now; neither offered nor in wrap-up."""
    teams: list[str] = []
    languages: list[str] = []
    skills: dict[str, int] = {}
    removed: bool = False
    """To be forgotten as soon as nothing is bound to them."""

    def knows(self, agent: Agent) -> bool:
        """Is all that was declared of this agent as it stands here?"""
        return (
            self.availability == agent.availability
            and self.capacity == agent.capacity
            and sorted(self.teams) == sorted(agent.teams)
            and sorted(self.languages) == sorted(agent.languages)
            and self.skills == agent.skills
        )


class Slot(Struct, frozen=True):
    """What a part of an agent's capacity is used for."""

    conversation: str
    weight: int
    team: str
    kind: Literal["held", "claim", "offer", "wrap"]


class Able(Struct, frozen=True):
    """What an agent is able to do."""

    languages: list[str]
    skills: dict[str, int]


class Record(Struct, frozen=True):
    """An agent as Redis holds it (prelude/agents.lua)."""

    id: str
    availability: Availability
    present: bool
    capacity: int
    teams: list[str]
    slots: list[Slot]
    able: str
    """The JSON of Able."""
    removed: bool = False

    def load(self, team_id: str | None = None) -> int:
        """Hundredths, over all teams or in one."""
        return sum(slot.weight for slot in self.slots if team_id in (None, slot.team))

    def state(self) -> AgentState:
        """What the rest of the house is told."""
        held = sorted(slot.conversation for slot in self.slots if slot.kind == "held")
        able = msgspec.json.decode(self.able, type=Able)
        return AgentState(
            self.id,
            self.availability,
            self.present,
            self.load(),
            self.capacity,
            held,
            self.teams,
            able.languages,
            able.skills,
            self.removed,
        )

    def standing(
        self, team_id: str, team_capacity: int | None
    ) -> Literal["available", "away", "full", "offline"]:
        """How this agent counts on a team's board; `full`: no room for one more chat."""
        if self.availability == "offline":
            return "offline"
        if self.availability == "away" or not self.present:
            return "away"
        room = self.capacity - self.load()
        if team_capacity is not None:
            room = min(room, team_capacity - self.load(team_id))
        return "available" if room >= 100 else "full"


async def put(router: Router, agent: Agent) -> list[Proposal]:
    """Add an agent or change one; takes effect on the next decision. What is held stays held.

    A new agent is not present until a lease comes (`leases.renew`).
    """
    return await router.call("agents_put", agent, list[Proposal])


async def remove(router: Router, staff_id: str) -> Swept:
    """Forget an agent. What they held is reported as lost now, and again until it was requeued."""
    return await router.call("agents_remove", {"id": staff_id}, Swept)


async def states(router: Router) -> list[AgentState]:
    """Every agent, by id."""
    records = await router.call("agents_states", {}, list[Record])
    return sorted((record.state() for record in records), key=lambda state: state.staff_id)
