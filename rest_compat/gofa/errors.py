"""GOFA's error payload: `{"error": …}`, and `details` where several things are to be mended (contracts 4.2)."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from domain.errors import Detail
from rest_compat import refusals
from rest_compat.refusals import Refusal

SCHEMA = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "details": {"type": "array", "items": {"type": "object"}}},
    "required": ["error"],
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/json": {"schema": SCHEMA}}}
    for status, text in (("4XX", "Something to mend"), ("5XX", "Something went wrong on our side"))
}


def install(app: FastAPI) -> None:
    refusals.install(app, answer)


def answer(_: Request, refusal: Refusal) -> JSONResponse:
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if refusal.code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = "Bearer"
    body: dict[str, Any] = {"error": refusal.message}
    if refusal.details:
        body["details"] = [{"field": _place(one), "message": one.message} for one in refusal.details]
    if refusal.code == "TOO_MANY_REQUESTS":
        body |= {"code": "api_rate_limited", "retryAfterSeconds": int(headers["Retry-After"])}
    return JSONResponse(body, refusal.status, headers)


def _place(detail: Detail) -> str | None:
    return detail.field if detail.index is None else f"{detail.field}.{detail.index}"
