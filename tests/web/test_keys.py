"""The desk's secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from web.security import keys


def test_a_configured_secret_is_taken(tmp_path: Path) -> None:
    """Nothing is written then."""
    assert keys.load("s" * 32, tmp_path) == b"s" * 32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["short", "x" * 31])
def test_a_short_secret_is_refused(tmp_path: Path, text: str) -> None:
    """Nor are its letters told to a log."""
    with pytest.raises(keys.WeakSecret) as refusal:
        keys.load(text, tmp_path)
    assert text not in str(refusal.value)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """The second start finds the first one's."""
    folder = tmp_path / "data"
    first = keys.load("", folder)
    assert keys.load("", folder) == first
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600
    assert len(first) >= 32


def test_processes_that_start_together_share_one(tmp_path: Path) -> None:
    """Whoever comes second takes the first one's, and nobody reads half of it."""
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: keys.load("", tmp_path), range(16)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
