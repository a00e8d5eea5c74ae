"""What a PATCH names: the fields that are there, for one that is left out stays as it is."""

from typing import Any

from msgspec import UNSET, Struct


def given(changes: Struct) -> dict[str, Any]:
    """The fields that were sent, with nested structs as they are."""
    named = {name: getattr(changes, name) for name in changes.__struct_fields__}
    return {name: value for name, value in named.items() if value is not UNSET}
