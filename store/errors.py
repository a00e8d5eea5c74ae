"""What the store raises: one error for "not now", and one that a retry may cure."""


class Unavailable(Exception):
    """The database is away, locked, full or too slow: nothing was acknowledged, try again later."""


class Conflict(Unavailable):
    """A deadlock or a serialisation failure: the transaction was rolled back whole, run it again."""


class OutOfOrder(Exception):
    """An earlier message of this author in this conversation failed and has to be sent again first."""


class NotThere(Exception):
    """The row that an act needs does not exist."""
