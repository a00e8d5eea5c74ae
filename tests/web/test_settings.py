"""Settings, and the words for those that are wrong."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from web.settings import Settings, explain

NAMES = ["PORT", "REDIS_URL", "DATABASE_URL", "FRONTDESK_PORT", "FRONTDESK_DATA", "FRONTDESK_SECRET"]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_nothing_has_to_be_set() -> None:
    """SQLite in ./data, a Redis of our own, loopback, port 8000."""
    settings = Settings()
    assert settings.database == f"sqlite:///{Path('data').resolve()}/frontdesk.db"
    assert settings.embeds_redis
    assert settings.loopback
    assert settings.port == 8000
    assert not settings.demo


def test_platform_names_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """PORT, REDIS_URL, DATABASE_URL, and postgres:// for postgresql://."""
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    monkeypatch.setenv("DATABASE_URL", "postgres://user@host/name")
    settings = Settings()
    assert settings.port == 9000
    assert not settings.embeds_redis
    assert settings.database == "postgresql://user@host/name"


def test_our_own_name_comes_before_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    """FRONTDESK_PORT wins over PORT."""
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("FRONTDESK_PORT", "9001")
    assert Settings().port == 9001


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("me", False),
    ],
)
def test_loopback_is_told_from_the_world(host: str, loopback: bool) -> None:
    """The demo depends on it."""
    assert Settings(host=host).loopback is loopback


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "lots", "PORT: Input should be a valid integer"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: Value error, begins with postgresql:// or sqlite:///"),
        ("REDIS_URL", "http://x", "REDIS_URL: Value error, begins with redis://"),
        ("FRONTDESK_PUBLIC_URL", "chat.example", "PUBLIC_URL: Value error, begins with https://"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """An address can hold a password."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as error:
        Settings()
    assert words in explain(error.value)
    assert value not in explain(error.value)


def test_the_secret_does_not_print() -> None:
    """Neither repr nor str of the settings shows it."""
    assert "hush" not in repr(Settings.model_validate({"secret": "hush"}))


def test_changes_keep_the_rest() -> None:
    """None means unchanged; the original stays as it was."""
    settings = Settings(port=1)
    assert settings.changed(port=None, demo=True).port == 1
    assert settings.changed(demo=True).demo
    assert not settings.demo
