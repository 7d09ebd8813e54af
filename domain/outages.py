"""Telling a database that is busy or away from one that refuses what it is asked."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import Unavailable

SENTENCE = "We are busy or being restarted, and nothing was changed: send the same again in a few seconds"
PRIMARY_CODE = 0xFF
SQLITE_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}
SQLSTATES = (
    "08",  # the connection broke
    "40001",  # two units in each other's way, of which this one was chosen to yield
    "40P01",
    "53300",  # all connections are taken
    "57P",  # PostgreSQL stops, or has only begun to start
)


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Around a call of the database's driver, which knows a dozen names for the same thing."""
    try:
        yield
    except Exception as error:
        if is_outage(error):
            raise Unavailable(SENTENCE) from error
        raise


def is_outage(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_passing(error.orig)
    return isinstance(error, OSError | PoolTimeoutError) or _is_passing(error)


def _is_passing(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE in SQLITE_CODES
    return str(getattr(error, "sqlstate", None) or "").startswith(SQLSTATES)
