"""What a browser may do with what we send: Content-Security-Policy and its companions."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For all that is no page: JSON, files, redirects. Opened as a document, it can do nothing."""

DEFAULTS: Final[Mapping[str, str]] = {
    "content-security-policy": NOTHING,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
}
HSTS: Final = "max-age=31536000"


def page(
    *,
    nonce: str = "",
    socket: str = "",
    framed_by: Sequence[str] = (),
    scripted: bool = True,
    frames: bool = False,
    forms: bool = False,
) -> str:
    """Return the Content-Security-Policy of one page.

    Arguments: `nonce`, what its inline style and script carry, if it has any; `socket`, the origin of its
    WebSocket, since some browsers do not count that as 'self'; `framed_by`, the origins that may frame it;
    `scripted`, whether it runs files of ours; `frames`, whether it frames pages of ours, as a page with the
    widget does; `forms`, whether it may send a form to us.
    """
    inline = f" 'nonce-{nonce}'" if nonce else ""
    own = " 'self'" if scripted else ""
    rules = {
        "default-src": "'none'",
        "script-src": (own + inline).strip() or "'none'",
        "style-src": ("'self'" + inline).strip(),
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self' data:",
        "connect-src": f"'self' {socket}".strip() if scripted else "'none'",
        "frame-src": "'self'" if frames else "'none'",
        "base-uri": "'none'",
        "form-action": "'self'" if forms else "'none'",
        "frame-ancestors": " ".join(framed_by) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Headers:
    """Puts the defaults on every response that does not say otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_defaults(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DEFAULTS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("strict-transport-security", HSTS)
            await send(message)

        await self._app(scope, receive, with_defaults)
