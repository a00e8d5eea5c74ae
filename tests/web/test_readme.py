"""The README says what is so."""

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import AliasChoices

from web.security.identities import Identity, proves
from web.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_readme_with_its_description(name: str) -> None:
    """By the name that an operator sets, in the words of the code."""
    field = Settings.model_fields[name]
    alias = field.validation_alias
    variable = alias.choices[-1] if isinstance(alias, AliasChoices) else f"FRONTDESK_{name.upper()}"
    row = next((line for line in README.splitlines() if line.startswith(f"| `{variable}` |")), "")
    assert row.endswith(f"| {field.description} |")


def test_an_identity_signed_as_the_readme_says_is_proved() -> None:
    """And by no other secret."""
    recipe = re.search(r"```python\n(def identity\(.*?)```", README, re.DOTALL)
    assert recipe
    scope: dict[str, Any] = {"hashlib": hashlib, "hmac": hmac, "time": time}
    exec(recipe[1], scope)
    made = scope["identity"]("s3cret", "ann-7", "Ann", organisation="Marsh & Sons", plan="pro", age="7")
    signed, now = msgspec.convert(made, Identity), datetime.now(UTC)
    assert proves(signed, "s3cret", now)
    assert not proves(signed, "another", now)
