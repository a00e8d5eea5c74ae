"""The README says what is so."""

from pathlib import Path

import pytest
from pydantic import AliasChoices

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
