"""What can go wrong with an outgoing call, in words a partner can act on and that tell nothing internal."""

from enum import StrEnum


class FetchErrorCode(StrEnum):
    INVALID_URL = "invalid_url"
    FORBIDDEN_URL = "forbidden_url"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    REDIRECTED = "redirected"
    BAD_STATUS = "bad_status"
    ENCODED = "encoded"
    TOO_LARGE = "too_large"
    BROKEN = "broken"


RETRYABLE = frozenset(
    {FetchErrorCode.UNREACHABLE, FetchErrorCode.TIMEOUT, FetchErrorCode.TLS, FetchErrorCode.BROKEN},
)
SERVER_ERROR = 500
RETRYABLE_STATUSES = frozenset({408, 425, 429})


class FetchError(Exception):
    """A call that failed. The message contains neither the URL nor an address; `status` and `retry_after` are the
    host's.
    """

    def __init__(
        self,
        code: FetchErrorCode,
        message: str,
        *,
        status: int | None = None,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without the partner sending anything new."""
        if self.status is None:
            return self.code in RETRYABLE
        return self.code is FetchErrorCode.BAD_STATUS and (
            self.status >= SERVER_ERROR or self.status in RETRYABLE_STATUSES
        )


def invalid_url(message: str) -> FetchError:
    return FetchError(FetchErrorCode.INVALID_URL, message)


def forbidden_url(message: str) -> FetchError:
    return FetchError(FetchErrorCode.FORBIDDEN_URL, message)
