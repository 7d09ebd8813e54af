"""The one error of the FIT reader: a code for programs, a sentence for the partner who sent the file."""

from enum import StrEnum


class FitErrorCode(StrEnum):
    NOT_FIT = "not_fit"
    TRUNCATED = "truncated"
    BAD_CRC = "bad_crc"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_MESSAGES = "too_many_messages"
    TOO_MANY_DEFINITIONS = "too_many_definitions"


class FitError(Exception):
    """Why a file was refused. Nothing else ever leaves the reader."""

    def __init__(self, code: FitErrorCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
