"""The few messages that are read one by one: file_id, session, activity, field_description."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from domain.fit.layout import Field, Layout, rows

Value = int | float | str


class Message(NamedTuple):
    place: int
    part: int
    values: dict[int, Value]

    def number(self, field: int) -> int | float | None:
        value = self.values.get(field)
        return None if isinstance(value, str) else value

    def whole(self, field: int) -> int | None:
        value = self.number(field)
        return None if value is None else int(value)

    def text(self, field: int) -> str:
        value = self.values.get(field)
        return value if isinstance(value, str) else ""


def read_messages(
    data: bytes, layouts: Iterable[Layout], message: int, wanted: frozenset[int], most: int
) -> list[Message]:
    """The messages of one kind in the order of the file, at most `most`; what means "missing" is left out."""
    found: list[Message] = []
    for layout in layouts:
        if layout.message == message and len(found) < most:
            found += _messages(data, layout, wanted, most - len(found))
    return sorted(found, key=lambda each: each.place)


def _messages(data: bytes, layout: Layout, wanted: frozenset[int], most: int) -> list[Message]:
    places = layout.places()[:most]
    fields = [field for field in layout.fields() if field.number in wanted and _is_readable(field)]
    table = rows(
        data, layout, places, {str(field.number): (_format(field), field.offset) for field in fields}
    )
    found = [Message(place, layout.part, {}) for place in places.tolist()]
    for field in fields:
        for message, raw in zip(found, table[str(field.number)].tolist(), strict=True):
            value = _value(field, raw)
            if value is not None:
                message.values[field.number] = value
    return found


def _is_readable(field: Field) -> bool:
    return field.is_number or (field.base is not None and field.base.is_text)


def _format(field: Field) -> str:
    if field.base is None:
        return f"V{field.size}"
    return f"S{field.size}" if field.base.is_text else field.base.format


def _value(field: Field, raw: float | bytes) -> Value | None:
    if isinstance(raw, bytes):
        return clean_text(raw) or None
    if field.base is None or raw == field.base.invalid or not math.isfinite(raw):
        return None
    return raw


def clean_text(raw: bytes) -> str:
    """Text up to its NUL; bytes that are no UTF-8 and characters that do not print are dropped."""
    text = raw.split(b"\0", 1)[0].decode("utf-8", "ignore")
    return "".join(character for character in text if character.isprintable()).strip()
