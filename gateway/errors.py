"""GraphQL errors: a stable code for programs, a sentence for people, and nothing internal."""

from collections.abc import Iterable

import structlog
from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from domain.errors import DomainError, Misfit, Unauthorized, Unavailable
from rest_compat.wire.body import BodyTooLarge
from rest_compat.wire.credentials import BadCredentials
from rest_compat.wire.limits import TooManyRequests

INTERNAL, INTERNAL_CODE = "Something went wrong on our side", "INTERNAL_SERVER_ERROR"

CODES: dict[type[Exception], str] = {
    BodyTooLarge: "TOO_LARGE",
    BadCredentials: Unauthorized.code,
    TooManyRequests: "TOO_MANY_REQUESTS",
}
"""Of refusals that have none of their own."""

log = structlog.get_logger(__name__)


def word(error: GraphQLError) -> None:
    """Domain errors keep their words and get their code; a bug is logged and says nothing."""
    cause = error.original_error
    if isinstance(cause, Misfit):
        spelled = to_camel_case(cause.field)
        error.message = f"{spelled} {cause.problem}"
        error.extensions = {"code": cause.code, "field": spelled}
    elif isinstance(cause, DomainError):
        error.extensions = {"code": cause.code}
    elif is_bug(error):
        log_bug(error)
        error.message, error.extensions = INTERNAL, {"code": INTERNAL_CODE}
    elif not (error.extensions or {}).get("code"):
        error.extensions = {"code": _code_at_execution(error)}


def code_of(error: Exception) -> str:
    """Of what ends an operation as a whole."""
    return CODES.get(type(error)) or str(getattr(error, "code", INTERNAL_CODE))


def outage_among(errors: Iterable[GraphQLError]) -> Unavailable | None:
    """Why the whole request should be sent again a little later, if it should."""
    causes = (error.original_error for error in errors)
    return next((cause for cause in causes if isinstance(cause, Unavailable)), None)


def is_bug(error: GraphQLError) -> bool:
    return error.original_error is not None and not isinstance(
        error.original_error, DomainError | GraphQLError
    )


def log_bug(error: GraphQLError) -> None:
    log.error("unexpected_error", path=error.path, exc_info=error.original_error)


def _code_at_execution(error: GraphQLError) -> str:
    """Of graphql-core's own errors in a valid document: a value that does not fit, or one of ours that is missing."""
    return INTERNAL_CODE if error.message.startswith("Cannot return null") else "BAD_USER_INPUT"
