"""PAI's standard error payload for every error there is, the framework's included, in the client's language."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from domain.errors import Detail, DomainError
from domain.fields import NOTHING_SET, problem
from domain.languages import ENGLISH, LANGUAGES, in_language
from domain.sentences import said
from rest_compat.serving import retry_headers
from rest_compat.wire.body import BadJson, BodyTooLarge
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests
from rest_compat.wire.override import HEADER, METHODS
from rest_compat.wire.preferences import language

STATUS = {
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "PRECONDITION_FAILED": 412,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}
CODE = {status: code for code, status in STATUS.items()}
NO_SUCH_RESOURCE = said("No resource exists at this URI")
FRAMEWORK = {
    "NOT_FOUND": NO_SUCH_RESOURCE,
    "METHOD_NOT_ALLOWED": said("This method is not supported on this resource; see the Allow header"),
}

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadCredentials, _credentials)
    app.add_exception_handler(BodyTooLarge, _body)
    app.add_exception_handler(BadJson, _body)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    app.add_exception_handler(TooManyRequests, _limited)
    app.add_exception_handler(Exception, _bug)


def answer(
    request: Request, code: str, message: str, *details: Detail, headers: dict[str, str] | None = None
) -> JSONResponse:
    """`details`: one entry of the same shape for each thing to mend. The code is the same in every language."""
    tongue = tongue_of(request)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": tongue,
        "Vary": "Accept-Encoding, Accept-Language, Authorization",
        **(headers or {}),
    }
    if code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = "Bearer"
    nested = [_nested(detail, tongue) for detail in details]
    error = {"message": in_language(message, tongue), "code": code, "errors": nested}
    return JSONResponse({"errors": [error]}, STATUS[code], headers)


def tongue_of(request: Request) -> str:
    """The language to speak in: the client's favourite among those of the catalogues."""
    return language(", ".join(request.headers.getlist("Accept-Language")), LANGUAGES, ENGLISH)


def refused_override(request: Request) -> JSONResponse:
    taken = said("{header} takes one of {methods}, once", header=HEADER, methods=", ".join(METHODS))
    return answer(request, "BAD_REQUEST", taken)


def _nested(detail: Detail, tongue: str) -> dict[str, str]:
    told = {"message": in_language(detail.message, tongue), "code": detail.code}
    return told | ({"field": detail.field} if detail.field else {})


async def _domain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)  # noqa: S101  registered for this class
    return answer(request, error.code, error.message, *error.details, headers=retry_headers(error))


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = [Detail(problem(e), ".".join(map(str, e["loc"][1:]))) for e in error.errors()]
    return answer(request, "BAD_REQUEST", NOTHING_SET, *details)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = CODE.get(error.status_code, "BAD_REQUEST")
    message = FRAMEWORK.get(code, error.detail)
    return answer(request, code, message, headers=dict(error.headers or {}))


async def _credentials(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BadCredentials)  # noqa: S101
    reason = said(error.template, **error.values)
    return answer(request, "UNAUTHORIZED", said("The credential cannot be read: {reason}", reason=reason))


async def _body(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BodyTooLarge | BadJson)  # noqa: S101
    code = "TOO_LARGE" if isinstance(error, BodyTooLarge) else "BAD_REQUEST"
    reason = said(error.template, **error.values)
    return answer(request, code, said("The request is refused: {reason}", reason=reason))


async def _hung_up(request: Request, _: Exception) -> JSONResponse:
    """Nobody is there to read this, and nothing of ours is wrong."""
    return answer(request, "BAD_REQUEST", said("The request ended before its body was complete"))


async def _limited(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyRequests)  # noqa: S101
    wait = error.verdict.retry_after
    return answer(
        request,
        "TOO_MANY_REQUESTS",
        said("Too many requests; try again in {seconds} seconds", seconds=wait),
    )


async def _bug(request: Request, error: Exception) -> JSONResponse:
    route = request.scope.get("route")
    log.error("unexpected_error", route=getattr(route, "path", None), exc_info=error)
    return answer(request, "INTERNAL_SERVER_ERROR", said("Sorry, something went wrong on our side"))
