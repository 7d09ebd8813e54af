"""What OpenAPI says of collections and items, whose routes read their parameters themselves."""

from typing import Any

from pydantic import BaseModel

from rest_compat.pai.views import HREF, View

TEXT = {"type": "string"}
VALIDATORS = {"ETag": "A hash of the representation", "Last-Modified": "When it was last modified"}
PAGING = {
    "X-Pagination-Count": "How many there are after filtering",
    "X-Pagination-Offset": "How many were passed over",
    "X-Pagination-Limit": "How many fit a page",
    "Link": "The first, prev, next and last page",
}


class Problem(BaseModel):
    """One error, and the errors it is made of."""

    message: str
    code: str
    field: str | None = None
    errors: list["Problem"] = []


class Problems(BaseModel):
    errors: list[Problem]


ERRORS: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problems, "description": "PAI's standard error payload, for every error"}
}


def of_collection(view: View, *, limit: int, default_limit: int) -> dict[str, Any]:
    parameters = [
        _query(
            "q", "A complex filter, such as (paiScore>=100 AND paiScore<=160)", {**TEXT, "maxLength": 5000}
        ),
        _query("sort", "Fields to sort by, separated by commas; a minus before one descends", TEXT),
        _fields(view),
        _query("offset", "How many to pass over", {"type": "integer", "minimum": 0, "default": 0}),
        _query(
            "limit",
            "How many to answer with",
            {"type": "integer", "minimum": 1, "maximum": limit, "default": default_limit},
        ),
        *(_query(name, f"Only those with this {name}", TEXT) for name in view.columns),
    ]
    schema = {"type": "array", "items": _schema(view)}
    return {"parameters": parameters, "responses": _responses(schema, VALIDATORS | PAGING)}


def of_item(view: View) -> dict[str, Any]:
    return {
        "parameters": [_fields(view)],
        "responses": _responses(_schema(view), VALIDATORS | {"Link": "The item and its collection"}),
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _fields(view: View) -> dict[str, Any]:
    return _query("fields", f"Only these fields, separated by commas: {', '.join(view.names)}", TEXT)


def _schema(view: View) -> dict[str, Any]:
    """Any field may be absent, as `fields` decides."""
    return {"type": "object", "properties": {name: TEXT if name == HREF else {} for name in view.names}}


def _responses(schema: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    told = {name: {"description": text, "schema": TEXT} for name, text in headers.items()}
    return {
        "200": {"content": {"application/json": {"schema": schema}}, "headers": told},
        "304": {"description": "The client holds this representation already"},
    }
