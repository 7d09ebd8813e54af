"""fitparse for what our reader declines as unsupported: a thousand times slower, hence fenced in.

fitparse keeps the developer fields of all files in one module-global table, so it runs under a lock and with
that table emptied. It gets bytes only (a `str` it would open as a path), few of them, and little time. No
`hr` messages and no developer fields are read this way.
"""

import threading
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import fitparse
import numpy as np
from fitparse.records import DEV_TYPES, FieldDefinition

from domain.fit.clock import MISSING_TIMESTAMP, is_uptime, unix_times
from domain.fit.columns import Columns
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.limits import Limits
from domain.fit.messages import Message
from domain.fit.model import FitFile, Records
from domain.fit.profile import ACTIVITY, FILE_ID, RECORD, RECORD_FIELDS, SESSION, TIMESTAMP
from domain.fit.sessions import identity_of, local_offset, session, start_timestamp

_LOCK = threading.Lock()
_WANTED = frozenset((FILE_ID, SESSION, RECORD, ACTIVITY))

_Found = dict[int, list[Message]]


class _RawValues:
    """Stands for fitparse's data processor: values stay the numbers they were in the file."""

    def run_type_processor(self, _field: Any) -> None: ...
    def run_field_processor(self, _field: Any) -> None: ...
    def run_unit_processor(self, _field: Any) -> None: ...
    def run_message_processor(self, _message: Any) -> None: ...


def read_with_fitparse(data: bytes, limits: Limits) -> FitFile:
    if len(data) > limits.fallback_bytes:
        message = f"The file uses a newer FIT; such files are read up to {limits.fallback_bytes} bytes only."
        raise FitError(FitErrorCode.UNSUPPORTED, message)
    if not _LOCK.acquire(timeout=limits.fallback_seconds):
        raise FitError(
            FitErrorCode.UNSUPPORTED, "The file uses a newer FIT whose reader is busy; send it later."
        )
    try:
        DEV_TYPES.clear()
        return _file(_collected(data, limits), limits)
    except FitError:
        raise
    except (
        Exception
    ) as error:  # TypeError, KeyError, AssertionError, RecursionError: fitparse raises what it likes
        message = f"The file uses a newer FIT and cannot be read ({type(error).__name__})."
        raise FitError(FitErrorCode.UNSUPPORTED, message) from error
    finally:
        DEV_TYPES.clear()
        _LOCK.release()


def _collected(data: bytes, limits: Limits) -> _Found:
    found: _Found = {number: [] for number in _WANTED}
    for place, message in enumerate(_messages(data, limits)):
        if message.type == "data" and message.mesg_num in _WANTED:
            found[message.mesg_num].append(Message(place, 0, dict(_values(message))))
    if len(found[SESSION]) > limits.max_sessions:
        raise FitError(
            FitErrorCode.TOO_MANY_MESSAGES, f"The file has more than {limits.max_sessions} sessions."
        )
    return found


def _messages(data: bytes, limits: Limits) -> Iterator[Any]:
    """Definitions too, because they cost time as well. The checksums have been checked already."""
    deadline = time.monotonic() + limits.fallback_seconds
    opened = fitparse.FitFile(BytesIO(data), check_crc=False, data_processor=_RawValues())
    for count, message in enumerate(opened.get_messages(with_definitions=True)):
        if count >= limits.max_messages or time.monotonic() > deadline:
            text = "The file uses a newer FIT and takes too long to read; send a shorter recording."
            raise FitError(FitErrorCode.TOO_LARGE, text)
        yield message


def _values(message: Any) -> Iterator[tuple[int, float]]:
    """Plain numbers as written, without what fitparse expanded or developers defined."""
    for field in message.fields:
        is_own = isinstance(field.field_def, FieldDefinition) and field.parent_field is None
        if (is_own or field.def_num == TIMESTAMP) and isinstance(field.raw_value, int | float):
            yield field.def_num, field.raw_value


def _file(found: _Found, limits: Limits) -> FitFile:
    columns = _columns(found[RECORD], limits)
    uptime = is_uptime(columns.timestamps, map(start_timestamp, found[SESSION]))
    offsets = (local_offset(message) for message in found[ACTIVITY])
    return FitFile(
        **identity_of(found[FILE_ID])._asdict(),
        sessions=tuple(session(message, uptime=uptime) for message in found[SESSION]),
        records=Records(unix_times(columns.timestamps, uptime=uptime), columns.values),
        relative_time=uptime,
        local_offset_s=next((offset for offset in offsets if offset is not None), None),
        reader="fitparse",
    )


def _columns(records: list[Message], limits: Limits) -> Columns:
    stamps = [message.values.get(TIMESTAMP, MISSING_TIMESTAMP) for message in records]
    columns = Columns(len(records), limits, np.array(stamps, np.int64))
    for field in RECORD_FIELDS:
        raw = [message.values.get(field.number, np.nan) for message in records]
        columns.put(field.column, slice(None), np.array(raw, np.float64) / field.scale - field.offset)
    return columns
