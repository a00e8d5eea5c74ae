"""Exact values of the queueing models; rates per minute, results in shares and seconds."""

import math
from collections.abc import Iterator

from msgspec import Struct

_NEGLIGIBLE = 1e-16


class Exact(Struct, frozen=True):
    """What theory says of a model in its steady state."""

    waited_share: float
    mean_wait_seconds: float
    """Of all who come, also those who left."""
    abandoned_share: float
    within_share: float
    """Answered within the given time, of all who come."""


def erlang_c(arrivals: float, service: float, servers: int, within_seconds: float = 20) -> Exact:
    """M/M/n, first come, first served (Erlang 1917; Gross et al., Fundamentals of Queueing Theory, 2.3).

    P(wait) is C(n, a), by Erlang B's recursion; a wait that happens is exponential with rate nμ − λ.
    Raises ValueError when the servers cannot keep up.
    """
    spare = servers * service - arrivals
    if spare <= 0:
        raise ValueError("The agents cannot keep up: the queue would grow without end.")
    waits = _waits(arrivals / service, servers)
    late = waits * math.exp(-spare * within_seconds / 60)
    return Exact(waits, waits / spare * 60, 0.0, 1 - late)


def _waits(load: float, servers: int) -> float:
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def priorities(urgent: float, ordinary: float, service: float, servers: int) -> tuple[float, float]:
    """Mean waits, in seconds, of two classes in M/M/n where the urgent go first and nobody is interrupted.

    `urgent`, `ordinary`: arrivals a minute. Cobham 1954; for n servers Kella and Yechiali 1985: the wait
    behind what is there, C(n, a) / nμ, over (1 − σ of those before) (1 − σ with this class).
    """
    power = servers * service
    behind = _waits((urgent + ordinary) / service, servers) / power * 60
    first, both = urgent / power, (urgent + ordinary) / power
    return behind / (1 - first), behind / ((1 - first) * (1 - both))


def erlang_a(
    arrivals: float, service: float, servers: int, patience: float, within_seconds: float = 20
) -> Exact:
    """M/M/n+M: who waits leaves with rate `patience` (Palm 1957; Garnett, Mandelbaum and Reiman 2002).

    The number present is a birth-death process. Mean wait is E[queue] / λ (Little), the abandoned share
    θ E[queue] / λ, what a new arrival meets is the steady state (PASTA).
    """
    shares = _steady(arrivals, service, servers, patience)
    queue = sum(waiting * share for waiting, share in enumerate(shares[servers:]))
    met = shares[servers:]
    served = _served(met, servers * service, patience, within_seconds / 60)
    return Exact(
        waited_share=sum(met),
        mean_wait_seconds=queue / arrivals * 60,
        abandoned_share=patience * queue / arrivals,
        within_share=1 - sum(met) + served,
    )


def _steady(arrivals: float, service: float, servers: int, patience: float) -> list[float]:
    """Shares of time with 0, 1, 2 … present."""
    weights, greatest = [0.0], 0.0
    while len(weights) <= servers or weights[-1] > greatest - 40:
        present = len(weights)
        ends = min(present, servers) * service + max(0, present - servers) * patience
        weights.append(weights[-1] + math.log(arrivals / ends))
        greatest = max(greatest, weights[-1])
    raw = [math.exp(weight - greatest) for weight in weights]
    whole = math.fsum(raw)
    return [weight / whole for weight in raw]


def _served(met: list[float], power: float, patience: float, minutes: float) -> float:
    """Share answered within the time, of those who find 0, 1, … waiting before them.

    One in place i moves up with rate nμ + iθ and leaves with rate θ: a transient distribution, by
    uniformisation (Jensen 1953).
    """
    if math.fsum(met) < _NEGLIGIBLE:
        return 0.0
    places, served, total = list(met), 0.0, 0.0
    pace = power + (len(places) + 1) * patience
    for probability in _poisson(pace * minutes):
        total += probability * served
        served += places[0] * power / pace
        places = _moved(places, power, patience, pace)
    return total


def _moved(places: list[float], power: float, patience: float, pace: float) -> list[float]:
    after = []
    for ahead, share in enumerate(places):
        up = power + ahead * patience
        come = places[ahead + 1] * (up + patience) if ahead + 1 < len(places) else 0.0
        after.append(share * (1 - (up + patience) / pace) + come / pace)
    return after


def _poisson(mean: float) -> Iterator[float]:
    """P(0), P(1), … until the rest is negligible."""
    for count in range(math.ceil(mean + 12 * math.sqrt(mean) + 40)):
        probability = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        if count > mean and probability < _NEGLIGIBLE:
            return
        yield probability
