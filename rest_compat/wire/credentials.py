"""Read credentials from headers without judging them; what is ambiguous is refused, never guessed."""

import re
from collections.abc import Callable

from starlette.datastructures import Headers

from rest_compat.wire.told import ToldError

MAX_SIZE = 8 * 1024
PRINTABLE = re.compile(r"[ -~]+")
BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)


class BadCredentials(ToldError):
    """Credentials are there and cannot be read; the sentence never repeats them."""


def bearer(headers: Headers, *spellings: str) -> str | None:
    """The one bearer token (RFC 6750, 2.1) under `Authorization`, or under all the spellings given."""
    return agreed(headers, spellings or ("Authorization",), bearer_token)


def one_value(headers: Headers, *spellings: str) -> str | None:
    """The one value that a header has under any of its spellings; None when there is none."""
    return agreed(headers, spellings, str)


def agreed(headers: Headers, spellings: tuple[str, ...], read: Callable[[str], str]) -> str | None:
    """All headers under these names must say the same, so that no two readers of a request can differ."""
    given = [text for spelling in spellings for text in headers.getlist(spelling)]
    said = {read(printable(text, spellings[0])) for text in given}
    if len(said) > 1:
        names = " and ".join(spellings)
        raise BadCredentials("{names} must be sent once, or say the same", names=names)
    return said.pop() if said else None


def printable(text: str, name: str) -> str:
    if len(text) > MAX_SIZE:
        raise BadCredentials("{name} is longer than {most} bytes", name=name, most=MAX_SIZE)
    if not PRINTABLE.fullmatch(stripped := text.strip(" \t")):
        raise BadCredentials("{name} must hold printable ASCII characters and not be empty", name=name)
    return stripped


def bearer_token(text: str) -> str:
    if not (found := BEARER.fullmatch(text)):
        raise BadCredentials("Authorization must be the word Bearer, a space and one token")
    return found[1]
