"""Text as the databases can hold it."""

import re

SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether both databases can hold `text`: PostgreSQL takes neither U+0000 nor lone surrogates."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and SURROGATE.search(text) is None


def storable_json(payload: bytes | None) -> bool:
    """Whether `payload` is None or UTF-8 without U+0000."""
    if payload is None:
        return True
    try:
        return storable(payload.decode())
    except UnicodeDecodeError:
        return False
