"""PAI's standard error payload for every error there is, the framework's included."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import DomainError
from rest_compat.serving import retry_headers
from rest_compat.wire.body import BadJson, BodyTooLarge
from rest_compat.wire.credentials import BadCredentials

STATUS = {
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}
CODE = {status: code for code, status in STATUS.items()}
NO_SUCH_RESOURCE = "No resource exists at this URI"

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadCredentials, _credentials)
    app.add_exception_handler(BodyTooLarge, _body)
    app.add_exception_handler(BadJson, _body)
    app.add_exception_handler(Exception, _bug)


def answer(
    code: str, message: str, *nested: dict[str, str], headers: dict[str, str] | None = None
) -> JSONResponse:
    """`nested` holds one entry of the same shape for each thing to mend."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = "Bearer"
    error = {"message": message, "code": code, "errors": list(nested)}
    return JSONResponse({"errors": [error]}, STATUS[code], headers)


async def _domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)  # noqa: S101  registered for this class
    nested = [
        {"message": d.message, "code": d.code, **({"field": d.field} if d.field else {})}
        for d in error.details
    ]
    return answer(error.code, error.message, *nested, headers=retry_headers(error))


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    nested = [
        {"message": e["msg"], "code": "INVALID_FIELD", "field": ".".join(str(at) for at in e["loc"][1:])}
        for e in error.errors()
    ]
    return answer("BAD_REQUEST", "The request is not valid; see errors for what to change", *nested)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = CODE.get(error.status_code, "BAD_REQUEST")
    message = NO_SUCH_RESOURCE if code == "NOT_FOUND" else str(error.detail)
    return answer(code, message, headers=dict(error.headers or {}))


async def _credentials(_: Request, error: Exception) -> JSONResponse:
    return answer("UNAUTHORIZED", str(error))


async def _body(_: Request, error: Exception) -> JSONResponse:
    code = "TOO_LARGE" if isinstance(error, BodyTooLarge) else "BAD_REQUEST"
    return answer(code, f"The request is refused: {error}")


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return answer("INTERNAL_SERVER_ERROR", "Sorry, something went wrong on our side")
