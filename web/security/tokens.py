"""What we sign: visitor tokens, status links and the sessions that status links are exchanged for."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from chat.access import Visitor

STATUS_SESSION: Final = timedelta(days=30)
MAX_LENGTH: Final = 512
Claim = TypeVar("Claim", bound=msgspec.Struct)


class _VisitorClaim(msgspec.Struct, frozen=True, array_like=True):
    visitor_id: str
    site_id: str
    site_key: str


class _StatusClaim(msgspec.Struct, frozen=True, array_like=True):
    conversation_id: str
    until: int
    """Unix seconds; 0 means without an end."""


class Tokens:
    """Signs and reads. Each purpose has a salt of its own, so that no token passes for another kind.

    Arguments: `secret`, the desk's; `now`, the desk's clock (a visitor's token carries no time, so that a
    node whose wall clock jumps refuses nobody).
    """

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self._now = now
        self._visitor = _signer(secret, "visitor")
        self._link = _signer(secret, "status-link")
        self._session = _signer(secret, "status-session")

    def visitor(self, visitor: Visitor, site_key: str) -> str:
        """Return the token that proves `visitor` on the site `site_key`, and on no other."""
        return _sign(self._visitor, _VisitorClaim(visitor.id, visitor.site_id, site_key))

    async def visitor_of(self, site_key: str, token: str) -> Visitor | None:
        """Authenticate a visitor: whom `token` stands for, None where it is not ours or for another site."""
        claim = _read(self._visitor, token, _VisitorClaim)
        if claim is None or claim.site_key != site_key:
            return None
        return Visitor(claim.visitor_id, claim.site_id)

    def status_path(self, conversation_id: str) -> str:
        """Return the path of the conversation's status page, with the secret that opens it."""
        return "/status/" + _sign(self._link, _StatusClaim(conversation_id, 0))

    def status_link_of(self, secret: str) -> str | None:
        """Return the conversation's id that a link's secret opens, None where it opens nothing."""
        claim = _read(self._link, secret, _StatusClaim)
        return claim.conversation_id if claim else None

    def status_session(self, conversation_id: str) -> str:
        """Return what the status cookie holds, good for `STATUS_SESSION`."""
        until = int((self._now() + STATUS_SESSION).timestamp())
        return _sign(self._session, _StatusClaim(conversation_id, until))

    def status_of(self, session: str) -> str | None:
        """Authenticate a status page: its conversation's id, None where the cookie is not ours or is over."""
        claim = _read(self._session, session, _StatusClaim)
        if claim is None or datetime.fromtimestamp(claim.until, UTC) <= self._now():
            return None
        return claim.conversation_id


def _signer(secret: bytes, purpose: str) -> Signer:
    return Signer(secret, salt=f"frontdesk.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)


def _sign(signer: Signer, claim: msgspec.Struct) -> str:
    return signer.sign(base64_encode(msgspec.json.encode(claim))).decode("ascii")


def _read(signer: Signer, token: str, kind: type[Claim]) -> Claim | None:
    if not token.isascii() or len(token) > MAX_LENGTH:
        return None
    try:
        return msgspec.json.decode(base64_decode(signer.unsign(token)), type=kind)
    except (BadData, msgspec.DecodeError):
        return None
