"""Scalars of our own, and words for those that come without."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NewType
from uuid import UUID

import strawberry
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
SCALARS: dict[Any, ScalarDefinition] = {
    Column: COLUMN,
    **{kind: replace(DEFAULT_SCALAR_REGISTRY[kind], description=words) for kind, words in WORDS.items()},
}
