"""What OpenAPI says of PAI's resources, whose routes read their parameters and bodies themselves."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from domain.fields import Fields
from rest_compat.pai.bodies import JSON, NO_RETURN
from rest_compat.pai.q import MAX_LENGTH
from rest_compat.pai.queries import DEFAULT_LIMIT, MAX_LIMIT
from rest_compat.pai.views import HREF, View

if TYPE_CHECKING:
    from rest_compat.pai.resources import Resource

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
VALIDATORS = {
    "ETag": "Changes whenever the representation does",
    "Last-Modified": "When it was last modified",
}
PAGING = {
    "X-Pagination-Count": "How many there are after filtering",
    "X-Pagination-Offset": "How many were passed over",
    "X-Pagination-Limit": "How many fit a page",
    "Link": "The first, prev, next and last page",
}
LINKED = {"Link": "The item itself, its collection and what belongs to it"}
VERBS = {"POST": "Add", "PUT": "Replace", "PATCH": "Change", "DELETE": "Remove"}


class Problem(BaseModel):
    """One error, and the errors it is made of."""

    message: str
    code: str
    field: str | None = None
    errors: list["Problem"] = []


class Problems(BaseModel):
    """PAI's standard error payload."""

    errors: list[Problem]


ERRORS: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problems, "description": "PAI's standard error payload, for every error"}
}


def of(it: "Resource", method: str, *, is_item: bool) -> dict[str, Any]:
    """What `add_api_route` wants to know besides the path."""
    plural = f"{it.noun[:-1]}ies" if it.noun.endswith("y") else f"{it.noun}s"
    verb = VERBS.get(method, "Get" if is_item else "List")
    what = plural if verb == "List" else it.noun
    summary = f"{verb} {what if verb == 'List' else _article(what)}"
    return {
        "summary": summary,
        "description": f"{summary}, as the {it.door.name} API shows it to the account that asks.",
        "operation_id": "-".join([it.door.name, verb, *what.split()]).lower(),
        "tags": [plural],
        "openapi_extra": {
            "parameters": _parameters(it, method, is_item=is_item),
            **_request(it, method),
            "responses": _responses(it.view, method, is_item=is_item),
        },
        "status_code": {"POST": 201, "DELETE": 204}.get(method, 200),
    }


def of_auth(
    api: str, serve: Callable[..., Any], path: str, body: dict[str, Any] | None, status: int
) -> dict[str, Any]:
    """An operation of the Global or the Open API; its function's docstring says what it does."""
    words = (serve.__doc__ or "").rstrip(".")
    extra: dict[str, Any] = {"parameters": path_parameters(path)}
    if body:
        extra["requestBody"] = body
    return {
        "summary": words.partition(";")[0].partition(",")[0],
        "description": f"{words}.",
        "operation_id": f"{api}-{serve.__name__}".lower().replace("_", "-"),
        "tags": ["authentication"],
        "openapi_extra": extra,
        "status_code": status,
    }


def json_body(view: View, fields: type[Fields]) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": body_schema(view, fields)}}}


def path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": _words(name), "schema": schema}
        for name in re.findall(r"{(\w+)}", path)
        for schema in [UUID if name.lower().endswith("id") else TEXT]
    ]


def _parameters(it: "Resource", method: str, *, is_item: bool) -> list[dict[str, Any]]:
    below = it.path + (it.item if is_item else "")
    named = path_parameters(it.door.prefixes[0] + below)
    if method == "GET":
        return named + ([_fields(it.view)] if is_item else _listing(it.view))
    if method == "DELETE":
        return named
    return [*named, _header(NO_RETURN, "Leaves the resource out of the answer, whatever the value")]


def _listing(view: View) -> list[dict[str, Any]]:
    limits = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    q = {**TEXT, "maxLength": MAX_LENGTH}
    sortable = [sign + name for name in view.columns for sign in ("", "-")]
    return [
        _query("q", "A complex filter, such as (paiScore>=100 AND paiScore<=160)", q),
        _several("sort", "Fields to sort by; a minus before one descends", sortable),
        _fields(view),
        _query("offset", "How many to pass over", {"type": "integer", "minimum": 0, "default": 0}),
        _query("limit", "How many to answer with", limits),
        *(_query(name, f"Only those with this {name}", TEXT) for name in view.columns),
    ]


def _request(it: "Resource", method: str) -> dict[str, Any]:
    if method not in ("POST", "PUT", "PATCH"):
        return {}
    body = json_body(it.view, it.writes or Fields)
    schema = body["content"][JSON]["schema"]
    if method == "PATCH":
        schema.pop("required", None)
    else:
        kept = {name: {"readOnly": True} for name in it.view.names if name not in schema["properties"]}
        schema["properties"] |= kept
    return {"requestBody": body}


def body_schema(view: View, writes: type[Fields]) -> dict[str, Any]:
    """The domain's own description of what can be set, in the vendor's spelling."""
    said = writes.model_json_schema(ref_template="#/{model}")
    definitions = said.pop("$defs", {})
    names = {column: name for name, column in view.columns.items()}
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            names.get(name, name): _resolved(kind, definitions) for name, kind in said["properties"].items()
        },
    }
    if required := [names.get(name, name) for name in said.get("required", [])]:
        schema["required"] = required
    return schema


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
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


def _fields(view: View) -> dict[str, Any]:
    return _several("fields", "Only these fields", view.names)


def _several(name: str, description: str, words: list[str]) -> dict[str, Any]:
    """Some of these words, with commas between them."""
    schema = {"type": "array", "items": {**TEXT, "enum": words}, "minItems": 1}
    return {**_query(name, f"{description}, separated by commas", schema), "style": "form", "explode": False}


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": TEXT}


def _responses(view: View, method: str, *, is_item: bool) -> dict[str, Any]:
    schema = _schema(view)
    if method == "DELETE":
        return {"204": {"description": "It is gone"}}
    if not is_item and method == "GET":
        schema = {"type": "array", "items": schema}
    headers = VALIDATORS | (PAGING if "items" in schema else LINKED)
    if method == "POST":
        located = headers | {"Location": "The address of the new resource"}
        return {"201": {"description": "It was added", **_content(schema, located)}}
    answers = {"200": {"description": "As it is now", **_content(schema, headers)}}
    if method == "GET":
        answers["304"] = {"description": "The client holds this representation already"}
    else:
        answers["204"] = {"description": f"As asked for by {NO_RETURN}"}
    return answers


def _schema(view: View) -> dict[str, Any]:
    """Any field may be absent, as `fields` decides."""
    return {"type": "object", "properties": {name: TEXT if name == HREF else {} for name in view.names}}


def _content(schema: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    told = {name: {"description": text, "schema": TEXT} for name, text in headers.items()}
    return {"content": {JSON: {"schema": schema}}, "headers": told}


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeo' else 'a'} {noun}"


def _words(name: str) -> str:
    spaced = re.sub(r"([A-Z])", r" \1", name).lower()
    return f"The {spaced.removesuffix(' id')}'s id" if spaced.endswith(" id") else f"The {spaced}"
