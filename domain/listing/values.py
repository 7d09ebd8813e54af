"""A value as the type of the column it is compared with; what a database would choke on is refused, with words."""

import math
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Integer, literal
from sqlalchemy.types import TypeDecorator

from domain.columns import storable
from domain.errors import Misfit
from domain.sentences import said

INTEGER_BITS = {BigInteger: 63, Integer: 31}
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WORDS = {
    str: said("text"),
    int: said("a whole number"),
    float: said("a number"),
    bool: said("true or false"),
    date: said("a date such as 2024-05-01"),
    datetime: said("an ISO 8601 instant"),
    UUID: said("a UUID"),
}


def typed(field: str, column: Any, value: object) -> Any:
    kind = kind_of(column)
    try:
        read: Any = reader_of(kind).validate_python(_no_number(kind, value))
    except ValueError:
        shown = repr(str(value)[:50])
        raise Misfit(field, said("takes {wanted}, not {shown}", wanted=WORDS[kind], shown=shown)) from None
    if isinstance(read, str) and not storable(read):
        raise Misfit(field, said("cannot hold NUL or unpaired surrogate characters"))
    if isinstance(read, float) and not math.isfinite(read):
        raise Misfit(field, said("takes a finite number"))
    if isinstance(read, bool):
        return literal(read)  # SQLAlchemy takes True itself for a keyword, which nothing is less than
    if isinstance(read, int) and not -_most(column) <= read < _most(column):
        raise Misfit(field, said("cannot hold {shown}: it is too large", shown=str(value)[:50]))
    return _instant(field, read) if isinstance(read, datetime) else read


def ids_among(values: Iterable[object]) -> list[UUID]:
    ids = []
    for value in values:
        with suppress(ValueError):
            ids.append(reader_of(UUID).validate_python(value))
    return ids


@cache
def reader_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _no_number(kind: Any, value: object) -> object:
    """Seconds since 1970 are no date in any of the documents, and years from 0001 on are written out."""
    if kind in {date, datetime} and not isinstance(value, date) and not ISO_DATE.match(str(value)):
        raise ValueError("no ISO 8601")
    return value


def kind_of(column: Any) -> Any:
    """What the column holds; SQLModel's type of text and our instants wrap the database's own types."""
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return plain.python_type


def _instant(field: str, read: datetime) -> datetime:
    """In UTC, which the first and the last hours of the calendar may not have."""
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError:
        raise Misfit(field, said("takes an instant from the year 1 to the year 9999")) from None


def _most(column: Any) -> int:
    return 1 << next((bits for kind, bits in INTEGER_BITS.items() if isinstance(column.type, kind)), 63)
