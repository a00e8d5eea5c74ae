"""Which pages may speak to us: Origin of everything that changes something, Host of everything."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chat.errors import Refused
from chat.protocol.codes import Code
from web.answers import refusal

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HTTP_SCHEME: Final[Mapping[str, str]] = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


def is_loopback(host: str) -> bool:
    """Tell whether a name or address to bind to can be reached from this machine only."""
    bare = host.strip("[]").lower()
    return bare in {"localhost", "::1"} or bare.startswith("127.")


def of(url: str) -> str:
    """Return the origin of a URL (scheme, host, port), lower case, without what follows."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


class Origins:
    """What counts as our own pages.

    Arguments: `public_url`, where people reach the desk, or empty: then it is whatever Host they asked for;
    `bind`, the address we listen on. On a loopback address without `public_url` only loopback Hosts are
    answered, so that no foreign name that resolves to this machine (DNS rebinding) becomes "our own".
    """

    def __init__(self, public_url: str, bind: str) -> None:
        self._public = of(public_url) if public_url else ""
        self._loopback_only = not public_url and is_loopback(bind)

    def own(self, scope: Scope) -> str:
        """Return the origin that our own pages have for whoever made this request."""
        if self._public:
            return self._public
        host = Headers(scope=scope).get("host", "").lower()
        return f"{_HTTP_SCHEME[scope['scheme']]}://{host}"

    def socket(self, scope: Scope) -> str:
        """Return the origin of our WebSockets, for a page's connect-src."""
        return "ws" + self.own(scope).removeprefix("http")

    def secure(self, scope: Scope) -> bool:
        """Tell whether people reach us by HTTPS, so that cookies may be kept off plain HTTP."""
        return self.own(scope).startswith("https:")

    def knows_host(self, scope: Scope) -> bool:
        """Tell whether the Host that was asked for can be us."""
        if not self._loopback_only:
            return True
        host = Headers(scope=scope).get("host", "").lower()
        name, colon, port = host.rpartition(":")
        return (name if colon and port.isdigit() else host) in LOOPBACK

    def allows(self, scope: Scope) -> bool:
        """Tell whether the request comes from a page of ours; one without Origin does not."""
        return Headers(scope=scope).get("origin", "").lower() == self.own(scope)


class OriginGuard:
    """Refuses what changes something, and every WebSocket, from elsewhere, before any route is looked at."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif not self._origins.knows_host(scope):
            await _refuse(
                "This desk is not reached by that name. Set FRONTDESK_PUBLIC_URL.", scope, receive, send
            )
        elif _changes_something(scope) and not self._origins.allows(scope):
            await _refuse("This request did not come from one of our pages.", scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _changes_something(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


async def _refuse(message: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # "websocket.connect"
        await send({"type": "websocket.close", "code": 1008, "reason": message})  # before accept: HTTP 403
        return
    await refusal(Refused(Code.FORBIDDEN, message))(scope, receive, send)
