"""Logs: one line an event, with fields. Text on a terminal, JSON elsewhere; libraries' own lines as well."""

import logging
import sys
from typing import Literal, TextIO

import structlog
from structlog.types import Processor


def configure(
    level: Literal["debug", "info", "warning", "error"] = "info",
    form: Literal["auto", "text", "json"] = "auto",
    stream: TextIO | None = None,
) -> None:
    """Send all logs to `stream` (standard error if None). `form` auto: text where that is a terminal."""
    stream = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *renderers(as_text, stream.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    # What these say at "info" is each connection and each start, which we say ourselves.
    for name in ("uvicorn", "uvicorn.error", "websockets", "alembic", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def renderers(as_text: bool, colors: bool) -> list[Processor]:
    if as_text:
        return [structlog.dev.ConsoleRenderer(colors=colors)]
    return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
