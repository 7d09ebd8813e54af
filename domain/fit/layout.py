"""A layout: what one definition says about the messages that follow, and where in the file those are."""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.fit.profile import BASE_TYPES, BaseType

_FIELD_BYTES = 3
_BASE_TYPE_BITS = 0x1F
HEADER = "header"


class Field(NamedTuple):
    """A field of a message; `base` is missing when the type is unknown or the size is no multiple of it."""

    number: int
    offset: int
    size: int
    base: BaseType | None

    @property
    def is_number(self) -> bool:
        return self.base is not None and self.base.size == self.size and not self.base.is_text


class DeveloperField(NamedTuple):
    number: int
    app: int
    offset: int
    size: int


@dataclass(slots=True)
class Layout:
    """Fields are kept as written and taken apart only when somebody asks: most layouts are never read."""

    part: int
    message: int
    order: str
    fields_written: bytes
    developer_written: bytes
    size: int
    offsets: "array[int]" = field(default_factory=lambda: array("I"))
    # (offset, count) pairs, flattened: messages that follow each other without a gap
    runs: "array[int]" = field(default_factory=lambda: array("I"))
    _fields: list[Field] | None = None

    def fields(self) -> list[Field]:
        if self._fields is None:
            self._fields = self._taken_apart()
        return self._fields

    def _taken_apart(self) -> list[Field]:
        found: dict[int, Field] = {}
        written, offset = self.fields_written, 1
        for at in range(0, len(written), _FIELD_BYTES):
            number, size, code = written[at : at + _FIELD_BYTES]
            base = BASE_TYPES.get(code & _BASE_TYPE_BITS)
            fits = base is not None and size > 0 and size % base.size == 0
            found.setdefault(number, Field(number, offset, size, base if fits else None))
            offset += size
        return list(found.values())

    def developer_fields(self) -> list[DeveloperField]:
        found: list[DeveloperField] = []
        written, offset = self.developer_written, 1 + sum(self.fields_written[1::_FIELD_BYTES])
        for at in range(0, len(written), _FIELD_BYTES):
            number, size, app = written[at : at + _FIELD_BYTES]
            found.append(DeveloperField(number, app, offset, size))
            offset += size
        return found

    def places(self) -> NDArray[np.int64]:
        """Where each message begins, in the order of the file."""
        single = np.array(self.offsets, np.int64)
        if not self.runs:
            return single
        starts, counts = np.array(self.runs, np.int64).reshape(-1, 2).T
        first = np.cumsum(counts) - counts
        steps = np.arange(int(counts.sum())) - np.repeat(first, counts)
        together = np.concatenate((single, np.repeat(starts, counts) + steps * self.size))
        together.sort(kind="stable")  # two ascending series, which it merges
        return together


def rows(
    data: bytes, layout: Layout, places: NDArray[np.int64], columns: dict[str, tuple[str, int]]
) -> NDArray[np.void]:
    """The messages at these places as a structured array; `columns` has formats and offsets in a message."""
    described = {
        "names": [HEADER, *columns],
        "formats": ["u1", *(layout.order + form for form, _ in columns.values())],
        "offsets": [0, *(offset for _, offset in columns.values())],
        "itemsize": layout.size,
    }
    dtype = np.dtype(described)  # type: ignore[call-overload]
    first, last, count = int(places[0]), int(places[-1]), len(places)
    if last - first == (count - 1) * layout.size:
        return np.frombuffer(data, dtype, count, first)
    every_byte = np.ndarray((len(data) - layout.size + 1,), f"V{layout.size}", data, strides=(1,))
    return every_byte[places].view(dtype)


def raw_bytes(data: bytes, places: NDArray[np.int64], field: Field) -> NDArray[np.uint8]:
    """The bytes of one field, a row for each message."""
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), field.size)
    found: NDArray[np.uint8] = windows[places + field.offset]
    return found
