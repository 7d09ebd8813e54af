"""Heart rate that a strap sent after a swim, in `hr` messages, merged into the records as Garmin's SDK does.

A first message ties the clock of the strap (1/1024 s) to real time; others have 12 bits of it for each beat.
Between beats the last value holds for up to 5 s in steps of 250 ms, and a record gets the mean of what fell
between the record before it and itself. All times are whole 1/32768 s, which both clocks divide.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.fit.clock import MISSING_TIMESTAMP, unroll
from domain.fit.columns import Columns
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.layout import Field, Layout, raw_bytes
from domain.fit.limits import Limits
from domain.fit.profile import HEART_RATE
from domain.fit.timestamps import own_timestamps

Numbers = NDArray[np.int64]

_FRACTION, _TIME_256, _BPM, _EVENT, _EVENT_12 = 0, 1, 6, 9, 10
_SECOND = 32_768
_TICK = _SECOND // 1024
_STEP = _SECOND // 4
_MOST_STEPS = 20
_EVENT_BITS = 32
_NO_BPM = 0xFF
_NO_EVENT = 0xFFFFFFFF
_NO_FRACTION = 0xFFFF
_KEYS_PER_MESSAGE = 256


class _Beats(NamedTuple):
    """Beats in the order of the file; `anchor` is the real time of a beat that tells it, else -1."""

    key: Numbers
    event: Numbers
    is_absolute: Numbers
    bpm: Numbers
    anchor: Numbers


class _Source(NamedTuple):
    """The `hr` messages of one layout."""

    data: bytes
    layout: Layout
    places: Numbers
    fields: dict[int, Field]

    @classmethod
    def of(cls, data: bytes, layout: Layout) -> "_Source":
        fields = {each.number: each for each in layout.fields() if each.base is not None}
        return cls(data, layout, layout.places(), fields)

    def most_beats(self) -> int:
        return len(self.places) * self.fields[_BPM].size if _BPM in self.fields else 0

    def bytes_of(self, number: int, places: Numbers) -> NDArray[np.uint8]:
        return raw_bytes(self.data, places, self.fields[number])

    def numbers_of(self, number: int, places: Numbers, size: int) -> Numbers:
        raw = np.ascontiguousarray(self.bytes_of(number, places))
        return raw.view(f"{self.layout.order}u{size}").astype(np.int64)

    def has(self, number: int, size: int) -> bool:
        return number in self.fields and self.fields[number].size % size == 0


def merge_heart_rate(data: bytes, layouts: list[Layout], columns: Columns, limits: Limits) -> None:
    sources = [_Source.of(data, layout) for layout in layouts if layout.message == HEART_RATE]
    _check_count(sum(source.most_beats() for source in sources), limits)
    found = [each for source in sources for each in _beats_of(source)]
    if not found or not columns.count:
        return
    joined = np.concatenate(found, axis=1)
    times, bpm = _in_real_time(_Beats(*joined[:, np.argsort(joined[0], kind="stable")]))
    if not len(times):
        return
    known = np.flatnonzero(columns.timestamps != MISSING_TIMESTAMP)
    means = _means(columns.timestamps[known] * _SECOND, *_held(times, bpm, limits))
    columns.put("heart_rate", known, means)


def _beats_of(source: _Source) -> list[Numbers]:
    """Messages with whole event times and those with 12 bits of them, apart."""
    if not source.has(_BPM, 1):
        return []
    found, places = [], source.places
    rest = places
    if source.has(_EVENT, 4):
        events = source.numbers_of(_EVENT, places, 4)
        is_told = events[:, 0] != _NO_EVENT
        rest, places, events = places[~is_told], places[is_told], events[is_told]
        found.append(_beats(source, places, events, anchor=_anchor(source, places)))
    if source.has(_EVENT_12, 1):
        packed = source.bytes_of(_EVENT_12, rest)
        is_told = (packed != _NO_BPM).any(axis=1)
        found.append(_beats(source, rest[is_told], _unpacked(packed[is_told]), anchor=None))
    return found


def _beats(source: _Source, places: Numbers, events: Numbers, *, anchor: Numbers | None) -> Numbers:
    """The rows of `_Beats`; messages without an anchor hold low bits only."""
    bpm = source.bytes_of(_BPM, places)
    count = min(events.shape[1], bpm.shape[1])
    rows = np.empty((len(_Beats._fields), len(places), count), np.int64)
    rows[0] = places[:, None] * _KEYS_PER_MESSAGE + np.arange(count)
    rows[1], rows[2], rows[3], rows[4] = events[:, :count], anchor is not None, bpm[:, :count], -1
    if anchor is not None:
        rows[4, :, 0] = anchor
    return rows.reshape(len(rows), -1)


def _anchor(source: _Source, places: Numbers) -> Numbers:
    stamps = own_timestamps(source.data, source.layout, places)
    fraction = np.zeros(len(places), np.int64)
    if source.has(_FRACTION, 2):
        told = source.numbers_of(_FRACTION, places, 2)[:, 0]
        fraction = np.where(told == _NO_FRACTION, 0, told)
    elif source.has(_TIME_256, 1):
        told = source.bytes_of(_TIME_256, places)[:, 0].astype(np.int64)
        fraction = np.where(told == _NO_BPM, 0, told * (_SECOND // 256))
    return np.where(stamps == MISSING_TIMESTAMP, -1, stamps * _SECOND + fraction)


def _unpacked(packed: NDArray[np.uint8]) -> Numbers:
    """12-bit numbers, two in three bytes, low bits first."""
    count = packed.shape[1] * 2 // 3
    padded = np.pad(packed.astype(np.int64), ((0, 0), (0, -packed.shape[1] % 3)))
    low, middle, high = padded[:, 0::3], padded[:, 1::3], padded[:, 2::3]
    pairs = np.stack((low | (middle & 0xF) << 8, middle >> 4 | high << 4), axis=2)
    return pairs.reshape(len(packed), pairs.shape[1] * 2)[:, :count]


def _in_real_time(beats: _Beats) -> tuple[Numbers, Numbers]:
    """Beats before the first anchor, before their own anchor, or without a value are left out."""
    event = unroll(beats.event, beats.is_absolute > 0, 12)
    last = np.maximum.accumulate(np.where(beats.anchor >= 0, np.arange(len(event)), -1))
    since = event - event[last]
    since[since < -(1 << (_EVENT_BITS - 1))] += 1 << _EVENT_BITS
    usable = (last >= 0) & (since >= 0) & (beats.bpm != _NO_BPM)
    times = beats.anchor[last] + since * _TICK
    return times[usable], beats.bpm[usable]


def _held(times: Numbers, bpm: Numbers, limits: Limits) -> tuple[Numbers, Numbers]:
    """Each beat and the steps through which it holds until the next one."""
    gaps = np.abs(np.diff(times, append=times[-1:]))
    counts = 1 + (-(-gaps // _STEP) - 1).clip(0, _MOST_STEPS)
    total = int(counts.sum())
    _check_count(total, limits)
    first = np.cumsum(counts) - counts
    steps = np.arange(total) - np.repeat(first, counts)
    return np.repeat(times, counts) + steps * _STEP, np.repeat(bpm, counts)


def _check_count(beats: int, limits: Limits) -> None:
    if beats > limits.max_beats:
        message = (
            f"The hr messages of the file hold more than {limits.max_beats} heart beats; split the recording."
        )
        raise FitError(FitErrorCode.TOO_LARGE, message)


def _means(ends: Numbers, times: Numbers, bpm: Numbers) -> NDArray[np.float64]:
    """The mean for each record; NaN where no beat fell, and where none follows to close the interval."""
    count = len(ends)
    upto = np.searchsorted(np.maximum.accumulate(times), np.maximum.accumulate(ends), "right")
    starts = np.concatenate((ends[:1] - _SECOND, ends[:-1]))
    owner = np.searchsorted(upto, np.arange(len(times)), "right")
    counted = np.flatnonzero(owner < count)
    counted = counted[times[counted] > starts[owner[counted]]]
    sums = np.bincount(owner[counted], bpm[counted], count)
    beats = np.bincount(owner[counted], minlength=count)
    # A second record in the same second gets the last beat of that second.
    again = np.flatnonzero(np.diff(ends, prepend=ends[:1] - 1) == 0)
    last = upto[again] - 1
    near = (last >= 0) & (times[last] > ends[again] - _SECOND)
    sums[again[near]], beats[again[near]] = bpm[last[near]], 1
    means = np.full(count, np.nan)
    closed = (beats > 0) & (upto < len(times))
    means[closed] = np.floor(sums[closed] / beats[closed] + 0.5)
    return means
