"""What can go wrong, said once; every surface words it in its own way."""

from dataclasses import dataclass

from domain.sentences import said

INVALID_FIELD = "INVALID_FIELD"


@dataclass(frozen=True)
class Detail:
    """One thing to mend in what was sent: where, and what to change."""

    message: str
    field: str | None = None
    code: str = INVALID_FIELD
    index: int | None = None


class DomainError(Exception):
    """An error the caller can act on: a stable code, a sentence that says what to change, details if several."""

    code = "BAD_REQUEST"

    def __init__(self, message: str, *details: Detail, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.code = code or type(self).code


class Invalid(DomainError):
    code = "BAD_REQUEST"


class Misfit(Invalid):
    """A value that a field cannot take; a surface that spells the field otherwise says it in its own spelling."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(said("{field} {problem}", field=field, problem=problem), Detail(problem, field))
        self.field = field
        self.problem = problem


class Unauthorized(DomainError):
    code = "UNAUTHORIZED"


class Forbidden(DomainError):
    code = "FORBIDDEN"


class NotFound(DomainError):
    code = "NOT_FOUND"


class Conflict(DomainError):
    code = "CONFLICT"


class Stale(DomainError):
    """What is there is not what the client last saw of it."""

    code = "PRECONDITION_FAILED"


class Unavailable(DomainError):
    """Nothing was done, and nothing is wrong with what was asked: the same again, `retry_after` seconds later."""

    code = "SERVICE_UNAVAILABLE"
    retry_after = 5
