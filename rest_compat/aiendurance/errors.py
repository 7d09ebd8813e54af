"""The vendor documents no error body; ours is `{"error": …, "details": [{index, field, message}]}` (contracts 3.2)."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import DomainError
from rest_compat.serving import retry_headers
from rest_compat.wire.body import BadJson, BodyTooLarge
from rest_compat.wire.credentials import BadCredentials

STATUS = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "TOO_LARGE": 413,
    "SERVICE_UNAVAILABLE": 503,
}

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadCredentials, _credentials)
    app.add_exception_handler(BodyTooLarge, _too_large)
    app.add_exception_handler(BadJson, _bad_json)
    app.add_exception_handler(Exception, _bug)


def answer(status: int, error: str, details: Sequence[dict[str, Any]] = ()) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == STATUS["UNAUTHORIZED"] else None
    body = {"error": error, **({"details": list(details)} if details else {})}
    return JSONResponse(body, status, headers)


async def _domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)  # noqa: S101  registered for this class
    details = [{"index": d.index, "field": d.field, "message": d.message} for d in error.details]
    response = answer(STATUS.get(error.code, 400), error.message, details)
    response.headers.update(retry_headers(error))
    return response


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = answer(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _credentials(_: Request, error: Exception) -> JSONResponse:
    return answer(401, str(error))


async def _too_large(_: Request, error: Exception) -> JSONResponse:
    return answer(413, f"Send less in one call: {error}")


async def _bad_json(_: Request, error: Exception) -> JSONResponse:
    return answer(400, f"The body must be the documented JSON object: {error}")


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return answer(500, "Something went wrong on our side; nothing was stored, send it again")
