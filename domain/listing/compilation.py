"""A filter value compiled to SQL that means the same on SQLite and PostgreSQL."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, and_, literal, or_

from domain.errors import Invalid, Misfit
from domain.listing.filters import Compare, Every, Filter, Operator, Some
from domain.listing.text import InLowerCase
from domain.listing.values import ids_among, kind_of, typed
from domain.sentences import said

ESCAPE = "\\"
WILDCARD, ESCAPED = re.compile(r"[%_\\]"), r"\\\g<0>"
PATTERNS = (Operator.LIKE, Operator.ILIKE, Operator.CONTAINS)
AMONG = {
    Operator.EQUAL: Operator.IN,
    Operator.NOT_EQUAL: Operator.NOT_IN,
    Operator.IN: Operator.IN,
    Operator.NOT_IN: Operator.NOT_IN,
}
"""Ids are opaque to clients: text that is none is nobody's id, and no mistake (PAI's seed asks for `id123`)."""
MAX_PATTERN, MAX_VALUES = 1000, 1000

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
    Operator.LIKE: lambda column, pattern: column.like(_literally(pattern), escape=ESCAPE),
    Operator.ILIKE: lambda column, pattern: InLowerCase(column).like(
        InLowerCase(literal(_literally(pattern))), escape=ESCAPE
    ),
    Operator.CONTAINS: lambda column, text: InLowerCase(column).like(
        InLowerCase(literal(f"%{WILDCARD.sub(ESCAPED, text)}%")), escape=ESCAPE
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
            if kind_of(column) is UUID and operator in AMONG:
                return BUILD[AMONG[operator]](column, ids_among(_bounded(field, operator, value)))
            return BUILD[operator](column, _operand(field, column, operator, value))


def column_of(field: str, columns: Mapping[str, Any]) -> Any:
    column = columns.get(field)
    if column is None or isinstance(column.type, JSON):
        raise Invalid(said("{field} is not a field that can be filtered or sorted by", field=field))
    return column


def _operand(field: str, column: Any, operator: Operator, value: object) -> Any:
    if operator in PATTERNS:
        _check_pattern(field, column, operator, str(value))
    if operator in (Operator.IN, Operator.NOT_IN):
        return [typed(field, column, v) for v in _bounded(field, operator, value)]
    return typed(field, column, value)


def _bounded(field: str, operator: Operator, value: object) -> Sequence[object]:
    values = value if isinstance(value, list | tuple) else (value,)
    if len(values) > MAX_VALUES:
        raise Misfit(
            field,
            said("takes at most {most} values with {operator}", most=MAX_VALUES, operator=operator.value),
        )
    return values


def _check_pattern(field: str, column: Any, operator: Operator, pattern: str) -> None:
    if kind_of(column) is not str:
        raise Misfit(field, said("is not text, and {operator} works on text only", operator=operator.value))
    if len(pattern) > MAX_PATTERN:
        raise Misfit(field, said("takes a pattern of {most} characters at most", most=MAX_PATTERN))


def _literally(pattern: str) -> str:
    """A backslash is no more than itself: `%` and `_` are the only wildcards (PAI's seed)."""
    return pattern.replace(ESCAPE, ESCAPE * 2)
