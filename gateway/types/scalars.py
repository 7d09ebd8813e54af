"""Scalars of our own, and words for those that come without."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NewType
from uuid import UUID

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

Column = NewType("Column", object)
COLUMN = strawberry.scalar(
    name="Column",
    description="A list of numbers, null where nothing was measured: [Float], handed through whole, "
    "because completing ten thousand numbers one by one costs more than reading them.",
)
WORDS = {
    UUID: "An id as the REST APIs spell it, such as 2188a980-70a2-4b24-b145-8139cb7f9106.",
    date: "A calendar day, such as 2024-05-01; whose local day it is, the field says.",
    datetime: "An instant in ISO 8601, such as 2024-05-01T09:00:00+00:00; without an offset it is taken for UTC.",
}


def instant(given: Any) -> datetime:
    """Without an offset it is meant in UTC, where an offset can lead out of the years that there are."""
    read: datetime = DEFAULT_SCALAR_REGISTRY[datetime].parse_value(given)  # type: ignore[misc]
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError:
        problem = f'Value cannot represent a DateTime: "{given}". In UTC its year has to be from 1 to 9999.'
        raise StrawberryInputCoercionError(problem) from None


SCALARS: dict[Any, ScalarDefinition] = {
    Column: COLUMN,
    **{kind: replace(DEFAULT_SCALAR_REGISTRY[kind], description=words) for kind, words in WORDS.items()},
}
SCALARS[datetime] = replace(SCALARS[datetime], parse_value=instant)
