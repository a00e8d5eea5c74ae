"""What is answered when something is refused or fails: JSON for programs, a friendly page for people."""

from typing import Final, NamedTuple

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ExceptionHandler

from chat.errors import Refused
from chat.protocol.codes import Code
from store.errors import Unavailable
from web.answers import STATUSES, refusal
from web.assets import NotBuilt
from web.security.passwords import TooBusy
from web.security.policy import DEFAULTS
from web.shell import plain

log = structlog.get_logger(__name__)


class Words(NamedTuple):
    """What happened, what it means and what to do; `link` and `label` lead on."""

    heading: str
    text: str
    link: str = ""
    label: str = ""
    command: str = ""


PAGES: Final = {
    403: Words(
        "This is not yours to see",
        "Your account does not reach this page. Ask a supervisor or admin if it should.",
        "/console",
        "Back to the console",
    ),
    404: Words(
        "There is nothing here",
        "The address is wrong, or what was here is gone. Check it, or start from the beginning.",
        "/",
        "Start page",
    ),
    405: Words("That cannot be done here", "This address answers other questions.", "/", "Start page"),
    413: Words("That is too large", "Nothing was kept. Send less at once."),
    500: Words(
        "Something broke on our side",
        "It was written down for those who look after this desk. Try again in a moment.",
    ),
    503: Words(
        "Not right now",
        "A part of this desk does not answer at the moment. It recovers by itself: try again in a moment.",
    ),
}
UNBUILT: Final = Words(
    "The screens are not built yet",
    "The desk runs, but its front-ends have not been built. Run this in the project's folder, then reload:",
    command="make web/static/manifest.json",
)
GENERAL: Final = Words("That did not work", "Go back and try again.", "/", "Start page")


def handlers() -> dict[type[Exception], ExceptionHandler]:
    """Return the app's exception handlers."""
    return {
        Refused: _refused,
        Unavailable: _unavailable,
        TooBusy: _busy,
        NotBuilt: _unbuilt,
        HTTPException: _http,
        Exception: _broken,
    }


def sorry(request: Request, words: Words, status: int) -> Response:
    """Return a page that says what happened."""
    return plain(request, "error", status=status, footer=f"Error {status}", **words._asdict())


def _for_people(request: Request) -> bool:
    """A browser that opens an address says that it takes HTML; a script of ours does not."""
    accepts = request.headers.get("accept", "")
    return "text/html" in accepts and not request.url.path.startswith("/api/")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if not _for_people(request):
        return refusal(error)
    status = STATUSES.get(error.code, 400)
    return sorry(request, PAGES.get(status, GENERAL), status)


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("not_now", error=str(error))
    return await _refused(
        request, Refused(Code.UNAVAILABLE, "Not now. Try again in a moment.", retry_after_ms=2000)
    )


async def _busy(request: Request, error: Exception) -> Response:
    words = "Many people sign in right now. Try again in a moment."
    return await _refused(request, Refused(Code.BUSY, words, retry_after_ms=2000))


async def _unbuilt(request: Request, error: Exception) -> Response:
    if _for_people(request):
        return sorry(request, UNBUILT, 503)
    return refusal(Refused(Code.UNAVAILABLE, "The front-ends are not built: run make build."))


CODES: Final = {401: Code.UNAUTHENTICATED, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND, 413: Code.TOO_LARGE}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if 300 <= error.status_code < 400:
        return RedirectResponse((error.headers or {})["location"], error.status_code)
    if _for_people(request):
        return sorry(request, PAGES.get(error.status_code, GENERAL), error.status_code)
    code = CODES.get(error.status_code, Code.INVALID)
    words = error.detail if code is Code.INVALID else ""
    return refusal(Refused(code, words), error.status_code)


async def _broken(request: Request, error: Exception) -> Response:
    """The server logs the error itself; whoever asked learns no more than that there was one.

    Starlette answers these outside of all middleware, so the headers that go with everything come from here.
    """
    people = _for_people(request)
    response = sorry(request, PAGES[500], 500) if people else refusal(Refused(Code.INTERNAL))
    for name, value in DEFAULTS.items():
        response.headers.setdefault(name, value)
    return response
