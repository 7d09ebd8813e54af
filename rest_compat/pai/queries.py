"""A query string read: q, simple filters, sort, fields and paging."""

from collections.abc import Sequence

from starlette.datastructures import QueryParams

from domain.errors import Invalid
from domain.listing import Listing, Order
from domain.listing.filters import Compare, Filter, Operator, every
from domain.sentences import said
from rest_compat.pai import q as q_language
from rest_compat.pai.views import View

RESERVED = frozenset({"q", "sort", "fields", "offset", "limit"})
AS_ADDED = (Order("created_at"),)
MAX_LIMIT, DEFAULT_LIMIT, MAX_OFFSET, MAX_FILTERS = 1000, 20, 10**9, 50
MAX_APART = 7
"""How many a page holds of what is large: a week of heart rate."""


def listing_of(query: QueryParams, view: View, fields: Sequence[str]) -> Listing:
    usual, most = (MAX_APART, MAX_APART) if view.apart.intersection(fields) else (DEFAULT_LIMIT, MAX_LIMIT)
    return Listing(
        filter=every(*_simple_filters(query, view), _complex_filter(_once(query, "q"), view)),
        order=_order(_listed(query, "sort"), view),
        offset=_whole(query, "offset", 0, 0, MAX_OFFSET),
        limit=_whole(query, "limit", usual, 1, most),
        fields=view.needs(fields),
    )


def fields_of(query: QueryParams, view: View, unasked: Sequence[str]) -> Sequence[str]:
    return view.chosen(_listed(query, "fields"), unasked)


def _simple_filters(query: QueryParams, view: View) -> list[Filter]:
    """`?firstName=Joe&country=CA`: equality, all of them; unknown names are ignored (seed)."""
    filters: list[Filter] = [
        Compare(view.columns[name], Operator.EQUAL, value)
        for name, value in query.multi_items()
        if name not in RESERVED and name in view.columns
    ]
    if len(filters) > MAX_FILTERS:
        raise Invalid(
            said("At most {most} simple filters may be sent; use q with IN for many values", most=MAX_FILTERS)
        )
    return filters


def _complex_filter(q: str | None, view: View) -> Filter | None:
    return q_language.parse(q, view.columns) if q else None


def _order(sort: str | None, view: View) -> tuple[Order, ...]:
    """`-lastName,firstName`: the minus descends, the first name weighs most; names are checked (seed).

    Unless asked for otherwise, what is added comes last, so that a walk over the pages meets no row twice.
    """
    if not sort:
        return AS_ADDED
    terms = [term.strip() for term in sort.split(",")]
    if unknown := [term for term in terms if term.removeprefix("-") not in view.columns]:
        named = ", ".join(map(repr, unknown))[:100]
        raise Invalid(said("sort: {named} is not a field that can be sorted by", named=named))
    return tuple(Order(view.columns[term.removeprefix("-")], term.startswith("-")) for term in terms)


def _once(query: QueryParams, name: str) -> str | None:
    """Of two values one would be ignored, and the client would never know which."""
    values = query.getlist(name)
    if len(values) > 1:
        raise Invalid(said("{name} may be sent once only", name=name))
    return values[0] if values else None


def _listed(query: QueryParams, name: str) -> str | None:
    """A comma list, which may also come as a repeated parameter (contracts 1.3)."""
    return ",".join(query.getlist(name)) if name in query else None


def _whole(query: QueryParams, name: str, default: int, least: int, most: int) -> int:
    text = _once(query, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise Invalid(
            said("{name} must be a whole number from {least} to {most}", name=name, least=least, most=most)
        )
    return int(text)
