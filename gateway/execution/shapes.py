"""What of a selection is plain: fields that are one attribute of a row, or a function of the row alone, and leaves.

Whatever does not fit, a null, a wrong type or an error, raises; graphql-core then does all of it in its own way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import attrgetter
from types import NoneType
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLLeafType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    is_leaf_type,
)
from strawberry.types.field import StrawberryField

Read = Callable[[Any], Any]
Fit = Callable[[list[Any]], list[Any]]

DEFINITION = "strawberry-definition"
NARROW = range(-(2**31), 2**31)


class Unfit(Exception):
    """A value that graphql-core has to judge."""


@dataclass(frozen=True, slots=True)
class Column:
    """A plain field under the name that the answer has for it."""

    name: str
    read: Read
    fit: Fit

    def of(self, rows: Sequence[Any]) -> list[Any]:
        return self.fit(list(map(self.read, rows)))


@dataclass(frozen=True, slots=True)
class Shape:
    """`others`: names of fields that are not plain. `names`: all of them, in the order of the answer."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    others: frozenset[str]

    def of_rows(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """For a shape without others."""
        columns = [column.of(rows) for column in self.columns]
        return [dict(zip(self.names, values, strict=True)) for values in zip(*columns, strict=True)]

    def of_row(self, row: Any) -> dict[str, Any]:
        return {column.name: column.of((row,))[0] for column in self.columns}


def shape_of(schema: GraphQLSchema, kind: GraphQLObjectType, fields: Mapping[str, str]) -> Shape | None:
    """Of fields by the names they have in the answer; None where nothing is plain."""
    columns = {name: column_of(schema, kind, name, field) for name, field in fields.items()}
    plain = tuple(column for column in columns.values() if column is not None)
    others = frozenset(name for name, column in columns.items() if column is None)
    return Shape(tuple(fields), plain, others) if plain else None


def column_of(schema: GraphQLSchema, kind: GraphQLObjectType, name: str, field: str) -> Column | None:
    if field == "__typename":
        return Column(name, lambda _: kind.name, list)
    definition = schema.get_field(kind, field)
    if definition is None or definition.args:
        return None
    leaf, needed = definition.type, isinstance(definition.type, GraphQLNonNull)
    leaf = leaf.of_type if isinstance(leaf, GraphQLNonNull) else leaf
    read = read_of(definition)
    return Column(name, read, fit_of(leaf, needed=needed)) if read and is_leaf_type(leaf) else None


def read_of(definition: GraphQLField) -> Read | None:
    """None where more than the row decides: arguments, the context, a permission, something to wait for."""
    field = definition.extensions.get(DEFINITION)
    if not isinstance(field, StrawberryField) or field.extensions:
        return None
    resolver = field.base_resolver
    if resolver is None:
        return attrgetter(field.python_name) if field.default_resolver is getattr else None
    parents = (resolver.root_parameter, resolver.parent_parameter, resolver.self_parameter)
    parameters = list(resolver.signature.parameters.values())
    alone = len(parameters) == 1 and parameters[0] in parents and not resolver.is_async
    return resolver if alone else None


def fit_of(leaf: GraphQLLeafType, *, needed: bool) -> Fit:
    """Judges a column by the set of its values' classes; what is not built in is coerced one by one."""
    exact = EXACT.get(leaf.name)
    if exact is None:
        return coercing(leaf.coerce_output_value, needed=needed)
    kind, check = exact
    allowed = {kind} if needed else {kind, NoneType}

    def fit(values: list[Any]) -> list[Any]:
        kinds = set(map(type, values))
        if not kinds <= allowed:
            raise Unfit
        if check is not None:
            check(values if NoneType not in kinds else [value for value in values if value is not None])
        return values

    return fit


def coercing(coerce: Callable[[Any], Any], *, needed: bool) -> Fit:
    def fit(values: list[Any]) -> list[Any]:
        if needed:
            coerced = list(map(coerce, values))
        else:
            coerced = [None if value is None else coerce(value) for value in values]
        for value, given in zip(coerced, values, strict=True):
            if value is Undefined or isinstance(given, Exception) or (value is None and given is not None):
                raise Unfit
        if needed and None in coerced:
            raise Unfit
        return coerced

    return fit


def _finite(values: list[Any]) -> None:
    if not all(map(isfinite, values)):
        raise Unfit


def _narrow(values: list[Any]) -> None:
    if values and not (min(values) in NARROW and max(values) in NARROW):
        raise Unfit


EXACT: dict[str, tuple[type, Callable[[list[Any]], None] | None]] = {
    "Int": (int, _narrow),
    "Float": (float, _finite),
    "String": (str, None),
    "ID": (str, None),
    "Boolean": (bool, None),
}
