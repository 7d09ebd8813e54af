"""What partners poll: everything that changed since an instant, in the order it changed, what left view included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, literal, union_all
from sqlmodel import col

from domain.listing import Compare, Filter, Listing, Operator, Order, Page, every
from domain.listing.compilation import clause
from domain.sql import select
from domain.templates.shelf import Shelf, Withdrawal, visible_to
from domain.unit import Unit

IN_ORDER = (Order("modified_at"),)


@dataclass(frozen=True)
class Feed:
    """A page of changes. `withdrawn`: id, version and modified_at of templates that left view."""

    rows: Sequence[Row[Any]]
    withdrawn: Sequence[Row[Any]]
    total: int
    more: bool

    @property
    def latest(self) -> datetime | None:
        """Where the next page begins."""
        return max((row.modified_at for row in (*self.rows, *self.withdrawn)), default=None)


async def changes(unit: Unit, shelf: Shelf[Any], since: datetime, listing: Listing) -> Feed:
    """The visible templates that changed after `since`, filtered."""
    newer = Compare("modified_at", Operator.GREATER, since)
    wanted = Listing(every(newer, listing.filter), IN_ORDER, listing.offset, listing.limit, listing.fields)
    page: Page = await shelf.aggregate.page(unit, wanted)
    return Feed(page.rows, (), page.total, page.more)


async def changes_and_withdrawals(unit: Unit, shelf: Shelf[Any], since: datetime, listing: Listing) -> Feed:
    """The same with all that left view since, whatever the filter: nobody knows any more what it looked like."""
    unit.viewer.require(shelf.scope)
    both = _both(unit, shelf, since, listing.filter)
    total = await unit.value(select(func.count()).select_from(both))
    ordered = select(both).order_by(both.c.modified_at, both.c.id).offset(listing.offset)
    found = await unit.rows(ordered.limit(listing.limit + 1))
    kept = found[: listing.limit]
    here = [row.id for row in kept if not row.withdrawn]
    page = await shelf.aggregate.page(
        unit,
        Listing(Compare("id", Operator.IN, tuple(here)), IN_ORDER, limit=listing.limit, counted=False),
    )
    return Feed(page.rows, [row for row in kept if row.withdrawn], total, len(found) > len(kept))


def _both(unit: Unit, shelf: Shelf[Any], since: datetime, filter: Filter | None) -> Any:
    table = shelf.table
    narrowed = [] if filter is None else [clause(filter, shelf.columns)]
    here = select(table.id, table.version, table.modified_at, literal(value=False).label("withdrawn")).where(
        visible_to(unit, shelf), table.modified_at > since, *narrowed
    )
    gone = select(
        col(Withdrawal.template_id),
        Withdrawal.version,
        Withdrawal.modified_at,
        literal(value=True).label("withdrawn"),
    ).where(col(Withdrawal.kind) == shelf.kind, col(Withdrawal.modified_at) > since)
    return union_all(here, gone).subquery()
