"""GraphQL errors: a stable code for programs, a sentence for people, and nothing internal."""

import structlog
from graphql import GraphQLError

from domain.errors import DomainError

INTERNAL = "Something went wrong on our side"

log = structlog.get_logger(__name__)


def word(error: GraphQLError) -> None:
    """Domain errors keep their words and get their code; a bug is logged and says nothing."""
    cause = error.original_error
    if isinstance(cause, DomainError):
        error.extensions = {"code": cause.code}
    elif is_bug(error):
        log_bug(error)
        error.message, error.extensions = INTERNAL, {"code": "INTERNAL_SERVER_ERROR"}
    elif not (error.extensions or {}).get("code"):
        error.extensions = {"code": _code_of_request_error(error)}


def is_bug(error: GraphQLError) -> bool:
    return error.original_error is not None and not isinstance(
        error.original_error, DomainError | GraphQLError
    )


def log_bug(error: GraphQLError) -> None:
    log.error("unexpected_error", path=error.path, exc_info=error.original_error)


def _code_of_request_error(error: GraphQLError) -> str:
    if error.message.startswith("Syntax Error"):
        return "GRAPHQL_PARSE_FAILED"
    if error.message.startswith("Variable "):
        return "BAD_USER_INPUT"
    return "GRAPHQL_VALIDATION_FAILED"
