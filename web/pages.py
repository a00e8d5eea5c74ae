"""The pages: thin shells that load the built screens. Each says by whom it may be opened and framed."""

from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chat.errors import Refused
from chat.protocol.codes import Code
from store import conversations, sites
from web.assets import LOADER_SECONDS
from web.edge import edge_of
from web.failures import Words, sorry
from web.security import cookies, sessions
from web.security.origins import of as origin_of
from web.security.sessions import SignedIn
from web.shell import screen

KEY_LENGTH: Final = 64
NEXT_LENGTH: Final = 500
UNKNOWN_LINK: Final = Words(
    "This link opens nothing",
    "It may have been cut when it was copied. Open it again from the chat or the mail that it came with.",
)
NO_LINK: Final = Words(
    "Open your status page by its link",
    "Which request you may follow stands in the link from your chat or mail. Open it once more from there.",
)
FAVICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" '
    b'fill="#3457d5"/><path d="M26 16a9.500 9.500 0 0 1-9.500 9.500H6l2.400-3.800A9.500 9.500 0 1 1 26 16Z" '
    b'fill="#fff"/></svg>'
)


async def start(request: Request) -> Response:
    """GET /: to the console; a demo desk has a page of its own here."""
    return RedirectResponse("/console", 303)


async def signin(request: Request) -> Response:
    """GET /signin: the form, or straight on for whoever is signed in already."""
    wanted = request.query_params.get("next", "")
    signed_in = await _signed_in(request)
    home = "/board" if signed_in and signed_in.member.supervises else "/console"
    onward = safe_next(wanted, home)
    if signed_in:
        return RedirectResponse(onward, 303)
    return screen(request, "signin", "Sign in · Frontdesk", next=onward)


async def console(request: Request) -> Response:
    """GET /console, for all of the staff."""
    if not await _signed_in(request):
        return _to_signin(request)
    return screen(request, "console", "Console · Frontdesk")


async def board(request: Request) -> Response:
    """GET /board, for supervisors and admins."""
    return await _supervised(request, "board", "Board · Frontdesk")


async def setup(request: Request) -> Response:
    """GET /setup, for supervisors and admins; what each may change is the API's to say."""
    return await _supervised(request, "setup", "Setup · Frontdesk")


async def panel(request: Request) -> Response:
    """GET /panel?site=KEY: the widget's panel, framed by the site's own pages and nobody else's."""
    edge = edge_of(request)
    key = request.query_params.get("site", "")[:KEY_LENGTH]
    async with edge.database.read() as tx:
        site = await sites.by_key(tx, key)
    if site is None:
        raise HTTPException(404)
    # No browser takes an IPv6 address in frame-ancestors; it would only complain at every load.
    listed = {origin_of(origin) for origin in site.origins}
    framed_by = ["'self'", *sorted(origin for origin in listed if "[" not in origin)]
    return screen(request, "panel", site.name, framed_by=framed_by, site=key)


async def status_link(request: Request) -> Response:
    """GET /status/{secret}: exchange the link for a cookie, so that the secret leaves the address at once."""
    edge = edge_of(request)
    conversation_id = edge.tokens.status_link_of(request.path_params["secret"])
    if conversation_id is None:
        return _private(sorry(request, UNKNOWN_LINK, 404))
    async with edge.database.read() as tx:
        known = await conversations.get(tx, conversation_id)
    if known is None:
        return _private(sorry(request, UNKNOWN_LINK, 404))
    response = RedirectResponse("/status", 303, {"cache-control": "no-store"})
    session = edge.tokens.status_session(conversation_id)
    cookies.set_status(response, session, secure=edge.origins.secure(request.scope))
    return _private(response)


async def status(request: Request) -> Response:
    """GET /status: the status page of the conversation whose link was opened last."""
    edge = edge_of(request)
    if edge.tokens.status_of(cookies.status_session(request)) is None:
        return _private(sorry(request, NO_LINK, 403))
    return _private(screen(request, "status", "Your request"))


async def loader(request: Request) -> Response:
    """GET /widget.js: the loader, on pages everywhere; kept for minutes only, so that a fix arrives."""
    headers = {
        "cache-control": f"public, max-age={LOADER_SECONDS}",
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
    }
    return Response(edge_of(request).assets.loader(), headers=headers, media_type="text/javascript")


async def favicon(request: Request) -> Response:
    headers = {"cache-control": "public, max-age=86400"}
    return Response(FAVICON, headers=headers, media_type="image/svg+xml")


def safe_next(wanted: str, home: str) -> str:
    """Return where to go after signing in: a path of ours, never another host's address, else `home`."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_path and "\\" not in wanted and len(wanted) <= NEXT_LENGTH else home


async def _supervised(request: Request, name: str, title: str) -> Response:
    signed_in = await _signed_in(request)
    if not signed_in:
        return _to_signin(request)
    if not signed_in.member.supervises:
        raise HTTPException(403)
    return screen(request, name, title)


async def _signed_in(request: Request) -> SignedIn | None:
    try:
        return await sessions.staff_of(request)
    except Refused as refused:
        if refused.code is not Code.UNAUTHENTICATED:
            raise
        return None


def _to_signin(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    onward = quote(request.url.path + query, safe="/")
    return RedirectResponse(f"/signin?next={onward}", 303, {"cache-control": "no-store"})


def _private(response: Response) -> Response:
    """Nothing of a status page's address leaves it, not even to us."""
    response.headers["referrer-policy"] = "no-referrer"
    return response
