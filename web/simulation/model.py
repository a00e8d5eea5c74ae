"""What is simulated: who comes, how long chats last, who has patience."""

import math
import random

import msgspec
from msgspec import Struct

from web.simulation import theory


class Model(Struct, frozen=True, kw_only=True):
    """A desk with Poisson arrivals, exponential chats and patience; rates per minute."""

    arrivals: float
    service: float
    agents: int
    slots: int = 1
    """Chats at once, an agent."""
    patience: float = 0.0
    """Rate at which who waits leaves; 0: nobody does."""
    urgent: float = 0.0
    """Of the arrivals, those with priority."""
    kinds: int = 1
    """Kinds of chat, equally frequent."""
    skills: int = 1
    """How many kinds each agent can do."""

    @property
    def servers(self) -> int:
        """Chats that can be held at once."""
        return self.agents * self.slots

    @property
    def pools(self) -> int:
        """Independent queues that it falls apart into; 0 where skills overlap in part."""
        if self.skills == self.kinds:
            return 1
        return self.kinds if self.skills == 1 else 0

    @property
    def control(self) -> "Model":
        """The nearest model with an exact answer, for the same customers: itself, or all skills."""
        return self if self.pools else msgspec.structs.replace(self, skills=self.kinds)

    @property
    def waiting(self) -> float:
        """How many would wait at least, on the average, because more come than can be served."""
        surplus = self.arrivals - self.servers * self.service
        return surplus / self.patience if surplus > 0 and self.patience else 0.0

    @property
    def memory(self) -> float:
        """After about so many customers a run has forgotten that it began with an empty desk.

        The relaxation time of M/M/n, 1 / nμ(1 − √ρ)² (Morse 1955), or that of patience if it is shorter; at
        least one chat.
        """
        power = self.servers * self.service
        slow = [1 / self.patience] if self.patience else []
        if self.arrivals < power:
            slow.append(1 / (power * (1 - math.sqrt(self.arrivals / power)) ** 2))
        return self.arrivals * max(1 / self.service, min(slow, default=0.0))

    def exact(self, within_seconds: float = 20) -> theory.Exact:
        """Where priority is nobody's. Raises ValueError where there is no steady state, or no answer."""
        if not self.pools:
            raise ValueError("There is no exact value for skills that overlap in part.")
        arrivals, servers = self.arrivals / self.pools, self.servers // self.pools
        if self.patience:
            return theory.erlang_a(arrivals, self.service, servers, self.patience, within_seconds)
        return theory.erlang_c(arrivals, self.service, servers, within_seconds)


class Customer(Struct, frozen=True):
    """One who comes; times in ms of the virtual clock."""

    at: int
    leaves: int | None
    """When, if nobody has answered; None: never."""
    kind: int
    urgent: bool


class Draws:
    """All chance of a run: the same seed gives the same customers, and the same lengths of chats."""

    def __init__(self, model: Model, seed: int) -> None:
        self._model = model
        self._arrivals, self._lengths, self._patience, self._nature = (
            random.Random(f"{seed} {name}") for name in ("arrivals", "lengths", "patience", "nature")
        )
        self._at = 0.0
        self._known: list[int] = []

    def customer(self) -> Customer:
        """The next who comes."""
        model = self._model
        self._at += self._arrivals.expovariate(model.arrivals) * 60_000
        at = round(self._at)
        # Not in the same millisecond: who leaves goes before who arrives then.
        leaves = at + max(1, _ms(self._patience, model.patience)) if model.patience else None
        kind = self._nature.randrange(model.kinds) if model.kinds > 1 else 0
        urgent = model.urgent > 0 and self._nature.random() * model.arrivals < model.urgent
        return Customer(at, leaves, kind, urgent)

    def length(self, start: int) -> int:
        """How many ms the chat lasts that is the `start`-th to begin."""
        while len(self._known) <= start:
            self._known.append(_ms(self._lengths, self._model.service))
        return self._known[start]


def _ms(chance: random.Random, rate: float) -> int:
    return round(chance.expovariate(rate) * 60_000)
