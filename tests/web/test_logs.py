"""Logs: one line an event, our own and libraries'."""

import io
import json
import logging

import structlog

from web import logs


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_a_line_of_json_with_its_fields() -> None:
    """From us and from libraries alike; below the level nothing."""
    stream = io.StringIO()
    logs.configure("info", "auto", stream)
    structlog.get_logger("ours").info("sent", count=2)
    structlog.get_logger("ours").debug("unseen")
    logging.getLogger("theirs").warning("away for %d s", 3)
    first, second = lines(stream)
    assert (first["event"], first["count"], first["level"], first["logger"]) == ("sent", 2, "info", "ours")
    assert (second["event"], second["level"], second["logger"]) == ("away for 3 s", "warning", "theirs")


def test_an_exception_stays_on_its_line() -> None:
    """A traceback that breaks into lines is lost to whoever reads line by line."""
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    try:
        raise ValueError("a mistake")
    except ValueError:
        structlog.get_logger("ours").exception("failed")
    (line,) = lines(stream)
    assert "a mistake" in json.dumps(line["exception"])


def test_text_is_for_people() -> None:
    """Without colours where nobody can see them."""
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    structlog.get_logger("ours").info("sent", count=2)
    assert "sent" in stream.getvalue()
    assert "count=2" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_connections_of_the_server_are_not_worth_a_line() -> None:
    """uvicorn tells of each at its level info, with whole addresses."""
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    logging.getLogger("uvicorn.error").info("connection open")
    logging.getLogger("uvicorn.error").error("cannot go on")
    assert [line["event"] for line in lines(stream)] == ["cannot go on"]
