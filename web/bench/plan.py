"""How much is measured."""

from msgspec import Struct


class Plan(Struct, frozen=True):
    """Defaults are those of `make bench`; a quick look has less of everything."""

    rounds: int = 3
    seconds: float = 2.0
    """Of each window of time."""
    chats: int = 200
    subject: str = ""
    """Of the services that take turns, those whose names have this in them."""
    rates: tuple[int, ...] = (200, 1_000, 2_000)
    """Messages a second at which times and CPU are taken."""
    most_in_flight: int = 2_048
    idle: int = 10_000
    """Connections that say nothing."""
    cut: int = 5_000
    """Clients that lose their connection at once."""
    settling_seconds: float = 5.0
    """Before what is still is measured: what a start leaves to do."""
    quiet_seconds: float = 30.0
    """After which who says nothing is asked for a sign of life, which is a part of what it costs."""
