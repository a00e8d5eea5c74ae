"""Who a site says its customer is: signed by the site's server, so that nobody else can say so.

What is signed is text, a line a field, in UTF-8: no two identities have the same text, since no field holds a
line break, and there is no JSON whose writing would differ between languages.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

GOOD_FOR: Final = timedelta(hours=1)
AHEAD: Final = timedelta(minutes=5)
"""How far the site's clock may be ahead of ours."""
FIRST_LINE: Final = "frontdesk identity 1"
LINE: Final = r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*$"

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
Text = Annotated[str, Meta(max_length=300, pattern=LINE)]


class Identity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`external_id` is the site's own id of its customer; `issued_at` in Unix seconds; `signature` in hex."""

    external_id: Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
    name: Annotated[str, Meta(max_length=120, pattern=LINE)] = ""
    email: Annotated[str, Meta(max_length=254, pattern=LINE)] = ""
    organisation: Annotated[str, Meta(max_length=120, pattern=LINE)] = ""
    attributes: Annotated[dict[Key, Text], Meta(max_length=30)] = {}
    issued_at: Annotated[int, Meta(ge=0, le=2**33)]
    signature: Annotated[str, Meta(min_length=64, max_length=64)]


def text(
    external_id: str, name: str, email: str, organisation: str, attributes: Mapping[str, str], issued_at: int
) -> str:
    """What a site signs."""
    listed = [f"{key}={attributes[key]}" for key in sorted(attributes)]
    return "\n".join([FIRST_LINE, external_id, name, email, organisation, str(issued_at), *listed])


def sign(secret: str, signed: str) -> str:
    """HMAC-SHA256 in lower-case hex."""
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def proves(identity: Identity, secret: str, now: datetime) -> bool:
    """Whether the site with this secret has signed it, less than an hour ago."""
    wanted = sign(
        secret,
        text(
            identity.external_id,
            identity.name,
            identity.email,
            identity.organisation,
            identity.attributes,
            identity.issued_at,
        ),
    )
    age = now.timestamp() - identity.issued_at
    fresh = -AHEAD.total_seconds() <= age <= GOOD_FOR.total_seconds()
    # Compared in any case, and in a time that tells nothing.
    return hmac.compare_digest(wanted.encode(), identity.signature.encode()) and fresh
