"""The vendor documents no error body; ours is `{"error": code, "message": sentence}` (contracts 2.2)."""

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import DomainError
from rest_compat.serving import retry_headers
from rest_compat.wire.limits import TooManyRequests

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
STATUS = {"UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404, "SERVICE_UNAVAILABLE": 503}
CHALLENGE = 'ApiKey realm="SmartRunning Partner API"'
UNAUTHORIZED = 401

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(TooManyRequests, _too_many)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def answer(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = CHALLENGE
    body = {"error": CODES.get(status, CODES[400]), "message": message}
    return JSONResponse(body, status, headers)


async def _domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)  # noqa: S101  registered for this class
    return answer(STATUS.get(error.code, 400), error.message, retry_headers(error))


async def _too_many(_: Request, error: Exception) -> JSONResponse:
    return answer(429, str(error))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    return answer(error.status_code, str(error.detail), dict(error.headers or {}))


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return answer(500, "Something went wrong on our side")
