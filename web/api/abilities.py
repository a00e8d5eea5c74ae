"""What agents speak and know, and what topics ask for, as the HTTP API takes them."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from msgspec import Meta

Language = Annotated[str, Meta(max_length=8, pattern=r"^[A-Za-z]{2,8}$")]
Languages = Annotated[list[Language], Meta(max_length=50)]
SkillName = Annotated[
    str, Meta(min_length=1, max_length=60, pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")
]
Level = Annotated[int, Meta(ge=1, le=5)]
Skills = Annotated[dict[SkillName, Level], Meta(max_length=100)]


def languages(given: Iterable[str]) -> list[str]:
    """Primary subtags in lower case, each once, in the order given."""
    return list(dict.fromkeys(tag.lower() for tag in given))


def skills(given: Mapping[str, int]) -> dict[str, int]:
    """Names in lower case, so that a topic's and an agent's meet; by name."""
    return dict(sorted((name.strip().lower(), level) for name, level in given.items()))
