"""One cheap pass over the message headers: which layout applies where. No value is decoded here.

What the pass costs bounds what a hostile file can cost, so everything is counted while it is walked.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from domain.fit.errors import FitError, FitErrorCode
from domain.fit.header import Part
from domain.fit.layout import Layout
from domain.fit.limits import Limits

_DEFINITION = 0x40
_COMPRESSED = 0x80
_DEVELOPER = 0x20
_LOCAL = 0x0F
_COMPRESSED_LOCALS = 4
_FIRST_LOOK = 16
# A look at how long a run goes on costs as much as a few messages; a definition is never part of one.
_SHORTEST_RUN = 4
_RUNS = [
    b"" if _DEFINITION <= header < _COMPRESSED else bytes((header,)) * _SHORTEST_RUN for header in range(256)
]


@dataclass(slots=True)
class _Spent:
    messages: int = 0
    definitions: int = 0
    layouts: int = 0


def walk(data: bytes, parts: list[Part], limits: Limits) -> list[Layout]:
    """All layouts that have messages, those of the first part first."""
    spent = _Spent()
    layouts: list[Layout] = []
    for number, part in enumerate(parts):
        layouts += _PartWalk(data, number, part, limits, spent).walk()
    return [layout for layout in layouts if layout.offsets or layout.runs]


class _PartWalk:
    """The tables that every header byte is looked up in; definitions rewrite them as they are met."""

    def __init__(self, data: bytes, number: int, part: Part, limits: Limits, spent: _Spent) -> None:
        self._data, self._number, self._part = data, number, part
        self._limits, self._spent = limits, spent
        self._layouts: dict[tuple[int, bytes], Layout] = {}
        self._bound: list[Layout | None] = [None] * 16
        self._sizes = [0] * 256
        self._runs: list[array[int]] = [array("I")] * 256
        self._take: list[Callable[[int], None]] = [self._undefined] * 256
        self._take[_DEFINITION:_COMPRESSED] = [self._define] * (_COMPRESSED - _DEFINITION)
        self._in_runs = 0

    def walk(self) -> list[Layout]:
        before, position = self._spent.messages, self._part.start
        while position < self._part.end:
            # A message has one byte at least, so a stretch this long cannot overstep the limit unnoticed.
            room = self._limits.max_messages - self._spent.messages
            position = self._stretch(position, min(self._part.end, position + room + 1))
            self._spent.messages = before + self._count()
            if self._spent.messages > self._limits.max_messages:
                message = f"The file has more than {self._limits.max_messages} messages; split the recording."
                raise FitError(FitErrorCode.TOO_MANY_MESSAGES, message)
        if position != self._part.end:
            raise FitError(FitErrorCode.MALFORMED, "The last message reaches beyond the end of the data.")
        return list(self._layouts.values())

    def _stretch(self, position: int, stop: int) -> int:
        data, sizes, take = self._data, self._sizes, self._take
        previous = -1
        while position < stop:
            header = data[position]
            size = sizes[header]
            if (
                header == previous
                and data[position : position + _SHORTEST_RUN * size : size] == _RUNS[header]
            ):
                count = _run_length(data, position, size, (stop - position) // size)
                self._runs[header].extend((position, count))
                self._in_runs += count
                position += count * size
                previous = -1
            else:
                take[header](position)
                position += sizes[header]
                previous = header
        return position

    def _count(self) -> int:
        return self._in_runs + sum(len(layout.offsets) for layout in self._layouts.values())

    def _undefined(self, position: int) -> None:
        message = f"The message at byte {position} uses a local type that was never defined."
        raise FitError(FitErrorCode.MALFORMED, message)

    def _define(self, position: int) -> None:
        self._spent.definitions += 1
        if self._spent.definitions > self._limits.max_definitions:
            message = f"The file has more than {self._limits.max_definitions} definitions."
            raise FitError(FitErrorCode.TOO_MANY_DEFINITIONS, message)
        data, header = self._data, self._data[position]
        fields_end = developer_end = position + 6 + 3 * self._byte(position + 5)
        if header & _DEVELOPER:
            developer_end = fields_end + 1 + 3 * self._byte(fields_end)
        self._byte(developer_end - 1)
        self._sizes[header] = developer_end - position
        key = (fields_end - position, data[position + 2 : developer_end])
        layout = self._layouts.get(key) or self._add(key)
        if self._bound[header & _LOCAL] is not layout:
            self._bind(header & _LOCAL, layout)

    def _byte(self, position: int) -> int:
        if position >= self._part.end:
            raise FitError(FitErrorCode.MALFORMED, "The last definition reaches beyond the end of the data.")
        return self._data[position]

    def _add(self, key: tuple[int, bytes]) -> Layout:
        self._spent.layouts += 1
        if self._spent.layouts > self._limits.max_layouts:
            message = f"The file has more than {self._limits.max_layouts} different definitions."
            raise FitError(FitErrorCode.TOO_MANY_DEFINITIONS, message)
        fields_end, written = key[0] - 2, key[1]
        order = ">" if written[0] else "<"
        message_number = int.from_bytes(written[1:3], "big" if written[0] else "little")
        fields, developer = written[4:fields_end], written[fields_end + 1 :]
        size = 1 + sum(fields[1::3]) + sum(developer[1::3])
        layout = Layout(self._number, message_number, order, fields, developer, size)
        self._layouts[key] = layout
        return layout

    def _bind(self, local: int, layout: Layout) -> None:
        self._bound[local] = layout
        self._bind_headers(slice(local, _DEFINITION, 16), 4, layout)  # bits 4 and 5 mean nothing here
        if local < _COMPRESSED_LOCALS:
            first = _COMPRESSED | local << 5
            self._bind_headers(slice(first, first + 32), 32, layout)

    def _bind_headers(self, headers: slice, count: int, layout: Layout) -> None:
        self._sizes[headers] = [layout.size] * count
        self._take[headers] = [layout.offsets.append] * count
        self._runs[headers] = [layout.runs] * count


def _run_length(data: bytes, position: int, size: int, most: int) -> int:
    """How many messages of this size, one to `most`, begin with the header that stands here."""
    look = min(_FIRST_LOOK, max(most, 1))
    while True:
        headers = data[position : position + look * size : size]
        count = look - len(headers.lstrip(headers[:1]))
        if count < look or look >= most:
            return count
        look = min(look * 8, most)
