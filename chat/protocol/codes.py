"""The one table of error codes and of close codes that a client can meet."""

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """Why a command was refused. The value is what stands on the wire."""

    BAD_FRAME = "bad_frame"
    UNKNOWN_COMMAND = "unknown_command"
    INVALID = "invalid"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    NOT_HELLO = "not_hello"
    UNSUPPORTED_PROTOCOL = "unsupported_protocol"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NOT_ASSIGNED = "not_assigned"
    ALREADY_TAKEN = "already_taken"
    AT_CAPACITY = "at_capacity"
    NOT_AVAILABLE = "not_available"
    ENDED = "ended"
    OFFER_GONE = "offer_gone"
    ORDER = "order"
    RATE = "rate"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


MESSAGES: Final[dict[Code, str]] = {
    Code.BAD_FRAME: "That frame is not JSON that we can read.",
    Code.UNKNOWN_COMMAND: "This server does not know that command.",
    Code.INVALID: "A field of that command is missing or not allowed.",
    Code.TOO_LARGE: "That is longer than we can take. Shorten it and send it again.",
    Code.BINARY: "Frames are text, not binary.",
    Code.NOT_HELLO: "The first command of a connection is hello.",
    Code.UNSUPPORTED_PROTOCOL: "This page is out of date. Reload it to go on.",
    Code.UNAUTHENTICATED: "You are signed out. Sign in again to go on.",
    Code.FORBIDDEN: "You may not do that here.",
    Code.NOT_FOUND: "There is no such conversation here.",
    Code.NOT_ASSIGNED: "This conversation is not yours any more.",
    Code.ALREADY_TAKEN: "Somebody else has taken this conversation.",
    Code.AT_CAPACITY: "No room for one more chat: capacity is reached.",
    Code.NOT_AVAILABLE: "That agent is not available.",
    Code.ENDED: "This conversation has ended.",
    Code.OFFER_GONE: "This offer is over.",
    Code.ORDER: "An earlier message has to be sent again first.",
    Code.RATE: "That was too fast. Wait a moment and try again.",
    Code.BUSY: "Too much is under way on this connection. Try again in a moment.",
    Code.UNAVAILABLE: "Not now: your message is kept on your device and will be sent again.",
    Code.INTERNAL: "Something went wrong on our side. Try again.",
}
"""What a person is told; a screen may say it better where it knows more."""

RETRYABLE: Final = frozenset({Code.ORDER, Code.RATE, Code.BUSY, Code.UNAVAILABLE, Code.INTERNAL})
"""A client sends these again by itself, after `retry_after_ms` where one is given."""


class CloseCode:
    """WebSocket close codes, RFC 6455 section 7.4 and the private range 4000–4999."""

    GOING_AWAY: Final = 1001
    POLICY: Final = 1008
    TOO_BIG: Final = 1009
    RESTART: Final = 1012
    """The server is going down or restarts: reconnect after `resume_after_ms` of `closing`."""
    HELLO_TIMEOUT: Final = 4000
    UNAUTHENTICATED: Final = 4001
    """Do not reconnect: sign in, or make a new visitor, first."""
    UNSUPPORTED_PROTOCOL: Final = 4002
    """Do not reconnect: reload the page."""
    FLOOD: Final = 4008
    """Too many refused frames. Reconnect with backoff."""
