"""The names of rooms, built in one place. What stands before the slash is the subject."""


def customers(conversation_id: str) -> str:
    """The customer's tabs and status pages of a conversation."""
    return f"conversation:{conversation_id}/customers"


def tabs(conversation_id: str) -> str:
    """The customer's widgets only: these count as the customer's being there."""
    return f"conversation:{conversation_id}/tabs"


def viewers(conversation_id: str) -> str:
    """The staff who have a conversation open."""
    return f"conversation:{conversation_id}/viewers"


def conversation(conversation_id: str) -> str:
    """The subject of all that concerns one conversation."""
    return f"conversation:{conversation_id}"


def team(team_id: str) -> str:
    """The staff whose lists show a team's conversations."""
    return f"team:{team_id}"


def staff(staff_id: str) -> str:
    """One member of staff, all tabs."""
    return f"staff:{staff_id}"


def visitor(visitor_id: str) -> str:
    """One visitor, all tabs."""
    return f"visitor:{visitor_id}"


def site(site_id: str) -> str:
    """The widgets open on a site."""
    return f"site:{site_id}"


DESK = "desk"
"""All staff."""

BOARD = "board"
"""Everybody who watches the board at this process."""
