"""The filter and order inputs of a type, made from the fields that it names."""

import datetime as dt
from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from gateway.types.filters import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    Direction,
    EnumFilter,
    FloatFilter,
    IdFilter,
    IntFilter,
    StringFilter,
)

CONDITIONS: dict[Any, type] = {
    str: StringFilter,
    bool: BooleanFilter,
    int: IntFilter,
    float: FloatFilter,
    dt.date: DateFilter,
    dt.datetime: DateTimeFilter,
}


def filter_input(kind: type, names: Sequence[str]) -> Any:
    """An input with conditions on these fields of a type, and `and` and `or` to combine them."""
    fields = _fields(kind)
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": kind.__module__}
    for name in ("id", *names):
        condition, column = _condition(kind, name, fields[name])
        annotations[name] = condition | None
        namespace[name] = strawberry.field(
            default=None,
            name=fields[name].graphql_name,
            description=fields[name].description,
            metadata=column,
        )
    namespace["and_"] = strawberry.field(name="and", default=None, description="All of these hold too.")
    namespace["or_"] = strawberry.field(
        name="or", default=None, description="At least one of these holds too."
    )
    given: Any = type(f"{kind.__name__}Filter", (), namespace)
    annotations |= dict.fromkeys(("and_", "or_"), list[given] | None)
    return strawberry.input(given, description="Which ones; all given conditions must hold.")


def order_input(kind: type, names: Sequence[str]) -> Any:
    """An input that names one of these fields of a type, and a direction."""
    fields = _fields(kind)
    values = {
        name.upper(): strawberry.enum_value(name, description=fields[name].description) for name in names
    }
    made: Any = Enum  # called, it makes a new enum
    chosen = strawberry.enum(
        made(f"{kind.__name__}OrderField", values, module=kind.__module__), description="What to sort by."
    )
    namespace = {
        "__annotations__": {"field": chosen, "direction": Direction},
        "__module__": kind.__module__,
        "field": strawberry.field(description="What to sort by."),
        "direction": strawberry.field(default=Direction.ASC, description="Which way; ascending unless said."),
    }
    given = type(f"{kind.__name__}Order", (), namespace)
    return strawberry.input(
        given, description="What to sort by, and which way. Later ones decide between equals."
    )


def _fields(kind: type) -> dict[str, StrawberryField]:
    return {one.python_name: one for one in get_object_definition(kind, strict=True).fields}


def _condition(kind: type, name: str, field: StrawberryField) -> tuple[Any, dict[str, Any]]:
    """Relations and the id are compared by global ids, columns by what they hold."""
    if name == "id":
        return IdFilter, {"relation": (kind.__name__, "id")}
    if relation := field.metadata.get("relation"):
        return IdFilter, {"relation": relation}
    held = field.type
    while isinstance(held, StrawberryOptional | StrawberryList):
        held = held.of_type
    if isinstance(held, StrawberryEnumDefinition):
        return EnumFilter[held.wrapped_cls], {}  # type: ignore[name-defined]
    return CONDITIONS[held], {}
