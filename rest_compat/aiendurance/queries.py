"""What a partner may ask of its lists: equality on a few fields, and a page."""

from typing import Any

from fastapi import Request

from domain.errors import Detail, Invalid
from domain.fit_files import FitFileState
from domain.imports.tables import ImportState
from domain.listing import Compare, Listing, Operator, Order, every
from rest_compat.aiendurance.fields import PRINTABLE
from rest_compat.wire.body import is_above

MAX_LIMIT, DEFAULT_LIMIT, MAX_OFFSET = 100, 20, 10**9
TEXT = {"type": "string"}
PAGING: dict[str, tuple[str, dict[str, Any]]] = {
    "offset": ("How many to pass over", {"type": "integer", "minimum": 0, "default": 0}),
    "limit": (
        "How many to answer with",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
}
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "user_id": ("Only this user's, as the partner calls it", TEXT),
    "source": ("Only from this source", TEXT),
    "state": ("Only in this state", {"enum": [state.value for state in FitFileState]}),
    "summary_id": ("Only the file of this name", TEXT),
    **PAGING,
}
IMPORTS: dict[str, tuple[str, dict[str, Any]]] = {
    "user_id": ("Only this user's, as the partner calls it", TEXT),
    "source": ("Only from this source", TEXT),
    "status": ("Only in this state", {"enum": [state.value for state in ImportState]}),
    **PAGING,
}
COLUMNS = {"user_id": "external_user_id", "status": "state"}
"""Where a partner's word is not the domain's."""
NEWEST_FIRST = (Order("created_at", descending=True),)


def asked(request: Request, known: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, str]:
    """The query's parameters, each once; a name that is not known would otherwise answer with more than was meant."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise _wrong(name, f"is not known here; known are {', '.join(known) or 'none'}")
        if name in given:
            raise _wrong(name, "may be sent once only")
        if not PRINTABLE.fullmatch(value):
            raise _wrong(name, "must not hold control characters")
        allowed = known[name][1].get("enum")
        if allowed and value not in allowed:
            raise _wrong(name, f"must be one of {', '.join(allowed)}")
        given[name] = value
    return given


def listing_of(given: dict[str, str]) -> Listing:
    filters = [
        Compare(COLUMNS.get(name, name), Operator.EQUAL, value)
        for name, value in given.items()
        if name not in PAGING
    ]
    return Listing(
        filter=every(*filters),
        order=NEWEST_FIRST,
        offset=_whole(given, "offset", 0, 0, MAX_OFFSET),
        limit=_whole(given, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
    )


def _whole(given: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    is_number = text.isascii() and text.isdigit()
    if not is_number or is_above(most, text.lstrip("0")) or int(text) < least:
        raise _wrong(name, f"must be a whole number from {least} to {most}")
    return int(text)


def _wrong(name: str, problem: str) -> Invalid:
    shown = name if name in FILES or name in IMPORTS else name[:50]
    return Invalid(f"The query's {shown} {problem}", Detail(problem, shown))
