"""How fast a client may go on, as it learns from being refused."""


class Pace:
    """Unbounded until the first refusal for being too fast, then spaced by what the refusals said."""

    def __init__(self) -> None:
        self.interval_seconds = 0.0
        self._next_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next command may leave; 0 for now."""
        return max(0.0, self._next_at - now)

    def left(self, now: float) -> None:
        """A command leaves now."""
        self._next_at = max(now, self._next_at) + self.interval_seconds

    def slow_down(self, now: float, retry_after_ms: int) -> None:
        """A command was refused as too fast. The longest wait that was asked for is the time one
        command costs; shorter ones are what was left of it."""
        seconds = retry_after_ms / 1000
        self.interval_seconds = max(self.interval_seconds, seconds)
        self._next_at = max(self._next_at, now + seconds)
