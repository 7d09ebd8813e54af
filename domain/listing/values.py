"""A value as the type of the column it is compared with; what a database would choke on is refused, with words."""

import math
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeDecorator

from domain.columns import storable
from domain.errors import Misfit

INTEGER_BITS = {BigInteger: 63, Integer: 31}
WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "an ISO 8601 instant",
}


def typed(field: str, column: Any, value: object) -> Any:
    kind = kind_of(column)
    try:
        read: Any = TypeAdapter(kind).validate_python(value)
    except ValidationError:
        wanted = WORDS.get(kind, f"a {kind.__name__}")
        raise Misfit(field, f"takes {wanted}, not {str(value)[:50]!r}") from None
    if isinstance(read, str) and not storable(read):
        raise Misfit(field, "cannot hold NUL or unpaired surrogate characters")
    if isinstance(read, float) and not math.isfinite(read):
        raise Misfit(field, "takes a finite number")
    if isinstance(read, int) and not isinstance(read, bool) and read.bit_length() > _bits(column):
        raise Misfit(field, f"cannot hold {str(value)[:50]}: it is too large")
    return _instant(field, read) if isinstance(read, datetime) else read


def kind_of(column: Any) -> Any:
    """What the column holds; SQLModel's type of text and our instants wrap the database's own types."""
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return plain.python_type


def _instant(field: str, read: datetime) -> datetime:
    """In UTC, which the first and the last hours of the calendar may not have."""
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError:
        raise Misfit(field, "takes an instant from the year 1 to the year 9999") from None


def _bits(column: Any) -> int:
    return next((bits for kind, bits in INTEGER_BITS.items() if isinstance(column.type, kind)), 63)
