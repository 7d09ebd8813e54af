"""A page for each of many owners at once: the relation of a list costs one statement, however long the list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func

from domain.listing.compilation import clause
from domain.listing.cursors import after
from domain.listing.pages import Columns, Listing, Page, chosen, order_by, ordered
from domain.sql import select
from domain.unit import Unit

RANK = "rank_in_owner"
OWNER = "owner_of_row"


async def pages_by(
    unit: Unit,
    columns: Columns,
    visible: ColumnElement[bool],
    listing: Listing,
    *,
    owner: str,
    ids: Sequence[UUID],
) -> dict[UUID, Page]:
    """The same listing for every owner in `ids`; `owner` names the column that says whose a row is."""
    order = ordered(listing.order)
    whose = columns[owner]
    where = [visible, whose.in_(ids)]
    if listing.filter is not None:
        where.append(clause(listing.filter, columns))
    totals = await _totals(unit, whose, where) if listing.counted else {}
    if listing.cursor:
        where.append(after(listing.cursor, columns, order, backward=listing.backward))
    rank = func.row_number().over(
        partition_by=whose, order_by=order_by(columns, order, reverse=listing.backward)
    )
    ranked = (
        select(*chosen(columns, listing.fields, order), whose.label(OWNER), rank.label(RANK))
        .where(*where)
        .subquery()
    )
    first, last = listing.offset + 1, listing.offset + listing.limit + 1
    kept = select(ranked).where(ranked.c[RANK].between(first, last)).order_by(ranked.c[OWNER], ranked.c[RANK])
    grouped: dict[UUID, list[Any]] = {one: [] for one in ids}
    for row in await unit.rows(kept):
        grouped[row._mapping[OWNER]].append(row)  # noqa: SLF001  Row's public API
    return {one: _page(rows, totals.get(one, 0), listing, order) for one, rows in grouped.items()}


async def _totals(unit: Unit, whose: Any, where: Sequence[ColumnElement[bool]]) -> dict[UUID, int]:
    rows: Sequence[Any] = await unit.rows(select(whose, func.count()).where(*where).group_by(whose))
    return {row[0]: row[1] for row in rows}


def _page(rows: list[Any], total: int, listing: Listing, order: tuple[Any, ...]) -> Page:
    kept = rows[: listing.limit]
    more = len(rows) > listing.limit
    return Page(kept[::-1] if listing.backward else kept, total, listing.offset, listing.limit, more, order)
