"""Requests that are refused before their operation runs: a status, a code, and a sentence that says what to change."""

from collections.abc import Mapping


class Refused(Exception):
    """An answer in GraphQL's words to what is no GraphQL request, or one that may not be sent like this.

    `legacy`: the status where the client accepts only the older application/json, if it differs.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "BAD_REQUEST",
        headers: Mapping[str, str] | None = None,
        *,
        legacy: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}
        self.legacy = legacy or status
