"""What OpenAPI says of this API, complete enough to make a client from it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import FastAPI, Path
from pydantic import BaseModel

from rest_compat.key_gate import HEADER
from rest_compat.smartrunning.examples import Document, page
from rest_compat.smartrunning.queries import DEFAULT_PER_PAGE, MAX_PER_PAGE, MAX_SEARCH
from rest_compat.smartrunning.views import Problem

VARY = f"Accept-Encoding, {HEADER}"
Id = Annotated[str, Path(description="The template's id; whatever is no id of a visible one answers 404.")]
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
ABOUT = """\
Partner platforms call this API server-to-server with a static API key.

**Sync.** Pass the highest `updatedAt` you have seen back as `updatedSince` to get only what changed after it,
in the order it changed. To walk a long answer, follow its `Link: rel="next"`, or send the highest `updatedAt`
of the page as the next `updatedSince` and ask for page 1 again: stop anywhere and resume from there, and nothing
is missed or repeated. (`page` counts through an answer that others may be changing.)
`version` tells whether a document you hold is current.

**Templates that leave view** answer 404 and are no longer listed. With `includeDeleted=true` beside
`updatedSince` an answer also has `deleted`: their ids, versions and when they left.

**Limits.** 60 requests a minute and 10,000 a day for each key, in sliding windows; headers say how many are left.
"""
KEY = {
    "type": "apiKey",
    "in": "header",
    "name": HEADER,
    "description": "`sr_live_<lookup>_<secret>` in production, `sr_test_<lookup>_<secret>` for integration testing.",
}
LIMITS = {
    "RateLimit-Policy": "The limits: q requests in w seconds",
    "RateLimit": "How each limit stands: r requests left, more in t seconds",
    "X-RateLimit-Limit": "The tightest limit",
    "X-RateLimit-Remaining": "How many requests are left of it",
    "X-RateLimit-Reset": "When more become free, in seconds since 1970",
}
VALIDATORS = {"ETag": "Send it back as If-None-Match", "Last-Modified": "When it last changed"}
LINK = {"Link": "Other pages: first, prev, next and last, or next alone with updatedSince"}
ERRORS = {
    400: "A parameter has no possible value",
    401: "The key is missing, malformed, unknown, expired or revoked",
    403: "The key lacks the scope",
    404: "There is no such public, active template",
    429: "A limit is used up; Retry-After says when to come again",
    500: "Something went wrong on our side",
    503: "Try again in a few seconds; Retry-After says when",
}


class Documented(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """FastAPI's document without the 422 that no route gives, and with the key that every route asks for."""
        if self.openapi_schema is None:
            document = super().openapi()
            document["info"] |= {
                "description": ABOUT,
                "contact": {"name": "SmartRunning", "email": "hans@smartrunning.coach"},
            }
            document["servers"] = [{"url": "/"}]
            document["security"] = [{"ApiKey": []}]
            document["tags"] = [
                {"name": "Workout templates", "description": "Structured workouts"},
                {"name": "Training-plan templates", "description": "Plans made of them"},
            ]
            for operations in document["paths"].values():
                operations["get"]["responses"].pop("422", None)
            schemas = document["components"]["schemas"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            document["components"]["securitySchemes"] = {"ApiKey": KEY}
        return self.openapi_schema or {}


def page_of(model: type[BaseModel], example: Document) -> dict[int | str, dict[str, Any]]:
    return _responses(model, page(example), LINK | VALIDATORS, (400, 401, 403, 429, 500, 503))


def item_of(model: type[BaseModel], example: Document) -> dict[int | str, dict[str, Any]]:
    return _responses(model, example, VALIDATORS, (401, 403, 404, 429, 500, 503))


def listing(exact: str, values: type[StrEnum]) -> dict[str, Any]:
    """The parameters of a collection. `page` and `per_page` take any whole number: they are clamped."""
    known = ", ".join(values)
    parameters = [
        _query(
            "search", "Part of the name or description, whatever the case", {**TEXT, "maxLength": MAX_SEARCH}
        ),
        _query("page", "From 1 on; less is taken for 1", {**WHOLE, "default": 1}),
        _query(
            "per_page",
            f"Clamped to the range [1, {MAX_PER_PAGE}]",
            {**WHOLE, "default": DEFAULT_PER_PAGE},
        ),
        _query(
            "updatedSince",
            "Only what changed after this instant, in the order it changed; without a zone it is UTC",
            {**TEXT, "format": "date-time"},
            "2026-02-03T10:11:12.123456Z",
        ),
        _query(exact, f"One of {known}; any other value finds nothing", TEXT, next(iter(values)).value),
        _query(
            "includeDeleted",
            "With updatedSince: also tell what left view",
            {"type": "boolean", "default": False},
        ),
    ]
    return {"parameters": parameters + conditional()["parameters"]}


def conditional() -> dict[str, Any]:
    header = {"name": "If-None-Match", "in": "header", "required": False, "schema": TEXT}
    return {"parameters": [{**header, "description": "An ETag: 304 if nothing has changed since"}]}


def _query(name: str, description: str, schema: dict[str, Any], example: str | None = None) -> dict[str, Any]:
    told = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return told if example is None else {**told, "example": example}


def _responses(
    model: type[BaseModel], example: Document, headers: dict[str, str], refusals: Iterable[int]
) -> dict[int | str, dict[str, Any]]:
    limited = _headers(LIMITS)
    answers: dict[int | str, dict[str, Any]] = {
        200: {
            "model": model,
            "description": "Found",
            "headers": _headers(headers) | limited,
            "content": {"application/json": {"example": example}},
        },
        304: {"description": "Nothing has changed", "headers": _headers({"ETag": headers["ETag"]}) | limited},
    }
    for status in refusals:
        told = {} if status in (500, 503) else limited
        if status in (429, 503):
            told = told | _headers({"Retry-After": "In how many seconds to try again"})
        answers[status] = {"model": Problem, "description": ERRORS[status], "headers": told}
    return answers


def _headers(told: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": TEXT} for name, text in told.items()}
