"""What every PAI collection and item does alike: q, simple filters, sort, fields, paging, Link and validators."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import Row
from starlette.datastructures import QueryParams

from domain.errors import Invalid, Misfit
from domain.filters import Compare, Filter, Operator, every
from domain.listing import Listing, Order, Page
from domain.unit import Unit
from rest_compat.pai import documentation
from rest_compat.pai import q as q_language
from rest_compat.pai.auth import AdminUnit, identifier
from rest_compat.pai.views import View
from rest_compat.wire.links import address, link_header, page_links
from rest_compat.wire.representation import Representation

RESERVED = frozenset({"q", "sort", "fields", "offset", "limit"})
MAX_LIMIT, DEFAULT_LIMIT, MAX_OFFSET, MAX_FILTERS = 1000, 20, 10**9, 50

Many = Callable[[Unit, Listing], Awaitable[Page]]
One = Callable[[Unit, UUID, frozenset[str] | None], Awaitable[Row[Any]]]


def resource(router: APIRouter, path: str, view: View, *, many: Many, one: One) -> None:
    """Add the two reads of a resource: GET path and GET path/{id}."""
    described = documentation.of_collection(view, limit=MAX_LIMIT, default_limit=DEFAULT_LIMIT)

    @router.get(path, name=many.__name__, openapi_extra=described)
    async def list_(request: Request, unit: AdminUnit) -> Representation:
        fields = view.chosen(_listed(request.query_params, "fields"))
        listing = listing_of(request, view, fields)
        try:
            page = await many(unit, listing)
        except Misfit as error:
            raise view.spelled(error) from None
        return collection(request, view, fields, page)

    @router.get(path + "/{id}", name=one.__name__, openapi_extra=documentation.of_item(view))
    async def get(request: Request, unit: AdminUnit, id: str) -> Representation:
        fields = view.chosen(_listed(request.query_params, "fields"))
        return item(request, view, fields, await one(unit, identifier(id), view.needs(fields)))


def listing_of(request: Request, view: View, fields: Sequence[str]) -> Listing:
    query = request.query_params
    return Listing(
        filter=every(*_simple_filters(request, view), _complex_filter(_once(query, "q"), view)),
        order=_order(_listed(query, "sort"), view),
        offset=_whole(query, "offset", 0, 0, MAX_OFFSET),
        limit=_whole(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
        fields=view.needs(fields),
    )


def collection(request: Request, view: View, fields: Sequence[str], page: Page) -> Representation:
    here = address(request.scope)
    base = str(here.replace(query="", fragment=""))
    headers = {
        "X-Pagination-Count": str(page.total),
        "X-Pagination-Offset": str(page.offset),
        "X-Pagination-Limit": str(page.limit),
        "Link": link_header(page_links(here, offset=page.offset, limit=page.limit, total=page.total)),
    }
    body = [view.shown(row, fields, base) for row in page.rows]
    return Representation(body, modified=page.newest, trust_date=False, headers=headers)


def item(request: Request, view: View, fields: Sequence[str], row: Row[Any]) -> Representation:
    base = str(address(request.scope).replace(query="", fragment="")).rpartition("/")[0]
    headers = {"Link": link_header({"self": f"{base}/{row.id}", "collection": base})}
    return Representation(view.shown(row, fields, base), modified=row.modified_at, headers=headers)


def _simple_filters(request: Request, view: View) -> list[Filter]:
    """`?firstName=Joe&country=CA`: equality, all of them; unknown names are ignored (seed)."""
    filters: list[Filter] = [
        Compare(view.columns[name], Operator.EQUAL, value)
        for name, value in request.query_params.multi_items()
        if name not in RESERVED and name in view.columns
    ]
    if len(filters) > MAX_FILTERS:
        raise Invalid(f"At most {MAX_FILTERS} simple filters may be sent; use q with IN for many values")
    return filters


def _complex_filter(q: str | None, view: View) -> Filter | None:
    return q_language.parse(q, view.columns) if q else None


def _order(sort: str | None, view: View) -> tuple[Order, ...]:
    """`-lastName,firstName`: the minus descends, the first name weighs most; names are checked (seed)."""
    if not sort:
        return ()
    terms = [term.strip() for term in sort.split(",")]
    if unknown := [term for term in terms if term.removeprefix("-") not in view.columns]:
        raise Invalid(f"sort: {', '.join(map(repr, unknown))[:100]} is not a field that can be sorted by")
    return tuple(Order(view.columns[term.removeprefix("-")], term.startswith("-")) for term in terms)


def _once(query: QueryParams, name: str) -> str | None:
    """Of two values one would be ignored, and the client would never know which."""
    values = query.getlist(name)
    if len(values) > 1:
        raise Invalid(f"{name} may be sent once only")
    return values[0] if values else None


def _listed(query: QueryParams, name: str) -> str | None:
    """A comma list, which may also come as a repeated parameter (contracts 1.3)."""
    return ",".join(query.getlist(name)) if name in query else None


def _whole(query: QueryParams, name: str, default: int, least: int, most: int) -> int:
    text = _once(query, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise Invalid(f"{name} must be a whole number from {least} to {most}")
    return int(text)
