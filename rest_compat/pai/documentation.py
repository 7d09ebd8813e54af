"""What OpenAPI says of PAI's resources, whose routes read their parameters and bodies themselves."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from domain.fields import Fields
from rest_compat.pai.bodies import JSON, NO_RETURN
from rest_compat.pai.declarations import Declaration
from rest_compat.pai.q import MAX_LENGTH
from rest_compat.pai.queries import DEFAULT_LIMIT, MAX_APART, MAX_LIMIT, MAX_OFFSET
from rest_compat.pai.shapes import body_example, body_shape, filter_shape, shape_of
from rest_compat.pai.views import BOUND, View

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
SOME_ID = "6a3c0a0e-3f0e-4d9e-8d86-0b6f3c1f0f5a"
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
FILTER = "(createdOn>=2024-05-01T00:00:00Z AND createdOn<2024-06-01T00:00:00Z) OR id=" + SOME_ID
GRAMMAR = (
    "A complex filter: conditions on fields with =, !=, <, <=, >, >=, IN [...] and NOT IN [...], and for text LIKE "
    "and ILIKE with % and _, between them AND and OR, which binds less, and up to four levels of parentheses. "
    "A value with quotes, brackets or parentheses stands in double quotes, where \\ escapes. 400 says where "
    "it cannot be read, and which field does not take the value"
)
BARE = f"; without a body where the request has {NO_RETURN}"
ADDED: dict[int, str] = {
    HTTPStatus.CREATED: f"It was added{BARE}",
    HTTPStatus.ACCEPTED: f"It will be done: get it again to see what has become of it{BARE}",
}
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


def of(it: Declaration, method: str, *, is_item: bool) -> dict[str, Any]:
    """What `add_api_route` wants to know besides the path."""
    plural = f"{it.noun[:-1]}ies" if it.noun.endswith("y") else f"{it.noun}s"
    verb = VERBS.get(method, "Get" if is_item else "List")
    if method == "POST" and it.created == HTTPStatus.ACCEPTED:
        verb = "Ask for"
    what = plural if verb == "List" else it.noun
    summary = f"{verb} {what if verb == 'List' else _article(what)}"
    ignored = " Parameters that are not named here filter nothing, even where a field has their name."
    return {
        "summary": summary,
        "description": f"{summary}, as the {it.door.name} API shows it to the account that asks."
        + (ignored if verb == "List" else ""),
        "operation_id": "-".join([it.door.name, *verb.split(), *what.split()]).lower(),
        "tags": [plural],
        "openapi_extra": {
            "parameters": _parameters(it, method, is_item=is_item),
            **_request(it, method),
            "responses": _responses(it, method, is_item=is_item),
        },
        "status_code": {"POST": int(it.created), "DELETE": 204}.get(method, 200),
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
    content: dict[str, Any] = {"schema": body_shape(view, fields)}
    if view.example:
        content["example"] = body_example(view, content["schema"])
    return {"required": True, "content": {JSON: content}}


def path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": _words(name), "schema": schema}
        for name in re.findall(r"{(\w+)}", path)
        for schema in [UUID if name.lower().endswith("id") else TEXT]
    ]


def _parameters(it: Declaration, method: str, *, is_item: bool) -> list[dict[str, Any]]:
    below = it.path + (it.item if is_item else "")
    named = path_parameters(it.door.prefixes[0] + below)
    if method == "GET":
        return named + ([_fields(it.view.names)] if is_item else _listing(it.view))
    if method in ("POST", "DELETE"):
        return named
    return [*named, _header(NO_RETURN, "Leaves the resource out of the answer, whatever the value")]


def _listing(view: View) -> list[dict[str, Any]]:
    limits = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    passed = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    q = {**TEXT, "maxLength": MAX_LENGTH}
    return [
        _query("q", GRAMMAR, q) | {"example": FILTER},
        _query(
            "sort",
            "Fields to sort by, separated by commas; a minus before one descends",
            {**TEXT, "pattern": f"^(?:{_list_of(view.columns, '-?')})?$"},
        ),
        _fields(view.names, _apart(view)),
        _query("offset", "How many to pass over", passed),
        _query("limit", "How many to answer with", limits),
        *(_query(name, f"Only those with this {name}", filter_shape(view, name)) for name in view.columns),
    ]


def _request(it: Declaration, method: str) -> dict[str, Any]:
    if method not in ("POST", "PUT", "PATCH"):
        return {}
    fields = it.adds if method == "POST" else None
    body = json_body(it.view, fields or it.writes or Fields)
    body["required"] = it.needs_body
    schema = body["content"][JSON]["schema"]
    if method == "PATCH":
        schema.pop("required", None)
    else:
        kept = [name for name in it.view.names if name not in schema["properties"]]
        schema["properties"] |= {name: _read_only(it.view, name) for name in kept}
    return {"requestBody": body}


def _read_only(view: View, name: str) -> dict[str, Any]:
    """What is settled must be as it is where it is sent; the rest that nobody sets counts for nothing."""
    is_bound = view.columns.get(name) in BOUND
    return {"readOnly": True} | ({"description": "As it is, or left out"} if is_bound else {})


def _fields(names: Iterable[str], more: str = "") -> dict[str, Any]:
    listed = {**TEXT, "pattern": f"^{_list_of(names)}$"}
    return _query("fields", f"Only these fields, separated by commas{more}", listed)


def _list_of(names: Iterable[str], before_each: str = "") -> str:
    one = f"{before_each}(?:{'|'.join(names)})"
    return f"{one}(?:,{one})*"


def _apart(view: View) -> str:
    if not view.apart:
        return ""
    return f". A list shows {', '.join(sorted(view.apart))} only where asked for here, at most {MAX_APART} a page"


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": TEXT}


def _responses(it: Declaration, method: str, *, is_item: bool) -> dict[str, Any]:
    if method == "DELETE":
        return {"204": {"description": "It is gone"}}
    if method == "POST":
        return _added(it)
    if is_item or method != "GET":
        content = _content(shape_of(it.view), VALIDATORS | LINKED, it.view.example)
    else:
        one = {name: value for name, value in it.view.example.items() if name not in it.view.apart}
        listed = {"type": "array", "items": shape_of(it.view)}
        content = _content(listed, VALIDATORS | PAGING, [one] if one else None)
    answers = {"200": {"description": "As it is now", **content}}
    if method == "GET":
        answers["304"] = {"description": "The client holds this representation already"}
    else:
        answers["204"] = {"description": f"As asked for by {NO_RETURN}"}
    return answers


def _added(it: Declaration) -> dict[str, Any]:
    headers = VALIDATORS | LINKED | {"Location": "The address of the new resource"}
    content = _content(shape_of(it.view, it.once), headers, it.view.example)
    told = f"It was added; with {', '.join(it.once)} alone where the request has {NO_RETURN}"
    answers = {str(int(it.created)): {"description": told if it.once else ADDED[it.created], **content}}
    if it.known == HTTPStatus.OK:
        answers["200"] = {"description": "It was there, and is now as it is here", **content}
        answers["204"] = {"description": f"It was there; as asked for by {NO_RETURN}"}
    return answers


def _content(schema: dict[str, Any], headers: dict[str, str], example: Any = None) -> dict[str, Any]:
    told = {name: {"description": text, "schema": TEXT} for name, text in headers.items()}
    shown = {"example": example} if example else {}
    return {"content": {JSON: {"schema": schema, **shown}}, "headers": told}


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeo' else 'a'} {noun}"


def _words(name: str) -> str:
    spaced = re.sub(r"([A-Z])", r" \1", name).lower()
    return f"The {spaced.removesuffix(' id')}'s id" if spaced.endswith(" id") else f"The {spaced}"
