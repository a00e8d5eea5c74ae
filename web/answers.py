"""JSON in and out: typed bodies, and one shape `{code, message}` for all that is refused."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from chat.errors import Refused
from chat.protocol.codes import MESSAGES, Code

Body = TypeVar("Body")

NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Escaped, as it can only stand in JSON; an escaped backslash before it makes it five letters."""

STATUSES: Final[Mapping[Code, int]] = {
    Code.BAD_FRAME: 400,
    Code.INVALID: 422,
    Code.TOO_LARGE: 413,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_TAKEN: 409,
    Code.AT_CAPACITY: 409,
    Code.ENDED: 409,
    Code.RATE: 429,
    Code.BUSY: 503,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The HTTP status of a code; those that only a WebSocket can meet are 400."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a refused request is answered with; `message` is for a person."""

    code: Code
    message: str
    retry_after_ms: int | None = None


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `value` as JSON that no cache keeps."""
    kept = {"cache-control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(value), status, kept, "application/json")


def refusal(refused: Refused, status: int | None = None) -> Response:
    """Return the answer to a refused request; `status` where the table's does not say enough."""
    headers = {}
    if refused.retry_after_ms is not None:
        headers["retry-after"] = str(-(-refused.retry_after_ms // 1000))
    problem = Problem(refused.code, refused.message, refused.retry_after_ms)
    return answer(problem, status or STATUSES.get(refused.code, 400), headers)


async def body(request: Request, kind: type[Body]) -> Body:
    """Read the request's JSON as `kind`. Raises `Refused`: bad_frame, invalid or too_large.

    Any other media type is refused: a form on a foreign page can send the three "simple" ones unasked.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refused(Code.BAD_FRAME, "Send JSON, with Content-Type: application/json.")
    return _decode(await request.body(), kind)


def query(request: Request, kind: type[Body]) -> Body:
    """Read the request's query string as `kind`. Raises `Refused(invalid)`."""
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(Code.INVALID, f"{MESSAGES[Code.INVALID]} {error}") from error


def _decode(data: bytes, kind: type[Body]) -> Body:
    if NUL.search(data):
        raise Refused(Code.INVALID, "That text has a character that cannot be kept (U+0000).")
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise Refused(Code.INVALID, f"{MESSAGES[Code.INVALID]} {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Code.BAD_FRAME) from error
