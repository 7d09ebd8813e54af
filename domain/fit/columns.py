"""Record messages as columns: read, scaled and freed of invalid values an array at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.fit.clock import MISSING_TIMESTAMP, unroll
from domain.fit.developer import described_fields, read_descriptions
from domain.fit.errors import FitError, FitErrorCode
from domain.fit.layout import Field, Layout, raw_bytes, rows
from domain.fit.limits import Limits
from domain.fit.profile import COMPRESSED_SPEED_DISTANCE, RECORD, RECORD_FIELDS
from domain.fit.timestamps import compressed_timestamps, is_compressed, own_timestamps

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

_COMPRESSED_BYTES = 3
_DISTANCE_BITS = 12
_NO_VALUE = 0xFFF
_NO_BYTE = 0xFF


@dataclass(frozen=True)
class Block:
    """The records of one layout; `at` says which rows of the whole they are."""

    layout: Layout
    places: Numbers
    at: Numbers | slice


@dataclass
class Columns:
    """Columns under construction, all `count` long, in FIT's own time."""

    count: int
    limits: Limits
    timestamps: Numbers
    values: dict[str, Floats] = field(default_factory=dict)

    def put(self, name: str, at: Numbers | slice, values: Floats) -> None:
        """Values that are there replace what an earlier, less preferred field said."""
        present = ~np.isnan(values)
        if not present.any():
            return
        column = self.column(name)
        if isinstance(at, slice):
            np.copyto(column, values, where=present)
        else:
            column[at[present]] = values[present]

    def column(self, name: str) -> Floats:
        if name not in self.values:
            if (len(self.values) + 1) * self.count > self.limits.max_values:
                message = (
                    f"The file's records would fill more than {self.limits.max_values} values; split it."
                )
                raise FitError(FitErrorCode.TOO_LARGE, message)
            self.values[name] = np.full(self.count, np.nan)
        return self.values[name]


def read_columns(data: bytes, layouts: list[Layout], limits: Limits) -> Columns:
    blocks = _blocks([layout for layout in layouts if layout.message == RECORD])
    count = sum(len(block.places) for block in blocks)
    columns = Columns(count, limits, _timestamps(data, layouts, blocks, count))
    _put_compressed_speed_and_distance(data, blocks, columns)
    descriptions = read_descriptions(data, layouts)
    for block in blocks:
        own = described_fields(block.layout, descriptions)
        for name, at, values in _scaled(data, block, own):
            columns.put(name, at, values)
    return columns


def _blocks(layouts: list[Layout]) -> list[Block]:
    all_places = [layout.places() for layout in layouts]
    if len(layouts) == 1:
        return [Block(layouts[0], all_places[0], slice(None))]
    in_order = np.sort(np.concatenate(all_places), kind="stable") if layouts else np.empty(0, np.int64)
    return [
        Block(layout, places, np.searchsorted(in_order, places))
        for layout, places in zip(layouts, all_places, strict=True)
    ]


def _timestamps(data: bytes, layouts: list[Layout], blocks: list[Block], count: int) -> Numbers:
    """A timestamp of its own before the one in the header."""
    timestamps = np.full(count, MISSING_TIMESTAMP, np.int64)
    places = np.empty(count, np.int64)
    for block in blocks:
        timestamps[block.at] = own_timestamps(data, block.layout, block.places)
        places[block.at] = block.places
    told_by_header = np.flatnonzero(is_compressed(data, places) & (timestamps == MISSING_TIMESTAMP))
    if len(told_by_header):
        timestamps[told_by_header] = compressed_timestamps(data, layouts, places[told_by_header])
    return timestamps


def _scaled(
    data: bytes, block: Block, own: dict[str, Field]
) -> Iterator[tuple[str, Numbers | slice, Floats]]:
    """Every known column of a block, less preferred fields first."""
    known = {each.number: each for each in block.layout.fields() if each.is_number}
    chosen = [(each, known[each.number]) for each in RECORD_FIELDS if each.number in known]
    formats = {str(found.number): _format(found) for _, found in chosen}
    formats |= {name: _format(found) for name, found in own.items()}
    table = rows(data, block.layout, block.places, formats)
    for wanted, found in chosen:
        values = _floats(table[str(found.number)], found)
        if wanted.scale != 1:
            values /= wanted.scale
        if wanted.offset:
            values -= wanted.offset
        yield wanted.column, block.at, values
    for name, found in own.items():
        yield name, block.at, _floats(table[name], found)


def _format(found: Field) -> tuple[str, int]:
    return (found.base.format if found.base else f"V{found.size}"), found.offset


def _floats(raw: NDArray[np.generic], found: Field) -> Floats:
    values = raw.astype(np.float64)
    if found.base is None or found.base.invalid is None:
        values[~np.isfinite(values)] = np.nan
    else:
        values[raw == found.base.invalid] = np.nan
    return values


def _put_compressed_speed_and_distance(data: bytes, blocks: list[Block], columns: Columns) -> None:
    """Field 8 packs a speed and the low bits of the distance into 3 bytes; old devices write only that."""
    found = [
        (block, each)
        for block in blocks
        for each in block.layout.fields()
        if (each.number, each.size) == (COMPRESSED_SPEED_DISTANCE, _COMPRESSED_BYTES)
    ]
    if not found:
        return
    packed = np.full((columns.count, _COMPRESSED_BYTES), _NO_BYTE, np.int64)
    for block, each in found:
        packed[block.at] = raw_bytes(data, block.places, each)
    at = np.flatnonzero((packed != _NO_BYTE).any(axis=1))
    low, middle, high = packed[at].T
    speed = low | (middle & 0xF) << 8
    distance = unroll(middle >> 4 | high << 4, np.zeros(len(at), np.bool_), _DISTANCE_BITS)
    columns.put("speed", at, np.where(speed == _NO_VALUE, np.nan, speed / 100))
    columns.put("distance", at, distance / 16)
