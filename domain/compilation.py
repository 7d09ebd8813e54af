"""A filter value compiled to SQL that means the same on SQLite and PostgreSQL."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import BigInteger, ColumnElement, Integer, and_, or_
from sqlmodel import AutoString

from domain.errors import Invalid, Misfit
from domain.filters import Compare, Every, Filter, Operator, Some

ESCAPE = "\\"
MAX_PATTERN = 1000
INTEGER_BITS = {BigInteger: 63, Integer: 31}
WORDS = {int: "a whole number", float: "a number", bool: "true or false", datetime: "an ISO 8601 instant"}

Build = Callable[[Any, Any], ColumnElement[bool]]
BUILD: dict[Operator, Build] = {
    Operator.EQUAL: lambda column, value: column == value,
    Operator.NOT_EQUAL: lambda column, value: column.is_distinct_from(value),
    Operator.LESS: lambda column, value: column < value,
    Operator.LESS_OR_EQUAL: lambda column, value: column <= value,
    Operator.GREATER: lambda column, value: column > value,
    Operator.GREATER_OR_EQUAL: lambda column, value: column >= value,
    Operator.IN: lambda column, values: column.in_(values),
    Operator.NOT_IN: lambda column, values: or_(column.not_in(values), column.is_(None)),
    Operator.LIKE: lambda column, pattern: column.like(pattern.replace(ESCAPE, ESCAPE * 2), escape=ESCAPE),
    Operator.ILIKE: lambda column, pattern: column.ilike(pattern.replace(ESCAPE, ESCAPE * 2), escape=ESCAPE),
}


def clause(filter: Filter, columns: Mapping[str, Any]) -> ColumnElement[bool]:
    """The WHERE clause of a filter; its depth is bounded by whoever read it."""
    match filter:
        case Every(parts):
            return and_(*(clause(part, columns) for part in parts))
        case Some(parts):
            return or_(*(clause(part, columns) for part in parts))
        case Compare(field, operator, value):
            column = column_of(field, columns)
            return BUILD[operator](column, _operand(field, column, operator, value))


def column_of(field: str, columns: Mapping[str, Any]) -> Any:
    try:
        return columns[field]
    except KeyError:
        raise Invalid(f"{field} is not a field that can be filtered or sorted by") from None


def _operand(field: str, column: Any, operator: Operator, value: object) -> Any:
    if operator in (Operator.LIKE, Operator.ILIKE) and kind_of(column) is not str:
        raise Misfit(field, f"is not text, and {operator} works on text only")
    if operator in (Operator.LIKE, Operator.ILIKE) and len(str(value)) > MAX_PATTERN:
        raise Misfit(field, f"takes a pattern of {MAX_PATTERN} characters at most")
    if operator in (Operator.IN, Operator.NOT_IN):
        values = value if isinstance(value, list | tuple) else (value,)
        return [typed(field, column, v) for v in values]
    return typed(field, column, value)


def kind_of(column: Any) -> Any:
    """The Python type of a column's values; SQLModel's text is a type of its own that does not tell."""
    return str if isinstance(column.type, AutoString) else column.type.python_type


def typed(field: str, column: Any, value: object) -> Any:
    """The value as the column's type; what a database would choke on is refused here, with words."""
    kind = kind_of(column)
    try:
        read: Any = TypeAdapter(kind).validate_python(value)
    except ValidationError:
        wanted = WORDS.get(kind, f"a {kind.__name__}")
        raise Misfit(field, f"takes {wanted}, not {str(value)[:50]!r}") from None
    if isinstance(read, str) and not _storable(read):
        raise Misfit(field, "cannot hold NUL or unpaired surrogate characters")
    if isinstance(read, float) and not math.isfinite(read):
        raise Misfit(field, "takes a finite number")
    if isinstance(read, int) and not isinstance(read, bool) and read.bit_length() > _bits(column):
        raise Misfit(field, f"cannot hold {str(value)[:50]}: it is too large")
    return _instant(field, read) if isinstance(read, datetime) else read


def _instant(field: str, read: datetime) -> datetime:
    """In UTC, which the first and the last hours of the calendar may not have."""
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError:
        raise Misfit(field, "takes an instant from the year 1 to the year 9999") from None


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _bits(column: Any) -> int:
    return next((bits for kind, bits in INTEGER_BITS.items() if isinstance(column.type, kind)), 63)
