"""What we sign."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.access import Visitor
from web.security.tokens import STATUS_SESSION, Tokens

ANN = Visitor("0190-visitor", "0190-site")


class Times:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def tokens(times: Times) -> Tokens:
    return Tokens(b"k" * 40, times.now)


async def test_a_visitors_token_stands_for_that_visitor(tokens: Tokens) -> None:
    """What was put in comes out."""
    assert await tokens.visitor_of("shop", tokens.visitor(ANN, "shop")) == ANN


async def test_a_token_of_one_site_is_nothing_on_another(tokens: Tokens) -> None:
    """A visitor belongs to the site where they began."""
    assert await tokens.visitor_of("other", tokens.visitor(ANN, "shop")) is None


async def test_a_changed_token_stands_for_nobody(tokens: Tokens) -> None:
    """Each single character counts."""
    token = tokens.visitor(ANN, "shop")
    for index, letter in enumerate(token):
        changed = token[:index] + ("A" if letter != "A" else "B") + token[index + 1 :]
        assert await tokens.visitor_of("shop", changed) is None


async def test_another_secret_signs_nothing_of_ours(tokens: Tokens, times: Times) -> None:
    """Knowing how is not knowing the key."""
    forged = Tokens(b"z" * 40, times.now).visitor(ANN, "shop")
    assert await tokens.visitor_of("shop", forged) is None


async def test_no_token_passes_for_another_kind(tokens: Tokens) -> None:
    """A link is no session, a session is no link, and neither is a visitor."""
    link = tokens.status_path("0190-conversation").removeprefix("/status/")
    session = tokens.status_session("0190-conversation")
    assert tokens.status_link_of(link) == tokens.status_of(session) == "0190-conversation"
    assert tokens.status_of(link) is None
    assert tokens.status_link_of(session) is None
    assert await tokens.visitor_of("shop", link) is None
    assert tokens.status_link_of(tokens.visitor(ANN, "shop")) is None


@pytest.mark.parametrize("junk", ["", ".", "a.b", "ä.ö", "\ud800", "x" * 5000, "e30.e30", "\0"])
async def test_junk_opens_nothing_and_breaks_nothing(tokens: Tokens, junk: str) -> None:
    """Whatever stands in a frame, a cookie or a path."""
    assert await tokens.visitor_of("shop", junk) is None
    assert tokens.status_link_of(junk) is None
    assert tokens.status_of(junk) is None


def test_a_status_session_ends(tokens: Tokens, times: Times) -> None:
    """The link lasts, what it was exchanged for does not."""
    session = tokens.status_session("0190-conversation")
    times.at += STATUS_SESSION - timedelta(seconds=1)
    assert tokens.status_of(session) == "0190-conversation"
    times.at += timedelta(seconds=1)
    assert tokens.status_of(session) is None


def test_a_clock_that_jumps_back_refuses_nobody(tokens: Tokens, times: Times) -> None:
    """A node whose clock is ten minutes behind still knows what another one signed."""
    session = tokens.status_session("0190-conversation")
    times.at -= timedelta(minutes=10)
    assert tokens.status_of(session) == "0190-conversation"
