"""What OpenAPI says of a view: the shape of its resources, and of what can be sent to change them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.fields import Fields
from domain.listing.values import kind_of
from rest_compat.pai.views import HREF, STAMPS, View

Schema = dict[str, Any]
KINDS: Mapping[type, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}
FILTERS: Mapping[type, Schema] = {
    **KINDS,
    str: {"type": "string", "pattern": r"^[^\x00]*$"},
    int: {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    UUID: KINDS[str],
}
ADDRESS: Schema = {"type": "string", "format": "uri"}


def shape_of(view: View, once: Mapping[str, Schema] | None = None) -> Schema:
    """Any field may be absent, as `fields` decides. `once`: what is told beside."""
    schema: Schema = {"type": "object", "properties": {name: _field(view, name) for name in view.names}}
    schema["properties"] |= once or {}
    return schema


def filter_shape(view: View, name: str) -> Schema:
    """What a filter by a field takes: text is not bound to the words that a field knows, and no id is a mistake."""
    return dict(FILTERS[kind_of(view.kinds[view.columns[name]])])


def body_shape(view: View, writes: type[Fields]) -> Schema:
    """The domain's own description of what can be set, in the vendor's spelling."""
    said = writes.model_json_schema(ref_template="#/{model}")
    definitions = said.pop("$defs", {})
    names = {column: name for name, column in view.spelling.items()}
    schema: Schema = {
        "type": "object",
        "properties": {
            names.get(name, name): _resolved(kind, definitions) for name, kind in said["properties"].items()
        },
    }
    schema["additionalProperties"] = False
    if required := [names.get(name, name) for name in said.get("required", [])]:
        schema["required"] = required
    if writes.one_of:
        schema["oneOf"] = [*_alone([names.get(name, name) for name in writes.one_of])]
    if writes.some_of:
        schema["anyOf"] = [_given(names.get(name, name)) for name in writes.some_of]
    return schema


def body_example(view: View, schema: Schema) -> dict[str, Any]:
    return {name: view.example[name] for name in schema["properties"] if name in view.example}


def _alone(names: Sequence[str]) -> Iterator[Schema]:
    """One of them has a value, and the others have none."""
    for name in names:
        others: Schema = {other: {"type": "null"} for other in names if other != name}
        yield {"required": [name], "properties": {name: {"type": "string"}, **others}}


def _given(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _field(view: View, name: str) -> Schema:
    if name == HREF:
        return ADDRESS
    if name in view.made:
        return dict(view.made[name].schema)
    column = view.kinds.get(view.columns[name])
    if column is None:
        return {}
    schema = dict(KINDS[kind_of(column)])
    if name in view.enums:
        schema["enum"] = [word.value for word in view.enums[name]]
    if name in STAMPS:
        return schema
    return _or_null(schema) if getattr(getattr(column, "expression", column), "nullable", True) else schema


def _or_null(schema: Schema) -> Schema:
    words = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | words


def _resolved(schema: Any, definitions: Schema) -> Any:
    """Small enumerations stand where they are used, without the domain's names for them."""
    if isinstance(schema, list):
        return [_resolved(inner, definitions) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        schema = {**definitions[schema["$ref"].removeprefix("#/")], **schema}
    return {
        key: _resolved(value, definitions)
        for key, value in schema.items()
        if key not in ("$ref", "title", "description")
    }
