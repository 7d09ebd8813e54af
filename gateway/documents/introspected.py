"""How long introspection's lists are, by the schema itself: what is asked of them is paid for before it is answered."""

from collections.abc import Callable, Mapping
from functools import cache

from graphql import (
    GraphQLSchema,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
)

ALL_TYPES, OF_TYPE = ("__Schema", "types"), ("__Type", "ofType")
ONE_TYPE = {"type", "ofType", "possibleTypes", "interfaces"}
"""Fields that lead on to a type; whoever writes the query chooses from which."""


@cache
def average(schema: GraphQLSchema) -> Mapping[str, float]:
    """Of all types: long lists and short ones even out."""
    return _lengths(schema, lambda found, of: sum(found) / of)


@cache
def longest(schema: GraphQLSchema) -> Mapping[str, float]:
    """Of any one type."""
    return _lengths(schema, lambda found, _: max(found, default=0))


def _lengths(schema: GraphQLSchema, length: Callable[[list[int], int], float]) -> Mapping[str, float]:
    kinds = list(schema.type_map.values())
    outputs = [kind for kind in kinds if is_object_type(kind) or is_interface_type(kind)]
    fields = [one for kind in outputs for one in kind.fields.values()]
    counted = {
        "fields": [len(kind.fields) for kind in outputs],
        "interfaces": [len(kind.interfaces) for kind in outputs],
        "inputFields": [len(kind.fields) for kind in kinds if is_input_object_type(kind)],
        "enumValues": [len(kind.values) for kind in kinds if is_enum_type(kind)],
        "possibleTypes": [len(schema.get_possible_types(kind)) for kind in kinds if is_abstract_type(kind)],
    }
    return {name: length(found, len(kinds)) for name, found in counted.items()} | {
        "args": length([len(one.args) for one in fields], len(fields)),
        "types": len(kinds),
        "directives": len(schema.directives),
        "locations": max(len(one.locations) for one in schema.directives),
    }
