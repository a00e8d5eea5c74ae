"""What routing raises: that its state is not to be trusted, or cannot be reached."""


class RoutingError(Exception):
    """Any failure of this room."""


class NotReady(RoutingError):
    """Redis holds no state of this generation: it was wiped, restarted, or rebuilt by somebody else.

    The caller compares its generation with the database's, and rebuilds or adopts (`rebuild.active`).
    """


class Unavailable(RoutingError):
    """Redis did not answer in time. What was asked may have happened or not; sweeps mend either way."""


class ScriptFailed(RoutingError):
    """A script refused its arguments or broke: a mistake in this room or in how it was called."""


class QueueFull(RoutingError):
    """A new arrival was turned away: the team's queue has its largest size. Nothing of it is in Redis."""
