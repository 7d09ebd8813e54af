"""A filter value compiled to SQL that means the same on SQLite and PostgreSQL."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, BigInteger, ColumnElement, Integer, String, and_, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator

from domain.columns import storable
from domain.errors import Invalid
from domain.filters import Compare, Every, Filter, Operator, Some

ESCAPE = "\\"
MOST_VALUES = 1000
INTEGER_BITS = {BigInteger: 63, Integer: 31}
WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "an ISO 8601 instant",
}

Build = Callable[[Any, Any], ColumnElement[bool]]
BUILD: dict[Operator, Build] = {
    Operator.EQUAL: lambda column, value: column == value,
    Operator.NOT_EQUAL: lambda column, value: column.is_distinct_from(value),
    Operator.LESS: lambda column, value: sortable(column) < value,
    Operator.LESS_OR_EQUAL: lambda column, value: sortable(column) <= value,
    Operator.GREATER: lambda column, value: sortable(column) > value,
    Operator.GREATER_OR_EQUAL: lambda column, value: sortable(column) >= value,
    Operator.IN: lambda column, values: column.in_(values),
    Operator.NOT_IN: lambda column, values: or_(column.not_in(values), column.is_(None)),
    Operator.LIKE: lambda column, pattern: column.like(pattern.replace(ESCAPE, ESCAPE * 2), escape=ESCAPE),
    Operator.ILIKE: lambda column, pattern: InLowerCase(column).like(
        InLowerCase(literal(pattern.replace(ESCAPE, ESCAPE * 2))), escape=ESCAPE
    ),
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
    column = columns.get(field)
    if column is None or isinstance(column.type, JSON):
        raise Invalid(f"{field} is not a field that can be filtered or sorted by")
    return column


class ByCodePoint(ColumnElement[str]):
    """Text that is compared by code point, whatever language a PostgreSQL database was made for."""

    inherit_cache = True
    type = String()
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: Any) -> None:
        self.column = column


@compiles(ByCodePoint)
def _plain(element: ByCodePoint, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column, **options))


@compiles(ByCodePoint, "postgresql")
def _collated(element: ByCodePoint, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.column, **options)} COLLATE "C"'


class InLowerCase(ByCodePoint):
    """Text in lower case by Unicode's rules, whatever language a PostgreSQL database was made for."""

    inherit_cache = True


@compiles(InLowerCase)
def _lowered(element: InLowerCase, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.column, **options)})"


@compiles(InLowerCase, "postgresql")
def _lowered_by_unicode(element: InLowerCase, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.column, **options)} COLLATE "und-x-icu")'


def sortable(column: Any) -> Any:
    return ByCodePoint(column) if _is_text(column) else column


def _is_text(column: Any) -> bool:
    return _kind(column) is str


def _kind(column: Any) -> type:
    """What the column holds; SQLModel's type of text and our instants wrap the database's own types."""
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind: type = plain.python_type
    return kind


def _operand(field: str, column: Any, operator: Operator, value: object) -> Any:
    if operator in (Operator.LIKE, Operator.ILIKE) and not _is_text(column):
        raise Invalid(f"{operator} works on text only, and {field} is not text")
    if operator in (Operator.IN, Operator.NOT_IN):
        values = value if isinstance(value, list | tuple) else (value,)
        if len(values) > MOST_VALUES:
            raise Invalid(f"{operator} takes at most {MOST_VALUES} values")
        return [typed(field, column, v) for v in values]
    return typed(field, column, value)


def typed(field: str, column: Any, value: object) -> Any:
    """The value as the column's type; what a database would choke on is refused here, with words."""
    kind = _kind(column)
    try:
        read: Any = TypeAdapter(kind).validate_python(value)
    except ValidationError:
        raise Invalid(
            f"{field} takes {WORDS.get(kind, f'a {kind.__name__}')}, not {str(value)[:50]!r}"
        ) from None
    if isinstance(read, str) and not storable(read):
        raise Invalid(f"{field} cannot hold NUL or unpaired surrogate characters")
    if isinstance(read, float) and not math.isfinite(read):
        raise Invalid(f"{field} takes a finite number")
    if isinstance(read, int) and not isinstance(read, bool) and read.bit_length() > _bits(column):
        raise Invalid(f"{value} is too large for {field}")
    return _instant(field, read) if isinstance(read, datetime) else read


def _instant(field: str, read: datetime) -> datetime:
    try:
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise Invalid(f"{field} takes an instant of the years 1 to 9999") from None


def _bits(column: Any) -> int:
    return next((bits for kind, bits in INTEGER_BITS.items() if isinstance(column.type, kind)), 63)
