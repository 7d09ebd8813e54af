"""Structured logs: one line an event, coloured on a terminal, JSON elsewhere."""

import logging
import math
import sys

import structlog
from structlog.types import Processor

from domain.settings import Settings

# Below a warning these repeat what they carry: URLs, headers, the parameters of every statement. What pika logs it
# raises as well, and whoever asked it tells.
QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "dramatiq": logging.WARNING,
    "pika": logging.CRITICAL,
}

CONSUMER, CONNECTION = "dramatiq.worker.ConsumerThread", "Consumer encountered a connection error"
ANOTHER, FIRST_REMINDER, LONGEST_PAUSE = 30.0, 60.0, 3600.0


class Outages(logging.Filter):
    """Of a broker that is away every consumer says so every three seconds; our own line tells of it, and of its end.

    Theirs is let through where they go on for a minute, then two, four and so on: perhaps they alone cannot connect.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last, self._due, self._pause = -math.inf, 0.0, 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if not (record.name.startswith(CONSUMER) and str(record.msg).startswith(CONNECTION)):
            return True
        if record.created - self._last > ANOTHER:
            self._pause = FIRST_REMINDER
            self._due = record.created + self._pause
        self._last = record.created
        if record.created < self._due:
            return False
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._due = record.created + self._pause
        return True


def configure(settings: Settings) -> None:
    """Everything, the libraries' records too, goes through one renderer to standard error."""
    pretty = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if pretty
        else structlog.processors.JSONRenderer()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if not pretty:
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.addFilter(Outages())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
