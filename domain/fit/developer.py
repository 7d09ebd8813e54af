"""Fields that an app on the device defined itself: a description in the file says what they are."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.fit.layout import DeveloperField, Field, Layout
from domain.fit.messages import read_messages
from domain.fit.profile import BASE_TYPES, FIELD_DESCRIPTION

_INDEX, _NUMBER, _BASE_TYPE, _NAME = 0, 1, 2, 3
_WANTED = frozenset((_INDEX, _NUMBER, _BASE_TYPE, _NAME))
_BASE_TYPE_BITS = 0x1F
_MOST_DESCRIPTIONS = 1_000
# In one layout; the most seen in a real file is 16.
_MOST_FIELDS = 32


class Description(NamedTuple):
    name: str
    base_type: int


Descriptions = dict[tuple[int, int, int], Description]


def read_descriptions(data: bytes, layouts: Iterable[Layout]) -> Descriptions:
    """By part, developer index and field number: each chained part numbers its own."""
    found: Descriptions = {}
    for message in read_messages(data, layouts, FIELD_DESCRIPTION, _WANTED, _MOST_DESCRIPTIONS):
        index, number, base_type = (message.whole(field) for field in (_INDEX, _NUMBER, _BASE_TYPE))
        name = message.text(_NAME)
        if index is not None and number is not None and base_type is not None and name:
            found[message.part, index, number] = Description(name, base_type & _BASE_TYPE_BITS)
    return found


def described_fields(layout: Layout, descriptions: Descriptions) -> dict[str, Field]:
    """A layout's developer fields by column name; what is not described, or is no number, is skipped."""
    found: dict[str, Field] = {}
    for written in layout.developer_fields() if descriptions else ():
        description = descriptions.get((layout.part, written.app, written.number))
        field = _field(written, description) if description else None
        if description and field and field.is_number and len(found) < _MOST_FIELDS:
            found[f"developer:{description.name}"] = field
    return found


def _field(written: DeveloperField, description: Description) -> Field:
    return Field(written.number, written.offset, written.size, BASE_TYPES.get(description.base_type))
