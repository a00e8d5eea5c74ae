"""What the database would hold, and what must always be true of Redis beside it."""

from typing import Literal

from msgspec import Struct

from routing.agents import Agent, Record
from routing.assignments import Assignment
from routing.entries import Visit
from routing.proposals import Proposal
from routing.teams import TeamSettings


class Row(Struct):
    """A conversation's row."""

    id: str
    team: str
    priority: int
    first: int
    weight: int
    episode: int = 1
    epoch: int = 0
    live: Literal["waiting", "assigned", "ended"] = "waiting"
    staff: str = ""
    connected: bool = True
    language: str = ""
    skills: dict[str, int] = {}
    came: int = 0
    been: list[str] = []
    wanted: str = ""
    held: int = 0
    """Since when an agent has it."""

    def rank(self) -> tuple[int, int, str]:
        """The order of the queue."""
        return (-self.priority, self.first, self.id)

    def visit(self, skip: list[str] | None = None, *, refusable: bool = False) -> Visit:
        """The row as a visit to the queue."""
        return Visit(
            self.id,
            self.episode,
            self.team,
            self.priority,
            self.first,
            self.weight,
            self.epoch,
            self.wanted,
            skip or [],
            self.connected,
            self.language,
            self.skills,
            self.came,
            list(self.been),
            refusable,
        )

    def assignment(self) -> Assignment:
        """The row as an assignment."""
        return Assignment(self.id, self.staff, self.epoch, self.team, self.weight, self.episode)


class Conv(Struct):
    """A conversation in Redis, all of it that the rules speak of."""

    id: str
    state: Literal["waiting", "offered", "claimed", "assigned"]
    team: str
    first: int
    weight: int
    came: int
    priority: int = 0
    skip: list[str] = []
    parked: bool = False
    staff: str = ""
    proposal: str = ""
    language: str = ""
    skills: list[tuple[str, int]] = []
    relaxed: bool = False
    been: list[str] = []
    wanted: str = ""

    def rank(self) -> tuple[int, int, str]:
        """The order of the queue."""
        return (-self.priority, self.first, self.id)


class Picture(Struct):
    """Redis at one moment."""

    agents: dict[str, Record]
    convs: dict[str, Conv]
    teams: dict[str, TeamSettings]
    people: dict[str, Agent]

    def fits(self, agent: Record, conv: Conv, without: int = 0, without_team: str = "") -> bool:
        """Could this agent have it, if `without` of the load in `without_team` were not there?"""
        cap = self.teams[conv.team].capacity
        in_team = agent.load(conv.team) - (without if without_team == conv.team else 0)
        return (
            conv.team in agent.teams
            and agent.id not in conv.skip
            and self.has_what_is_asked(agent, conv)
            and agent.load() - without + conv.weight <= agent.capacity
            and (cap is None or in_team + conv.weight <= cap)
        )

    def has_what_is_asked(self, agent: Record, conv: Conv) -> bool:
        """Skills at their levels, and the language while anybody at work in the team speaks it; of their last
        agent nothing is asked."""
        if conv.relaxed or conv.wanted == agent.id:
            return True
        known = self.people[agent.id]
        skilled = all(known.skills.get(name, 0) >= level for name, level in conv.skills)
        spoken = any(
            conv.team in each.teams and each.availability == "available" and each.present
            for each in self.agents.values()
            if conv.language in self.people[each.id].languages
        )
        speaks = not conv.language or not spoken or conv.language in known.languages
        return skilled and speaks

    def could(self, agent: Record, conv: Conv) -> bool:
        """At work, with room, and with what is asked for."""
        return agent.availability == "available" and agent.present and self.fits(agent, conv)

    def idle_beside_waiting(self) -> list[tuple[str, str]]:
        """(conversation, agent) that could be paired and are not."""
        return [
            (conv.id, agent.id)
            for conv in self.handed_out()
            for agent in self.agents.values()
            if self.could(agent, conv)
        ]

    def jumped(self, made: Proposal) -> list[str]:
        """Who waits, was before the one proposed, and could have had the same agent."""
        agent, chosen = self.agents[made.staff_id], self.convs[made.conversation_id]
        return [
            conv.id
            for conv in self.handed_out()
            if conv.rank() < chosen.rank()
            if self.fits(agent, conv, chosen.weight, chosen.team)
        ]

    def handed_out(self) -> list[Conv]:
        """Who waits and may be matched now."""
        return [
            conv
            for conv in self.convs.values()
            if conv.state == "waiting" and not conv.parked and not self.teams[conv.team].paused
        ]

    def misused(self) -> list[str]:
        """Capacity that is bound to something else than a conversation's state says."""
        return [
            f"{conv.id} {conv.state} {sorted(found)}"
            for conv in self.convs.values()
            if sorted(found := self._bound(conv.id)) != sorted(_expected(conv))
        ] + [
            f"{agent.id} {slot.conversation}"
            for agent in self.agents.values()
            for slot in agent.slots
            if slot.kind != "wrap" and slot.conversation not in self.convs
        ]

    def _bound(self, id: str) -> list[str]:
        return [
            slot.kind + (agent.id if slot.kind == "held" else "")
            for agent in self.agents.values()
            for slot in agent.slots
            if slot.conversation == id and slot.kind != "wrap"
        ]


def _expected(conv: Conv) -> list[str]:
    held = [f"held{conv.staff}"] if conv.staff else []
    return held + {"waiting": [], "assigned": [], "offered": ["offer"], "claimed": ["claim"]}[conv.state]
