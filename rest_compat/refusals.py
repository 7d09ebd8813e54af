"""What can stop a request, told once: status, sentence and headers; each vendor wraps them in its own payload."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from domain.errors import Detail, DomainError, Unavailable
from domain.fields import NOTHING_SET, problem
from domain.sentences import Sentence, said
from rest_compat.wire.body import BadJson, BodyTooLarge
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests
from rest_compat.wire.told import ToldError

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


@dataclass(frozen=True)
class Refusal:
    """Its sentences are those of the catalogues, for the vendor that speaks several languages."""

    code: str
    message: str
    details: Sequence[Detail] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return STATUS[self.code]


Render = Callable[[Request, Refusal], Response]


def install(app: FastAPI, render: Render) -> None:
    """Whatever stops a request to this application is answered as `render` has it."""

    async def refuse(request: Request, error: Exception) -> Response:
        return render(request, refusal_of(error))

    async def admit_a_bug(request: Request, error: Exception) -> Response:
        log.error("unexpected_error", route=_route(request), exc_info=error)
        return render(request, refusal_of(error))

    for kind in TOLD:
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(Exception, admit_a_bug)


def _route(request: Request) -> str | None:
    return getattr(request.scope.get("route"), "path", None)


@singledispatch
def refusal_of(_: Exception) -> Refusal:
    """What is nobody's to mend but ours is not explained."""
    return Refusal("INTERNAL_SERVER_ERROR", said("Sorry, something went wrong on our side"))


@refusal_of.register
def _of_domain(error: DomainError) -> Refusal:
    """Headers say when to send the same again, if that is all there is to do."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
    return Refusal(error.code, error.message, error.details, headers)


@refusal_of.register
def _of_framework(error: HTTPException) -> Refusal:
    code = CODE.get(error.status_code, "BAD_REQUEST")
    return Refusal(code, FRAMEWORK.get(code, error.detail), headers=error.headers or {})


@refusal_of.register
def _of_parameters(error: RequestValidationError) -> Refusal:
    details = [Detail(problem(one), ".".join(map(str, one["loc"][1:]))) for one in error.errors()]
    return Refusal("BAD_REQUEST", NOTHING_SET, details)


@refusal_of.register
def _of_credentials(error: BadCredentials) -> Refusal:
    return Refusal("UNAUTHORIZED", said("The credential cannot be read: {reason}", reason=_reason(error)))


@refusal_of.register
def _of_size(error: BodyTooLarge) -> Refusal:
    return Refusal("TOO_LARGE", said("The request is refused: {reason}", reason=_reason(error)))


@refusal_of.register
def _of_json(error: BadJson) -> Refusal:
    return Refusal("BAD_REQUEST", said("The request is refused: {reason}", reason=_reason(error)))


@refusal_of.register
def _of_hanging_up(_: ClientDisconnect) -> Refusal:
    """Nobody is there to read this, and nothing of ours is wrong."""
    return Refusal("BAD_REQUEST", said("The request ended before its body was complete"))


@refusal_of.register
def _of_limits(error: TooManyRequests) -> Refusal:
    wait = error.verdict.retry_after
    sentence = said("Too many requests; try again in {seconds} seconds", seconds=wait)
    return Refusal("TOO_MANY_REQUESTS", sentence, headers=error.verdict.headers())


def _reason(error: ToldError) -> Sentence:
    return said(error.template, **error.values)


TOLD = [kind for kind in refusal_of.registry if kind is not object]
