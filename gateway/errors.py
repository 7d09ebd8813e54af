"""GraphQL errors: a stable code for programs, a sentence for people, and nothing internal."""

from collections.abc import Iterable

import structlog
from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from domain.errors import DomainError, Misfit, Unavailable

INTERNAL = "Something went wrong on our side"

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
        error.message, error.extensions = INTERNAL, {"code": "INTERNAL_SERVER_ERROR"}
    elif not (error.extensions or {}).get("code"):
        error.extensions = {"code": _code_at_execution(error)}


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
    return "INTERNAL_SERVER_ERROR" if error.message.startswith("Cannot return null") else "BAD_USER_INPUT"
