"""Writing a whole recording as a FIT file that other readers accept; `FitWriter` writes single messages."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.fit.clock import FIT_EPOCH
from domain.fit.names import FILE_TYPES, MANUFACTURERS, SPORTS, SUB_SPORTS
from domain.fit.profile import ACTIVITY, FILE_ID, RECORD, RECORD_FIELDS, SESSION, SESSION_FIELDS, TIMESTAMP
from domain.fit.writer import KINDS, DeveloperSpec, FieldSpec, FitWriter

__all__ = ["DeveloperSpec", "FieldSpec", "FitWriter", "encode_activity"]

Floats = NDArray[np.float64]

_EVENT, _LAP = 21, 19
_TIMER, _START, _STOP_ALL, _STOP = 0, 0, 4, 1
_LAP_EVENT, _SESSION_EVENT, _ACTIVITY_EVENT = 9, 8, 26

_RECORD_KINDS = {
    0: "sint32",
    1: "sint32",
    78: "uint32",
    3: "uint8",
    4: "uint8",
    5: "uint32",
    73: "uint32",
    7: "uint16",
    13: "sint8",
    9: "sint16",
    108: "uint16",
    39: "uint16",
    41: "uint16",
    85: "uint16",
    139: "uint16",
}
_SESSION_KINDS = {7: "uint32", 8: "uint32", 9: "uint32", 124: "uint32", 125: "uint32"} | {
    number: kind
    for kind, numbers in (("uint8", (16, 17, 18, 19)), ("uint16", (11, 20, 21, 34, 22, 23, 35, 36)))
    for number in numbers
}


@dataclass(frozen=True)
class _Recording:
    started: int
    ended: int
    count: int
    interval_s: int
    columns: dict[str, Floats]


def encode_activity(
    started_at: int,
    columns: Mapping[str, ArrayLike],
    *,
    sport: str = "running",
    sub_sport: str = "generic",
    interval_s: int = 1,
    local_offset_s: int = 0,
    summary: Mapping[str, float] | None = None,
    manufacturer: str = "development",
    product: int = 1,
    serial_number: int = 1,
    big_endian: bool = False,
) -> bytes:
    """One session of samples every `interval_s` seconds, columns named as in `Records`, NaN for missing.

    The totals of the session follow from the columns; `summary`, named as in `Session`, adds or replaces.
    """
    recording = _recording(started_at - FIT_EPOCH, columns, interval_s)
    totals = _totals(recording) | dict(summary or {})
    writer = FitWriter(big_endian=big_endian)
    _write_file_id(writer, recording, _number(MANUFACTURERS, manufacturer), product, serial_number)
    _write_timer_event(writer, recording.started, _START)
    _write_records(writer, recording, ">" if big_endian else "<")
    _write_timer_event(writer, recording.ended, _STOP_ALL)
    _write_lap(writer, recording, totals)
    _write_session(writer, recording, (_number(SPORTS, sport), _number(SUB_SPORTS, sub_sport)), totals)
    _write_activity(writer, recording, totals, local_offset_s)
    return writer.to_bytes()


def _recording(started: int, columns: Mapping[str, ArrayLike], interval_s: int) -> _Recording:
    arrays = {name: np.asarray(column, np.float64) for name, column in columns.items()}
    count = max(map(len, arrays.values()), default=0)
    return _Recording(started, started + count * interval_s, count, interval_s, arrays)


def _number(names: dict[int, str], name: str) -> int:
    return next(number for number, known in names.items() if known == name)


def _totals(recording: _Recording) -> dict[str, float]:
    elapsed = float(recording.count * recording.interval_s)
    totals = {"elapsed_s": elapsed, "timer_s": elapsed}
    for column, name in (("heart_rate", "heart_rate_bpm"), ("power", "power_w"), ("cadence", "cadence_rpm")):
        values = _measured(recording, column)
        if len(values):
            totals |= {f"avg_{name}": round(float(values.mean())), f"max_{name}": float(values.max())}
    speed, distance = _measured(recording, "speed"), _measured(recording, "distance")
    if len(speed):
        totals |= {"avg_speed_mps": float(speed.mean()), "max_speed_mps": float(speed.max())}
    if len(distance):
        totals["distance_m"] = float(distance[-1])
    return totals


def _measured(recording: _Recording, column: str) -> Floats:
    values = recording.columns.get(column, np.empty(0))
    return values[np.isfinite(values)]


def _write_file_id(
    writer: FitWriter, recording: _Recording, manufacturer: int, product: int, serial: int
) -> None:
    fields = [FieldSpec(0, "enum"), FieldSpec(1, "uint16"), FieldSpec(2, "uint16"), FieldSpec(3, "uint32z")]
    writer.define(0, FILE_ID, [*fields, FieldSpec(4, "uint32")])
    writer.data(0, _number(FILE_TYPES, "activity"), manufacturer, product, serial, recording.started)


def _write_timer_event(writer: FitWriter, timestamp: int, kind: int) -> None:
    writer.define(0, _EVENT, [FieldSpec(TIMESTAMP, "uint32"), FieldSpec(0, "enum"), FieldSpec(1, "enum")])
    writer.data(0, timestamp, _TIMER, kind)


def _write_records(writer: FitWriter, recording: _Recording, order: str) -> None:
    """All records in one structured array: a demo writes hundreds of files."""
    fields = [
        field
        for field in RECORD_FIELDS
        if field.column in recording.columns and field.number in _RECORD_KINDS
    ]
    kinds = [KINDS[_RECORD_KINDS[field.number]] for field in fields]
    specs = [FieldSpec(field.number, _RECORD_KINDS[field.number]) for field in fields]
    writer.define(1, RECORD, [FieldSpec(TIMESTAMP, "uint32"), *specs])
    formats = [("header", "u1"), ("time", f"{order}u4")]
    formats += [(field.column, order + kind.format) for field, kind in zip(fields, kinds, strict=True)]
    table = np.zeros(recording.count, formats)
    table["header"] = 1
    table["time"] = recording.started + np.arange(recording.count) * recording.interval_s
    for field, kind in zip(fields, kinds, strict=True):
        column = recording.columns[field.column]
        stored = np.round((column + field.offset) * field.scale)
        room = np.iinfo(table.dtype[field.column])
        fits = (stored >= room.min) & (stored <= room.max)  # never so for NaN
        table[field.column] = kind.invalid
        table[field.column][: len(column)] = np.where(fits, stored, kind.invalid)
    writer.raw(table.tobytes())


def _write_lap(writer: FitWriter, recording: _Recording, totals: Mapping[str, float]) -> None:
    whole = [FieldSpec(number, "uint32") for number in (TIMESTAMP, 2, 7, 8, 9)]
    writer.define(2, _LAP, [*whole, FieldSpec(0, "enum"), FieldSpec(1, "enum")])
    elapsed, timer = round(totals["elapsed_s"] * 1000), round(totals["timer_s"] * 1000)
    distance = round(totals["distance_m"] * 100) if "distance_m" in totals else None
    writer.data(2, recording.ended, recording.started, elapsed, timer, distance, _LAP_EVENT, _STOP)


def _write_session(
    writer: FitWriter, recording: _Recording, sport: tuple[int, int], totals: Mapping[str, float]
) -> None:
    fields = [field for field in SESSION_FIELDS if field.name in totals and field.number in _SESSION_KINDS]
    head = [FieldSpec(TIMESTAMP, "uint32"), FieldSpec(2, "uint32")]
    head += [FieldSpec(number, "enum") for number in (0, 1, 5, 6)]
    head += [FieldSpec(25, "uint16"), FieldSpec(26, "uint16")]
    writer.define(
        2, SESSION, head + [FieldSpec(field.number, _SESSION_KINDS[field.number]) for field in fields]
    )
    values = [_stored(totals[field.name] * field.scale, _SESSION_KINDS[field.number]) for field in fields]
    writer.data(2, recording.ended, recording.started, _SESSION_EVENT, _STOP, *sport, 0, 1, *values)


def _stored(value: float, kind: str) -> int | None:
    """A total as it is written, None where the field cannot hold it."""
    return round(value) if 0 <= value < KINDS[kind].invalid else None


def _write_activity(
    writer: FitWriter, recording: _Recording, totals: Mapping[str, float], local_offset_s: int
) -> None:
    whole = [FieldSpec(number, "uint32") for number in (TIMESTAMP, 5, 0)]
    small = [FieldSpec(number, "enum") for number in (2, 3, 4)]
    writer.define(3, ACTIVITY, [*whole, FieldSpec(1, "uint16"), *small])
    timer = round(totals["timer_s"] * 1000)
    local = recording.ended + local_offset_s
    writer.data(3, recording.ended, local, timer, 1, 0, _ACTIVITY_EVENT, _STOP)
