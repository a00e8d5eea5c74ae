"""Our two cookies: the staff session, and the status page's. Neither can be read by a script."""

from typing import Final, Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from web.security.tokens import STATUS_SESSION

STAFF: Final = "frontdesk_session"
STATUS: Final = "frontdesk_status"
STATUS_PATHS: Final = ("/status", "/ws/status")
"""The page and its socket; nothing else ever sees this cookie."""
MAX_LENGTH: Final = 1024
SAME_SITE: Final[Literal["lax"]] = "lax"
"""Not strict: people come from links in mails, and the redirect that follows must bring the cookie along."""


def set_staff(response: Response, token: str, seconds: int, *, secure: bool) -> None:
    """Give the browser a staff session for `seconds`; `secure` where people reach us by HTTPS."""
    response.set_cookie(
        STAFF, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite=SAME_SITE
    )


def clear_staff(response: Response, *, secure: bool) -> None:
    response.delete_cookie(STAFF, path="/", secure=secure, httponly=True, samesite=SAME_SITE)


def staff_token(connection: HTTPConnection) -> str:
    """Return what the staff cookie holds, empty for none and for what is too long to be ours."""
    return _read(connection, STAFF)


def set_status(response: Response, session: str, *, secure: bool) -> None:
    """Give the browser a status session, for the status page and its socket only."""
    for path in STATUS_PATHS:
        response.set_cookie(
            STATUS,
            session,
            max_age=int(STATUS_SESSION.total_seconds()),
            path=path,
            secure=secure,
            httponly=True,
            samesite=SAME_SITE,
        )


def status_session(connection: HTTPConnection) -> str:
    return _read(connection, STATUS)


def _read(connection: HTTPConnection, name: str) -> str:
    value = connection.cookies.get(name, "")
    return value if value.isascii() and len(value) <= MAX_LENGTH else ""
