"""Filtering, sorting and paging, once for every surface, over narrow rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, null

from domain.listing.checksums import checksum_of
from domain.listing.compilation import clause, column_of
from domain.listing.cursors import Cursor, after
from domain.listing.filters import Filter
from domain.sql import select
from domain.unit import Unit

Columns = Mapping[str, Any]
"""What may be read, filtered and sorted by: the domain's name → the column. `id` is always among them."""


@dataclass(frozen=True)
class Order:
    field: str
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    """What a caller wants of a collection.

    `fields`: only these columns are read; None reads all. `cursor`: start behind that row instead of at an offset.
    `backward`: the page before the cursor, still given in forward order. `counted`: whether `total` is wanted, and
    `dated`: whether `newest` and `checksum` are, which cost ten times as much. `wanted`: whether the rows are.
    """

    filter: Filter | None = None
    order: tuple[Order, ...] = ()
    offset: int = 0
    limit: int = 20
    fields: frozenset[str] | None = None
    cursor: Cursor | None = None
    backward: bool = False
    counted: bool = True
    dated: bool = True
    wanted: bool = True


@dataclass(frozen=True)
class Page:
    """`more`: whether rows lie beyond this page in the direction of paging. `newest`: when any row of the whole
    filtered set was last modified; `checksum`: changes with any of these instants.
    """

    rows: Sequence[Row[Any]]
    total: int
    offset: int
    limit: int
    more: bool
    order: tuple[Order, ...]
    newest: datetime | None = None
    checksum: int | None = None

    def cursor_of(self, row: Row[Any]) -> str:
        return Cursor(tuple(row._mapping[order.field] for order in self.order)).text()  # noqa: SLF001  Row's public API


async def page_of(unit: Unit, columns: Columns, visible: ColumnElement[bool], listing: Listing) -> Page:
    """One page of the visible rows; the asked-for order first, then the id, so that pages never overlap."""
    where = [visible] if listing.filter is None else [visible, clause(listing.filter, columns)]
    order = ordered(listing.order)
    told = await _counted(unit, columns, where, dated=listing.dated) if listing.counted else (0, None, None)
    rows = await _rows(unit, columns, where, listing, order) if listing.wanted else []
    kept, more = rows[: listing.limit], len(rows) > listing.limit
    total, newest, checksum = told
    kept = kept[::-1] if listing.backward else kept
    return Page(kept, total, listing.offset, listing.limit, more, order, newest, checksum)


async def _rows(
    unit: Unit, columns: Columns, where: Sequence[Any], listing: Listing, order: tuple[Order, ...]
) -> list[Row[Any]]:
    """One more than fits the page, which shows whether the list goes on."""
    statement = select(*chosen(columns, listing.fields, order)).where(*where)
    statement = statement.order_by(*order_by(columns, order, reverse=listing.backward))
    if listing.cursor:
        statement = statement.where(after(listing.cursor, columns, order, backward=listing.backward))
    return list(await unit.rows(statement.offset(listing.offset).limit(listing.limit + 1)))


async def _counted(
    unit: Unit, columns: Columns, where: Sequence[Any], *, dated: bool
) -> tuple[int, datetime | None, int | None]:
    modified = columns.get("modified_at") if dated else None
    told = [null(), null()] if modified is None else [func.max(modified), checksum_of(modified)]
    row: Any = await unit.row(select(func.count(), *told).select_from(table_of(columns)).where(*where))
    return (row[0], row[1], row[2]) if row else (0, None, None)


def ordered(order: Sequence[Order]) -> tuple[Order, ...]:
    """Each field where it is named first, and the id last unless it is named."""
    named: dict[str, Order] = {}
    for o in (*order, Order("id")):
        named.setdefault(o.field, o)
    return tuple(named.values())


def chosen(columns: Columns, fields: frozenset[str] | None, order: Sequence[Order]) -> list[Any]:
    """The columns to read: those asked for, and those a cursor is made of."""
    wanted = (
        columns.keys()
        if fields is None
        else [n for n in columns if n in fields or any(n == o.field for o in order)]
    )
    return [columns[name].label(name) for name in wanted]


def order_by(columns: Columns, order: Sequence[Order], *, reverse: bool = False) -> list[ColumnElement[Any]]:
    """Missing values come last in ascending and first in descending order, on both databases."""
    terms = []
    for o in order:
        column = column_of(o.field, columns)
        descending = o.descending != reverse
        terms.append(column.desc().nulls_first() if descending else column.asc().nulls_last())
    return terms


def table_of(columns: Columns) -> Any:
    return columns["id"].table
