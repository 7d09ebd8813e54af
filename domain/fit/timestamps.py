"""The time of each record: its own field, or bits in its header that go on from an earlier message."""

import numpy as np
from numpy.typing import NDArray

from domain.fit.clock import MISSING_TIMESTAMP, unroll
from domain.fit.layout import Field, Layout, rows
from domain.fit.profile import TIMESTAMP

_COMPRESSED = 0x80
_TIME_BITS = 5
_TIME_BYTES = 4

Numbers = NDArray[np.int64]


def time_field(layout: Layout) -> Field | None:
    return next(
        (each for each in layout.fields() if (each.number, each.size) == (TIMESTAMP, _TIME_BYTES)), None
    )


def own_timestamps(data: bytes, layout: Layout, places: Numbers) -> Numbers:
    field = time_field(layout)
    if field is None:
        return np.full(len(places), MISSING_TIMESTAMP, np.int64)
    return rows(data, layout, places, {"time": ("u4", field.offset)})["time"].astype(np.int64)


def is_compressed(data: bytes, places: Numbers) -> NDArray[np.bool_]:
    return np.frombuffer(data, np.uint8)[places] >= _COMPRESSED


def compressed_timestamps(data: bytes, layouts: list[Layout], wanted: Numbers) -> Numbers:
    """Timestamps of the messages at these places, whose headers hold the low bits of their time.

    They go on from the last message with a timestamp, of whatever kind; a new part starts anew.
    """
    found = np.full(len(wanted), MISSING_TIMESTAMP, np.int64)
    for part in sorted({layout.part for layout in layouts}):
        places, stamps = _clock_of(data, [layout for layout in layouts if layout.part == part])
        if len(places):
            at = np.searchsorted(places, wanted).clip(max=len(places) - 1)
            here = places[at] == wanted
            found[here] = stamps[at[here]]
    return found


def _clock_of(data: bytes, layouts: list[Layout]) -> tuple[Numbers, Numbers]:
    """All places in a part where time is told, in order, with that time."""
    all_places = np.concatenate([layout.places() for layout in layouts])
    told = np.concatenate([own_timestamps(data, layout, layout.places()) for layout in layouts])
    headers = np.frombuffer(data, np.uint8)[all_places].astype(np.int64)
    is_absolute = told != MISSING_TIMESTAMP
    values = np.where(is_absolute, told, headers & ((1 << _TIME_BITS) - 1))
    order = np.argsort(all_places, kind="stable")
    order = order[(is_absolute | (headers >= _COMPRESSED))[order]]
    places, values, is_absolute = all_places[order], values[order], is_absolute[order]
    stamps = unroll(values, is_absolute, _TIME_BITS)
    stamps[~np.logical_or.accumulate(is_absolute)] = MISSING_TIMESTAMP
    return places, stamps
