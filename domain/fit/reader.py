"""Bytes in, a FitFile out: the frame is checked first, then messages are found, then read as columns."""

import numpy as np

from domain.fit.clock import is_uptime, unix_times
from domain.fit.columns import read_columns
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.fallback import read_with_fitparse
from domain.fit.header import Part, find_parts
from domain.fit.heart_rate_merge import merge_heart_rate
from domain.fit.limits import DEFAULT_LIMITS, Limits
from domain.fit.model import FitFile, Records
from domain.fit.sessions import (
    read_identity,
    read_local_offset,
    read_sessions,
    session,
    start_timestamp,
)
from domain.fit.walk import walk


def verify(data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
    """Refuse a broken file at once: size, headers, declared lengths and checksums of all parts, no more."""
    find_parts(data, limits)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> FitFile:
    """The whole file, or a FitError."""
    try:
        return decode(data, limits)
    except FitError as error:
        if error.code is not FitErrorCode.UNSUPPORTED:
            raise
    except Exception as error:  # a hole in the reader must not become a task that is retried for ever
        message = f"The content of the file makes no sense ({type(error).__name__})."
        raise FitError(FitErrorCode.MALFORMED, message) from error
    return read_with_fitparse(data, limits)


def decode(data: bytes, limits: Limits) -> FitFile:
    parts = find_parts(data, limits)
    _refuse_unknown_protocol(parts)
    with np.errstate(all="ignore"):  # numbers in a file may be anything, NaN included
        return _decode_parts(data, parts, limits)


def _refuse_unknown_protocol(parts: list[Part]) -> None:
    for part in parts:
        if not part.is_supported:
            message = f"The file is written in FIT protocol {part.protocol}; up to 2 is read."
            raise FitError(FitErrorCode.UNSUPPORTED, message)


def _decode_parts(data: bytes, parts: list[Part], limits: Limits) -> FitFile:
    layouts = walk(data, parts, limits)
    columns = read_columns(data, layouts, limits)
    merge_heart_rate(data, layouts, columns, limits)
    sessions = read_sessions(data, layouts, limits)
    uptime = is_uptime(columns.timestamps, map(start_timestamp, sessions))
    identity = read_identity(data, layouts)
    return FitFile(
        **identity._asdict(),
        sessions=tuple(session(message, uptime=uptime) for message in sessions),
        records=Records(unix_times(columns.timestamps, uptime=uptime), columns.values),
        relative_time=uptime,
        local_offset_s=read_local_offset(data, layouts),
    )
