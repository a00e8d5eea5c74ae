"""What was measured: of each subject its figures, a value a round, and what could not be measured and why."""

import statistics
from collections.abc import Mapping, Sequence

from msgspec import Struct


class Figure(Struct, frozen=True):
    """One figure over the rounds."""

    subject: str
    name: str
    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)


class Book:
    """Filled as the run goes on."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], list[float]] = {}
        self.missing: dict[str, str] = {}
        """Why, by what is missing."""
        self.traces: dict[str, Sequence[str]] = {}
        """Where in our code that was found, likewise."""

    def note(self, subject: str, name: str, value: float) -> None:
        """The value of this round."""
        self._values.setdefault((subject, name), []).append(value)

    def figure(self, subject: str, name: str) -> Figure | None:
        values = self._values.get((subject, name))
        return Figure(subject, name, values) if values else None

    def median(self, subject: str, name: str) -> float | None:
        found = self.figure(subject, name)
        return found.median if found else None

    def medians(self, subject: str, prefix: str) -> Mapping[str, float]:
        """Of all figures of the subject whose names begin so."""
        return {
            name: statistics.median(values)
            for (whose, name), values in self._values.items()
            if whose == subject and name.startswith(prefix)
        }

    def subjects(self, name: str) -> Sequence[str]:
        """Those that have this figure, in the order in which they were first measured."""
        return [subject for subject, figure in self._values if figure == name]

    def as_builtins(self, machine: Mapping[str, str]) -> Mapping[str, object]:
        """For the JSON file."""
        return {
            "machine": machine,
            "figures": [
                {
                    "subject": subject,
                    "figure": name,
                    "median": statistics.median(values),
                    "low": min(values),
                    "high": max(values),
                    "rounds": values,
                }
                for (subject, name), values in self._values.items()
            ],
            "missing": self.missing,
            "traces": self.traces,
        }
