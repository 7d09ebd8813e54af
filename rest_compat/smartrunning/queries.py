"""The documented query parameters: clamped where the documentation clamps, refused where they say nothing."""

import re
from dataclasses import dataclass
from datetime import MINYEAR, UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams

from domain.columns import storable
from domain.errors import Invalid
from domain.listing import Compare, Filter, Listing, Operator, Order, Some, every

DEFAULT_PER_PAGE, MAX_PER_PAGE, MAX_PAGE = 20, 100, 10**9
MAX_SEARCH = 200
BY_NAME = (Order("name"),)
WHOLE = re.compile(r"[+-]?[0-9]{1,4000}", re.ASCII)
LOST_PLUS = re.compile(r"(.*T[0-9:.,]+) ([0-9:]{2,6})", re.ASCII)
BOOLEANS = {"true": True, "false": False}
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
NOTHING = Compare("id", Operator.IN, ())


@dataclass(frozen=True)
class Query:
    """`since`: only what changed after it, in the order it changed. `with_deleted` counts together with it."""

    page: int
    per_page: int
    filter: Filter | None
    since: datetime | None
    with_deleted: bool

    @property
    def listing(self) -> Listing:
        return Listing(self.filter, BY_NAME, (self.page - 1) * self.per_page, self.per_page)

    @property
    def words(self) -> str:
        """All that decides what the answer holds."""
        return repr((self.page, self.per_page, self.filter, self.since, self.with_deleted))


def query_of(given: QueryParams, exact: str, column: str) -> Query:
    """`exact` names the parameter that only this collection has, and `column` what it is compared with."""
    since = _once(given, "updatedSince")
    return Query(
        page=_clamped(given, "page", 1, 1, MAX_PAGE),
        per_page=_clamped(given, "per_page", DEFAULT_PER_PAGE, 1, MAX_PER_PAGE),
        filter=every(_search(_once(given, "search")), _exact(_once(given, exact), column)),
        since=None if since is None else _instant(since),
        with_deleted=_boolean(given, "includeDeleted"),
    )


def _once(given: QueryParams, name: str) -> str | None:
    values = given.getlist(name)
    if len(values) > 1:
        raise Invalid(f"{name} may be sent once only")
    return values[0] if values else None


def _clamped(given: QueryParams, name: str, default: int, least: int, most: int) -> int:
    text = _once(given, name)
    if text is None:
        return default
    if not WHOLE.fullmatch(text):
        raise Invalid(f"{name} must be a whole number")
    return max(least, min(int(text), most))


def _boolean(given: QueryParams, name: str) -> bool:
    text = _once(given, name) or "false"
    if text not in BOOLEANS:
        raise Invalid(f"{name} must be true or false")
    return BOOLEANS[text]


def _search(text: str | None) -> Filter | None:
    """Part of the name or the description, whatever the case; `%` and `_` are themselves."""
    if not text:
        return None
    if len(text) > MAX_SEARCH:
        raise Invalid(f"search takes at most {MAX_SEARCH} characters")
    if not storable(text):
        return NOTHING
    columns = ("name", "description")
    return Some(tuple(Compare(column, Operator.CONTAINS, text) for column in columns))


def _exact(text: str | None, column: str) -> Filter | None:
    """Whatever the case; a value that nothing has finds nothing."""
    if not text:
        return None
    return Compare(column, Operator.EQUAL, text.lower()) if storable(text) else NOTHING


def _instant(text: str) -> datetime:
    """ISO 8601, in UTC unless it says otherwise; a `+` that a client forgot to encode has become a space."""
    lost: Any = LOST_PLUS.fullmatch(text)
    try:
        read = datetime.fromisoformat(f"{lost[1]}+{lost[2]}" if lost else text)
    except ValueError:
        raise Invalid(
            "updatedSince must be an ISO 8601 instant, such as 2026-02-03T10:11:12.123456Z"
        ) from None
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError:
        return FIRST if read.year == MINYEAR else LAST
