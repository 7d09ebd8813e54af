"""Filter and order inputs: the same Filter value that PAI's q becomes."""

from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry

from domain.errors import Invalid
from domain.listing import Order
from domain.listing.filters import Compare, Every, Filter, Operator, Some, every
from gateway.global_ids import read_global_id

Choice = TypeVar("Choice", bound=Enum)
MAX_DEPTH, MAX_CONDITIONS = 4, 100
OPERATORS = {
    "eq": Operator.EQUAL,
    "ne": Operator.NOT_EQUAL,
    "lt": Operator.LESS,
    "lte": Operator.LESS_OR_EQUAL,
    "gt": Operator.GREATER,
    "gte": Operator.GREATER_OR_EQUAL,
    "in_": Operator.IN,
    "not_in": Operator.NOT_IN,
    "like": Operator.LIKE,
    "ilike": Operator.ILIKE,
}


@strawberry.enum(description="Which way to sort. Missing values come last in ascending order.")
class Direction(Enum):
    ASC = "asc"
    DESC = "desc"


@strawberry.input(description="Conditions on an id; all given ones must hold.")
class IdFilter:
    eq: strawberry.ID | None = None
    in_: list[strawberry.ID] | None = strawberry.field(name="in", default=None)


@strawberry.input(
    description="Conditions on text. In `like` and `ilike`, % stands for any run and _ for one character."
)
class StringFilter:
    eq: str | None = None
    ne: str | None = None
    in_: list[str] | None = strawberry.field(name="in", default=None)
    not_in: list[str] | None = None
    like: str | None = strawberry.field(description="Case-sensitive.", default=None)
    ilike: str | None = strawberry.field(description="Whatever the case.", default=None)


@strawberry.input(name="Filter", description="Conditions on one of a few values.")
class EnumFilter(Generic[Choice]):
    eq: Choice | None = None
    ne: Choice | None = None
    in_: list[Choice] | None = strawberry.field(name="in", default=None)


@strawberry.input(description="Conditions on a number.")
class FloatFilter:
    eq: float | None = None
    ne: float | None = None
    lt: float | None = None
    lte: float | None = None
    gt: float | None = None
    gte: float | None = None


@strawberry.input(description="Conditions on a calendar day.")
class DateFilter:
    eq: date | None = None
    lt: date | None = None
    lte: date | None = None
    gt: date | None = None
    gte: date | None = None


@strawberry.input(description="Conditions on an instant.")
class DateTimeFilter:
    lt: datetime | None = None
    lte: datetime | None = None
    gt: datetime | None = None
    gte: datetime | None = None


def filter_of(given: Any, type_name: str) -> Filter | None:
    """An input object as the domain's Filter; its depth and size are bounded, since variables can be deep."""
    budget = [MAX_CONDITIONS]
    return _filter(given, type_name, MAX_DEPTH, budget)


def order_of(given: list[Any] | None) -> tuple[Order, ...]:
    return tuple(Order(order.field.value, order.direction is Direction.DESC) for order in given or ())


def _filter(given: Any, type_name: str, depth: int, budget: list[int]) -> Filter | None:
    if given is None:
        return None
    if not depth:
        raise Invalid(f"filter is nested deeper than {MAX_DEPTH} levels")
    parts: list[Filter | None] = []
    for field in fields(given):
        value = getattr(given, field.name)
        if value is None:
            continue
        if field.name in ("and_", "or_"):
            inner = [_filter(one, type_name, depth - 1, budget) for one in value]
            present = tuple(one for one in inner if one is not None)
            parts.append((Every if field.name == "and_" else Some)(present) if present else None)
        else:
            parts.extend(_conditions(field.name, value, type_name, budget))
    return every(*parts)


def _conditions(name: str, given: Any, type_name: str, budget: list[int]) -> list[Filter | None]:
    conditions: list[Filter | None] = []
    for field in fields(given):
        value = getattr(given, field.name)
        if value is None:
            continue
        budget[0] -= len(value) if isinstance(value, list) else 1
        if budget[0] < 0:
            raise Invalid(f"filter has more than {MAX_CONDITIONS} conditions")
        column, value = _column(name, value, type_name) if isinstance(given, IdFilter) else (name, value)
        conditions.append(Compare(column, OPERATORS[field.name], _plain(value)))
    return conditions


def _plain(value: Any) -> Any:
    """As the columns hold it: what GraphQL spells as an enum is text there."""
    if isinstance(value, list):
        return tuple(_plain(one) for one in value)
    return value.value if isinstance(value, Enum) else value


def _column(name: str, value: Any, type_name: str) -> tuple[str, Any]:
    """`id` and relations are filtered by global ids: `user: {eq: …}` compares the column user_id."""
    kind, column = (type_name, "id") if name == "id" else (name.title().replace("_", ""), f"{name}_id")
    if isinstance(value, list):
        return column, [read_global_id(kind, one) for one in value]
    return column, read_global_id(kind, value)
