"""What went wrong with a job: all that is known for the operator, and a sentence for anybody."""

from domain.errors import DomainError
from domain.fetching.errors import FetchError

MAX_ERROR = 500
DIED = "The process that did it ended in the middle, again and again"
UNREADABLE = "It was written down by another version of this service, which this one cannot read"
TOO_LONG = "It took longer than it may"
OURS = "Something went wrong on our side, and is in our log"


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:MAX_ERROR].replace("\0", "")


def problem_of(error: BaseException) -> str:
    """Only sentences that were written for the outside leave this service."""
    if isinstance(error, DomainError | FetchError):
        return error.message[:MAX_ERROR].replace("\0", "")
    return TOO_LONG if isinstance(error, TimeoutError) else OURS
