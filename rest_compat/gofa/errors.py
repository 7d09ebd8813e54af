"""GOFA's error payload: `{"error": …}`, and `details` where several things are to be mended (contracts 4.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import Detail, DomainError, Unavailable
from rest_compat.wire.body import BadJson, BodyTooLarge
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests

STATUS = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "TOO_LARGE": 413,
    "SERVICE_UNAVAILABLE": 503,
}
SCHEMA = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "details": {"type": "array", "items": {"type": "object"}}},
    "required": ["error"],
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/json": {"schema": SCHEMA}}}
    for status, text in (("4XX", "Something to mend"), ("5XX", "Something went wrong on our side"))
}

NOTHING: Mapping[str, Any] = {}

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadCredentials, _credentials)
    app.add_exception_handler(TooManyRequests, _too_many)
    app.add_exception_handler(BodyTooLarge, _too_large)
    app.add_exception_handler(BadJson, _bad_json)
    app.add_exception_handler(Exception, _bug)


def answer(
    status: int, error: str, details: Sequence[dict[str, Any]] = (), more: Mapping[str, Any] = NOTHING
) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if status == STATUS["UNAUTHORIZED"]:
        headers["WWW-Authenticate"] = "Bearer"
    if status == STATUS["SERVICE_UNAVAILABLE"]:
        headers["Retry-After"] = str(Unavailable.retry_after)
    told = {"details": list(details)} if details else {}
    return JSONResponse({"error": error, **told, **more}, status, headers)


async def _domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)  # noqa: S101  registered for this class
    details = [{"field": _place(one), "message": one.message} for one in error.details]
    return answer(STATUS.get(error.code, 400), error.message, details)


def _place(detail: Detail) -> str | None:
    return detail.field if detail.index is None else f"{detail.field}.{detail.index}"


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = answer(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _credentials(_: Request, error: Exception) -> JSONResponse:
    return answer(401, str(error))


async def _too_large(_: Request, error: Exception) -> JSONResponse:
    return answer(413, f"Send less: {error}")


async def _bad_json(_: Request, error: Exception) -> JSONResponse:
    return answer(400, f"The body must be a JSON object: {error}")


async def _too_many(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyRequests)  # noqa: S101
    told = {"code": "api_rate_limited", "retryAfterSeconds": error.verdict.retry_after}
    response = answer(429, str(error), more=told)
    response.headers.update(error.verdict.headers())
    return response


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return answer(500, "Something went wrong on our side")
