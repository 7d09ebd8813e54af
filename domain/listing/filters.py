"""One filter value, whatever notation it arrived in: PAI's `q`, `?a=b` or a GraphQL input."""

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    IN = "IN"
    NOT_IN = "NOT IN"
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    CONTAINS = "CONTAINS"


@dataclass(frozen=True)
class Compare:
    """`field` is the domain's name; `value` is text as written or a typed value, a tuple of them for IN."""

    field: str
    operator: Operator
    value: object


@dataclass(frozen=True)
class Every:
    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Some:
    parts: tuple["Filter", ...]


Filter = Compare | Every | Some


def every(*parts: Filter | None) -> Filter | None:
    """All of the parts that are there; nothing when none is."""
    given = tuple(part for part in parts if part is not None)
    return Every(given) if len(given) > 1 else next(iter(given), None)
