"""The plain queue: what the customers of a run would meet if theory's rules alone decided.

It knows nothing of routing. Its means are the exact ones, so that it serves as control variate.
"""

from heapq import heappop, heappush

from web.simulation.model import Customer, Draws, Model
from web.simulation.outcome import Outcome

END, LEAVE, ARRIVE = range(3)
"""The order of what happens in one millisecond."""


class Queue:
    """n servers a pool; the urgent first, then who came first."""

    def __init__(self, model: Model, seed: int) -> None:
        self._pools = model.pools
        self._draws = Draws(model, seed)
        self._free = [model.servers // model.pools] * model.pools
        self._lines: list[list[tuple[bool, int]]] = [[] for _ in self._free]
        self._events: list[tuple[int, int, int, int]] = []
        self._customers: list[Customer] = []
        self._starts = 0
        self._outcome = Outcome()

    def run(self, customers: int) -> Outcome:
        """Until so many are answered or gone."""
        self._draw()
        left = customers
        while left > 0:
            at, kind, _, number = heappop(self._events)
            pool = self._customers[number].kind % self._pools
            if kind == ARRIVE:
                heappush(self._lines[pool], (not self._customers[number].urgent, number))
                self._draw()
            elif kind == END:
                self._free[pool] += 1
            elif self._outcome.wait_ms[number] < 0:
                self._outcome.leave(number, at - self._customers[number].at)
                left -= number < customers
            started = self._start(at, pool, number if kind == ARRIVE else -1)
            left -= 0 <= started < customers
        return self._outcome

    def _draw(self) -> None:
        customer, number = self._draws.customer(), len(self._customers)
        self._customers.append(customer)
        self._outcome.come(customer.urgent)
        heappush(self._events, (customer.at, ARRIVE, number, number))
        if customer.leaves is not None:
            heappush(self._events, (customer.leaves, LEAVE, number, number))

    def _start(self, at: int, pool: int, arriving: int) -> int:
        """Who is served now, or -1."""
        line = self._lines[pool]
        while line and self._outcome.wait_ms[line[0][1]] >= 0:
            heappop(line)
        if not line or not self._free[pool]:
            return -1
        self._free[pool] -= 1
        number = heappop(line)[1]
        self._outcome.answer(number, at - self._customers[number].at, number != arriving)
        heappush(self._events, (at + self._draws.length(self._starts), END, self._starts, number))
        self._starts += 1
        return number
