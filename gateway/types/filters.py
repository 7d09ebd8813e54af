"""Filter and order inputs: the same Filter value that PAI's q becomes."""

from dataclasses import Field, fields
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


@strawberry.enum(description="Which way to sort.")
class Direction(Enum):
    ASC = strawberry.enum_value("asc", description="The smallest first, missing values last.")
    DESC = strawberry.enum_value("desc", description="Missing values first, then the largest.")


@strawberry.input(description="Conditions on an id; all given ones must hold.")
class IdFilter:
    eq: strawberry.ID | None = strawberry.field(default=None, description="Equal to this.")
    in_: list[strawberry.ID] | None = strawberry.field(name="in", default=None, description="One of these.")


@strawberry.input(
    description="Conditions on text. In `like` and `ilike`, % stands for any run and _ for one character."
)
class StringFilter:
    eq: str | None = strawberry.field(default=None, description="Equal to this.")
    ne: str | None = strawberry.field(default=None, description="Anything but this, and nothing at all.")
    in_: list[str] | None = strawberry.field(name="in", default=None, description="One of these.")
    not_in: list[str] | None = strawberry.field(default=None, description="None of these.")
    like: str | None = strawberry.field(description="Like this pattern, letter case counting.", default=None)
    ilike: str | None = strawberry.field(
        description="Like this pattern, whatever the letter case.", default=None
    )


@strawberry.input(name="Filter", description="Conditions on one of a few values.")
class EnumFilter(Generic[Choice]):
    eq: Choice | None = strawberry.field(default=None, description="Equal to this.")
    ne: Choice | None = strawberry.field(default=None, description="Anything but this, and nothing at all.")
    in_: list[Choice] | None = strawberry.field(name="in", default=None, description="One of these.")


@strawberry.input(description="Conditions on yes or no.")
class BooleanFilter:
    eq: bool | None = strawberry.field(default=None, description="Equal to this.")


@strawberry.input(description="Conditions on a whole number.")
class IntFilter:
    eq: int | None = strawberry.field(default=None, description="Equal to this.")
    ne: int | None = strawberry.field(default=None, description="Anything but this, and nothing at all.")
    in_: list[int] | None = strawberry.field(name="in", default=None, description="One of these.")
    lt: int | None = strawberry.field(default=None, description="Below this.")
    lte: int | None = strawberry.field(default=None, description="At most this.")
    gt: int | None = strawberry.field(default=None, description="Above this.")
    gte: int | None = strawberry.field(default=None, description="At least this.")


@strawberry.input(description="Conditions on a number.")
class FloatFilter:
    eq: float | None = strawberry.field(default=None, description="Equal to this.")
    ne: float | None = strawberry.field(default=None, description="Anything but this, and nothing at all.")
    lt: float | None = strawberry.field(default=None, description="Below this.")
    lte: float | None = strawberry.field(default=None, description="At most this.")
    gt: float | None = strawberry.field(default=None, description="Above this.")
    gte: float | None = strawberry.field(default=None, description="At least this.")


@strawberry.input(description="Conditions on a calendar day.")
class DateFilter:
    eq: date | None = strawberry.field(default=None, description="Equal to this.")
    lt: date | None = strawberry.field(default=None, description="Before this.")
    lte: date | None = strawberry.field(default=None, description="Not after this.")
    gt: date | None = strawberry.field(default=None, description="After this.")
    gte: date | None = strawberry.field(default=None, description="Not before this.")


@strawberry.input(description="Conditions on an instant.")
class DateTimeFilter:
    lt: datetime | None = strawberry.field(default=None, description="Before this.")
    lte: datetime | None = strawberry.field(default=None, description="Not after this.")
    gt: datetime | None = strawberry.field(default=None, description="After this.")
    gte: datetime | None = strawberry.field(default=None, description="Not before this.")


def filter_of(given: Any) -> Filter | None:
    """An input object as the domain's Filter; its depth and size are bounded, since variables can be deep."""
    budget = [MAX_CONDITIONS]
    return _filter(given, MAX_DEPTH, budget)


def order_of(given: list[Any] | None) -> tuple[Order, ...]:
    """Each field once: a cursor is compared with all that is sorted by, one after the other."""
    if len({order.field for order in given or ()}) < len(given or ()):
        raise Invalid("orderBy takes each field once")
    return tuple(Order(order.field.value, order.direction is Direction.DESC) for order in given or ())


def _filter(given: Any, depth: int, budget: list[int]) -> Filter | None:
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
            inner = [_filter(one, depth - 1, budget) for one in value]
            present = tuple(one for one in inner if one is not None)
            parts.append((Every if field.name == "and_" else Some)(present) if present else None)
        else:
            parts.extend(_conditions(field, value, budget))
    return every(*parts)


def _conditions(on: Field[Any], given: Any, budget: list[int]) -> list[Filter | None]:
    """`user: {eq: …}` compares the column user_id with the UUID in a global id: the input's field says so."""
    conditions: list[Filter | None] = []
    type_name, column = on.metadata.get("relation", (None, on.name))
    for field in fields(given):
        value = getattr(given, field.name)
        if value is None:
            continue
        budget[0] -= len(value) if isinstance(value, list) else 1
        if budget[0] < 0:
            raise Invalid(f"filter has more than {MAX_CONDITIONS} conditions")
        conditions.append(Compare(column, OPERATORS[field.name], _plain(value, type_name)))
    return conditions


def _plain(value: Any, type_name: str | None) -> Any:
    """As the columns hold it: what GraphQL spells as an enum is text there, and a global id a UUID."""
    if isinstance(value, list):
        return tuple(_plain(one, type_name) for one in value)
    if type_name is not None:
        return read_global_id(type_name, value)
    return value.value if isinstance(value, Enum) else value
